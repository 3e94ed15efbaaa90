"""How often a worker may go round before the others come first.

A loop that waits (by sleeping, by trying, by reading again and again) can go round for ever while
nobody else gets a turn: there would be no last schedule. The first rounds are free, so that whoever
relies on a sleep, or on a limit, is found out; then such a step is taken only when nobody else can
go on. What this leaves out is said (`KNOWN.many_rounds`).
"""

from __future__ import annotations

from paraviz.schedule.inside.late import TRUSTED_S

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.worker import Worker

FREE_WAITS = 3
"""How often a worker's sleep, or limit, at one line may end although others could go on."""
FREE_ROUNDS = 12
"""How often it may do the same at one line without any effect in between."""
LONG_SLEEP_S = 10.0
"""So long a sleep, and so long a limit, is not over while others can go on: nobody is held up for
that long."""
LONG_LIMIT_S = 1.0
_ROUND_S = 0.001


def be_patient(engine: Engine, me: Worker, limit_s: float | None) -> None:
    """Say of the step that `me` announces whether others come first."""
    from paraviz.schedule.inside.engine import NEVER
    from paraviz.schedule.inside.knowledge import KNOWN

    kind = me.operation[0]
    me.early = me.is_late = False
    frame = me.frame
    place = (id(frame.f_code), frame.f_lasti, kind) if frame is not None else kind
    if limit_s is not None:
        sleeps = kind == "sleep"
        count = me.waits[place] = me.waits.get(place, 0) + 1
        if limit_s < (LONG_SLEEP_S if sleeps else LONG_LIMIT_S):
            me.early = count <= FREE_WAITS
            if sleeps and engine.trusts_sleeps and limit_s >= TRUSTED_S:
                me.early = False
            if not me.early:
                KNOWN.many_rounds.add(me.at())
        me.is_late = not me.early
        return
    if kind in ("W", "spawn"):
        me.idle.clear()
        engine.futile = 0
        return
    if kind == "rel":
        return
    count = me.idle[place] = me.idle.get(place, 0) + 1
    if count > FREE_ROUNDS and kind in ("R", "try") and not engine.is_following:
        KNOWN.many_rounds.add(me.at())
        me.ready = NEVER
        me.is_late = True
        me.deadline = engine.now + _ROUND_S * 2 ** min(count - FREE_ROUNDS, 10)
