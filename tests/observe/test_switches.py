"""Claims under each setting of each switch of a scenario, over repeated real runs.

What the program itself makes sure of is asked of every run. What chance decides (who gets the GIL
when, which worker is free) is asked of one run of several; and every sentence, whatever it says,
has to agree with its own figures and with what can be counted in the trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from paraviz.analysis.claims.running import claims
from paraviz.programs.catalogue import find, scenarios
from paraviz.session import Session
from tests.observe.agreeing import AGREES
from tests.observe.test_scenarios import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from paraviz.analysis.claims.running import Claim

    Expected = Callable[[Iterable[bool]], bool]

RUNS = 3


def never(shown: Iterable[bool]) -> bool:
    """No run shows it."""
    return not any(shown)


def not_always(shown: Iterable[bool]) -> bool:
    """Some run does not show it."""
    return not all(shown)


def either(shown: Iterable[bool]) -> bool:
    """It depends on the machine: the run says which."""
    return len(list(shown)) == RUNS


@dataclass(frozen=True, slots=True)
class Setting:
    """A scenario with small sizes and one setting of its switches."""

    scenario: str
    """Its name."""
    flags: str
    """What it is given."""
    expected: dict[str, Expected]
    """What its runs together say of each of its claims."""

    def __str__(self) -> str:
        return f"{self.scenario} {self.flags}"


_TURNS = "--n=10 --steps=100000"
_ROUNDS = "--n=4 --steps=100000"
SETTINGS = (
    Setting("hello", "--join --steps=600000", {"waits_for_the_end": any}),
    Setting("hello", "--no-join --steps=600000", {"waits_for_the_end": never}),
    Setting("printers", f"--no-locked {_TURNS}", {"interleaved": any}),
    Setting("printers", f"--locked {_TURNS}", {"interleaved": never}),
    Setting(
        "prime_threads",
        "--how=threads --first=1000000000 --count=16",
        {"one_at_a_time": any, "at_once": not_always},
    ),
    Setting(
        "prime_threads",
        "--how=processes --first=1000000000 --count=8",
        {"one_at_a_time": any, "at_once": either},
    ),
    Setting("hello_process", "--how=process --steps=100000", {"processes": all}),
    Setting("hello_process", "--how=thread --steps=100000", {"processes": never}),
    Setting("fib_pool", "--how=pool --processes=2 --first=9000", {"handed_out": any}),
    Setting("fib_pool", "--how=map --first=9000", {"handed_out": never}),
    Setting("shared_array", "--no-locked --n=2000", {"lost_updates": any}),
    Setting("shared_array", "--locked --n=500", {"lost_updates": never}),
    Setting("counter_race", "--no-locked", {"says_lost": any}),
    Setting("counter_race", "--locked", {"says_lost": never}),
    Setting("deadlock", "--no-ordered --n=5 --give-up=0.2", {"deadlock": any}),
    Setting("deadlock", "--ordered --n=5 --give-up=0.2", {"deadlock": never}),
    Setting("philosophers", "--remedy=none --meals=5 --give-up=0.2", {"deadlock": any}),
    Setting("philosophers", "--remedy=ordered --meals=2 --give-up=0.2", {"deadlock": never}),
    Setting("philosophers", "--remedy=waiter --meals=2 --give-up=0.2", {"deadlock": never}),
    Setting("philosophers", "--remedy=give_back --meals=2 --give-up=0.2", {"deadlock": never}),
    Setting("starvation", "--no-fair --n=6 --steps=200000", {"starves": any}),
    Setting("starvation", "--fair --n=12 --steps=100000", {"starves": not_always}),
    Setting("barrier", f"--wait --how=threads {_ROUNDS}", {"in_step": all}),
    Setting("barrier", f"--wait --how=processes {_ROUNDS}", {"in_step": all}),
    Setting("barrier", f"--no-wait --how=threads {_ROUNDS}", {"in_step": not_always}),
    Setting("barrier", f"--no-wait --how=processes {_ROUNDS}", {"in_step": not_always}),
    # No switches, but numbers that may decide whether the effect appears.
    Setting("bounded_buffer", "--capacity=1", {"waits_for_conditions": any}),
    Setting("bounded_buffer", "--capacity=100", {"waits_for_conditions": never}),
    Setting("semaphore", "--places=2 --rounds=50000", {"limited": any}),
    Setting("semaphore", "--places=8 --rounds=10000", {"limited": never}),
    Setting(
        "producers_consumers", "--items=5 --pause=0.02", {"messages": all, "starves_for_items": any}
    ),
    Setting("gil_or_not", "--limit=15000", {"faster": either}),
    Setting("fib_map", "--count=23", {"alone": any}),
    Setting("fib_processes", "--first=12 --count=8", {"at_once": either, "last_decides": either}),
    Setting("image_pool", "--images=4 --size=30 --processes=2", {"handed_out": any}),
    Setting("prime_executor", "--count=32", {"handed_out": any}),
    Setting("ping_pong", "--jobs=2 --rest=0", {"messages": all}),
    Setting("pipe_or_queue", "--n=20 --rounds=2", {"messages": all}),
)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_what_runs_show_under_this_setting(setting: Setting) -> None:
    if needs := MISSING.get(setting.scenario):
        pytest.importorskip(needs)
    runs = [told(setting) for _ in range(RUNS)]
    for name, expected in setting.expected.items():
        shown = [(run[name].holds, run[name].text) for run in runs]
        assert expected(holds for holds, _ in shown), (name, shown)


def test_every_setting_of_every_switch_is_here() -> None:
    covered = {
        (setting.scenario, name, value)
        for setting in SETTINGS
        for name, value in find(setting.scenario).values(setting.flags.split()).items()
    }
    assert {scenario.name for scenario in scenarios()} == {each.scenario for each in SETTINGS}
    for scenario in scenarios():
        for parameter in scenario.parameters:
            values = parameter.choices if parameter.kind == "choice" else (True, False)
            if parameter.kind in ("bool", "choice"):
                assert {(scenario.name, parameter.name, value) for value in values} <= covered


def told(setting: Setting) -> dict[str, Claim]:
    """The claims of one run by their names, each of them agreeing with the trace."""
    session = Session(find(setting.scenario), setting.flags.split())
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    assert trace.exit_code == 0
    found = {claim.name: claim for claim in claims(trace)}
    assert found.keys() == setting.expected.keys()
    for claim in found.values():
        assert AGREES[claim.name](trace, claim.text) == claim.holds, claim
    return found
