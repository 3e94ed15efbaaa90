"""In a Python that the program has started by itself: make everything ready, then run what it was
to run, as it would have been run."""

from __future__ import annotations

import atexit
import sys
from functools import partial

from paraviz.observe import main
from paraviz.observe.interpreters import CODE, MODULE, what_runs
from paraviz.observe.lifeline import Lifeline
from paraviz.observe.outlet import out_of_the_way
from paraviz.observe.recorder import Recorder
from paraviz.observe.running import runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def prepare(order: str, words: list[str]) -> Callable[[], None]:
    """Observe this process from here on; returns what runs the program. `order`, `words`: as
    `interpreters.observed_line` made them. Raises ValueError and others where that cannot be."""
    descriptor, lifeline, every_s, image, kind, at, skip, follows = order.split(":")
    place = int(at)
    what = what_runs(words)
    if what is None or (what.kind, what.at, what.skip) != (kind, place, int(skip)):
        raise ValueError("a shell has made another command of it")
    target = words[place][int(skip) :] if place < len(words) else ""
    run = runner(kind, target)
    held = None
    if int(lifeline) >= 0:
        held = Lifeline(out_of_the_way(int(lifeline), stays_open=True, within=True))
    reports_to = out_of_the_way(int(descriptor))
    recorder = Recorder(reports_to, float(every_s), held, image=int(image))
    recorder.follow = bool(int(follows))
    atexit.register(main.finish, recorder)
    from paraviz.observe import probes

    probes.install(recorder)
    recorder.child(recorder.pid, recorder.here.lane.started_ns, name="", line="\0".join(words))
    recorder.start()
    sys.orig_argv[:] = words
    first = {CODE: "-c", MODULE: "-m"}.get(kind, target)
    sys.argv[:] = [first, *words[place + 1 :]]
    return partial(main.run_told, recorder, run)
