"""All schedules, save those that differ only in the order of operations that do not depend on each
other: dynamic partial order reduction with source sets and sleep sets.

After Abdulla, Aronis, Jonsson and Sagonas, "Source sets: a foundation for optimal dynamic partial
order reduction", JACM 64 (2017). A step is one decision: the operation that was announced and the
silent ones after it (releases, what a library does in one call, what the GIL does not part). Spawn
and join only order; a worker that was blocked at a step could not have come there.
"""

from __future__ import annotations

from paraviz.schedule.inside.operations import (
    ORDERS_ONLY,
    dependent,
    may_depend,
    place_of,
    summary,
)
from paraviz.schedule.inside.search.simple import Search
from paraviz.schedule.inside.worker import Parted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.schedule.inside.engine import Choose, Engine
    from paraviz.schedule.inside.operations import Operation, Summary
    from paraviz.schedule.inside.worker import Worker

    Clock = list[int]

_COMPACT_FROM = 48
_LONGEST = 3_000
"""Steps of an execution from which on there are more schedules than anybody can try."""


class Node:
    """A step of the path that is explored."""

    __slots__ = ("able", "backtrack", "done", "first", "number", "operations", "sleeping")

    def __init__(self, number: int, able: set[int]) -> None:
        self.number = number
        """The worker that takes it."""
        self.able = able
        """Who could have taken it."""
        self.backtrack = {number}
        """Who has to be tried here."""
        self.done: dict[int, tuple[Summary, ...]] = {}
        """Who was tried here, and what its step did."""
        self.sleeping: dict[int, tuple[Summary, ...]] = {}
        """Who need not be tried here: it was tried before, and nothing came between that depends on
        what it would do."""
        self.operations: list[Summary] = []
        self.first: Summary | None = None
        """The operation that was announced, None for a worker that has not taken it yet."""


class Reduced(Search):
    """The search; its path is a stack of nodes."""

    is_complete = True

    def __init__(self) -> None:
        self.path: list[Node] = []
        self.more = True
        self.cut_off = 0
        self.is_too_long = False
        self.hook = self
        self.zero: Clock = [-1] * 16
        self._reset()

    def _reset(self) -> None:
        self.clock: dict[int, Clock] = {}
        self.history: dict[Any, list[tuple[int, int, Operation]]] = {}
        self.steps: list[tuple[int, Operation]] = []
        self.clocks: list[Clock] = []
        self.last: dict[int, int] = {}
        self.previous: dict[int, int] = {}
        self.released: dict[int, list[tuple[int, Clock]]] = {}
        self.permits: dict[int, list[Any]] = {}
        self.kept: list[object] = []
        self.asleep: dict[int, tuple[Summary, ...]] = {}
        self.is_cut = False
        self.seen: set[int] = set()
        self.born = {0: 0}
        self.bar: Clock | None = None
        self.step_operations: list[Operation] = []

    # What an execution tells while it goes on.

    def barrier(self) -> None:
        """Time passed because nobody could go on: what comes now comes after all there was."""
        self.bar = [max(each) for each in zip(self.zero, *self.clock.values(), strict=True)]

    def spawn(self, parent: Worker, child: Worker) -> None:
        """A worker was started."""
        self.born[child.number] = len(self.steps)
        self.clock[child.number] = list(self.clock.get(parent.number) or self.zero)

    def note(self, worker: Worker, operation: Operation, is_quiet: bool = False) -> None:
        """An operation without a decision: part of the worker's last step."""
        me = worker.number
        step = self.last.get(me, -1)
        kind = operation[0]
        if kind == "join":
            mine = self.clock.get(me) or self.zero
            other = self.clock.get(operation[2]) or self.zero
            self.clock[me] = clock = list(map(max, mine, other))
            if step >= 0:
                self.clocks[step] = clock
        elif step < 0 or kind in ORDERS_ONLY:
            return
        elif is_quiet:
            self._race(me, operation, step)
            self._add(step, operation)
            self._order(worker, operation, step)
        elif kind == "rel" and hasattr(operation[1], "_value"):
            own = list(self.clock.get(me) or self.zero)
            self._permits_of(operation[1]).append((me, own))
        elif kind == "rel":
            own = list(self.clock.get(me) or self.zero)
            self.released.setdefault(id(operation[1]), []).append((me, own))
            # It races with what tried to take it in the middle of a step.
            operation = ("rle", *operation[1:])
            self._race(me, operation, step)
            self.history.setdefault(place_of(operation), []).append((step, me, operation))
            self._add(step, operation)
        else:
            self._race(me, operation, step)
            self._add(step, operation)
            self._order(worker, operation, step)

    def _add(self, step: int, operation: Operation) -> None:
        self.path[step].operations.append(summary(operation))
        self.step_operations.append(operation)

    def finish(self, engine: Engine) -> None:
        """It is over, or in a deadlock: what was still to come races, too."""
        if self.is_cut:
            return
        for worker in engine.live:
            if worker.operation[0] not in ORDERS_ONLY and not worker.done:
                self._race(worker.number, worker.operation, len(self.steps))
        if self.steps and self.steps[-1][1][0] == "exit":
            node = self.path[len(self.steps) - 1]
            node.backtrack |= {worker.number for worker in engine.live} & node.able

    # Choosing.

    def start(self) -> Choose:
        self._reset()
        return self._choose

    def _choose(self, engine: Engine, able: list[Worker]) -> Worker | None:
        steps, path = self.steps, self.path
        at = len(steps)
        last = steps[-1][0] if steps else -1
        before = self.step_operations
        for worker in engine.live:
            operation = worker.operation
            if operation[0] in ORDERS_ONLY:
                continue
            number = worker.number
            fresh = number == last or number not in self.seen
            if fresh or any(dependent(operation, each) for each in before):
                self._race(number, operation, at)
                self.seen.add(number)
        if at:
            node = path[at - 1]
            done = node.operations
            self.asleep = {
                number: told
                for number, told in (*node.sleeping.items(), *node.done.items())
                if number != node.number
                and not any(may_depend(one, other) for one in told for other in done)
            }
        if at < len(path):
            node = path[at]
            number = node.number
            chosen = next((worker for worker in able if worker.number == number), None)
            if chosen is None:
                raise Parted
            if node.first is not None and node.first != summary(chosen.operation):
                raise Parted
        else:
            awake = [worker for worker in able if worker.number not in self.asleep]
            if not awake:
                self.is_cut = True
                return None
            running = engine.running
            if running in awake and running is not None and running.deadline is None:
                chosen = running
            else:
                # Who sleeps comes later, unless the other order has to be tried.
                chosen = next((each for each in awake if each.deadline is None), awake[0])
            if at > _LONGEST and not chosen.is_late:
                self.is_too_long = True
                engine.end = "late"
                return None
            node = Node(chosen.number, {worker.number for worker in able})
            node.sleeping = dict(self.asleep)
            path.append(node)
        self._take(chosen, node, at)
        return chosen

    def _take(self, worker: Worker, node: Node, at: int) -> None:
        me, operation = worker.number, worker.operation
        if me >= len(self.zero):
            self._grow(me)
        orders_only = operation[0] in ORDERS_ONLY
        self.steps.append((me, operation))
        node.first = summary(operation)
        node.operations = [] if orders_only else [node.first]
        clock = list(self.clock.get(me) or self.zero)
        clock[me] = at
        if worker.timed_out and self.bar is not None:
            clock = list(map(max, clock, self.bar))
            clock[me] = at
        self.clock[me] = clock
        self.clocks.append(clock)
        self.previous[me] = self.last.get(me, -1)
        self.last[me] = at
        self.step_operations = [operation]
        if not orders_only:
            self._order(worker, operation, at)

    def _grow(self, number: int) -> None:
        """More workers than clocks have room for."""
        more = [-1] * (number + 1)
        self.zero += more
        for clock in {id(each): each for each in (*self.clock.values(), *self.clocks)}.values():
            clock += more
        for rows in (*self.released.values(), *self.permits.values()):
            for row in rows:
                if row is not None and len(row[1]) < len(self.zero):
                    row[1].extend([-1] * (len(self.zero) - len(row[1])))
        if self.bar is not None:
            self.bar += more

    # Who comes before whom.

    def _permits_of(self, semaphore: Any) -> list[Any]:
        """Where its permits come from: releases, in order; None for those it began with."""
        found = self.permits.get(id(semaphore))
        if found is None:
            found = self.permits[id(semaphore)] = [None] * semaphore._value
            self.kept.append(semaphore)
        return found

    def _order(self, worker: Worker, operation: Operation, step: int) -> None:
        """What came before an operation that it depends on."""
        me, kind = worker.number, operation[0]
        clock = self.clock[me]
        past = self.history.setdefault(place_of(operation), [])
        for at, number, other in past:
            if number == me or clock[number] >= at or (other[0] == "rle" and kind != "try"):
                continue
            if dependent(operation, other):
                clock = list(map(max, clock, self.clocks[at]))
        thing = operation[1]
        if hasattr(thing, "_value"):
            permits = self._permits_of(thing)
            if kind == "rel":
                permits.append((me, clock))
            elif thing._value > 0 and permits:
                given = permits.pop(0)
                if given is not None:
                    clock = list(map(max, clock, given[1]))
        elif kind not in "RW":
            for number, released in self.released.get(id(thing), ()):
                if number != me:
                    clock = list(map(max, clock, released))
        past.append((step, me, operation))
        if len(past) > _COMPACT_FROM and kind in "RW":
            self._compact(past)
        self.clock[me] = self.clocks[step] = clock

    def _compact(self, past: list[tuple[int, int, Operation]]) -> None:
        """Of a worker's reads and writes of one place the last one tells all."""
        seen: set[Any] = set()
        kept = []
        for row in reversed(past):
            _step, number, operation = row
            if operation[0] in "RW":
                what = number, operation[0], operation[2]
                if what in seen:
                    continue
                seen.add(what)
            kept.append(row)
        past[:] = reversed(kept)

    def _race(self, me: int, operation: Operation, upto: int) -> None:
        """What an operation races with: one to come (`upto`: the number of steps), or a silent one
        in its step (`upto`: that one). The other order has to be tried."""
        past = self.history.get(place_of(operation))
        if not past:
            return
        clock = self.clock.get(me) or self.zero
        mine = self.last.get(me, -1)
        is_silent = mine == upto
        if is_silent:
            mine = self.previous.get(me, -1)
        is_release = operation[0] == "rle"
        for at, number, other in reversed(past):
            if number == me or clock[number] >= at or not dependent(operation, other):
                continue
            if (is_release and other[0] != "try") or (other[0] == "rle" and not is_silent):
                # A release matters only to what may have tried in the middle of a step.
                continue
            node = self.path[at]
            if mine < at and me not in node.able and self.born.get(me, 0) <= at:
                # It was blocked there: no race.
                continue
            first = self._first_after(me, clock, number, at, upto)
            if first & node.backtrack or first & node.sleeping.keys():
                return
            first &= node.able
            if first:
                node.backtrack.add(me if me in first else min(first))
            else:
                node.backtrack |= node.able
            return

    def _first_after(self, me: int, clock: Clock, number: int, at: int, upto: int) -> set[int]:
        """Who can begin what came after a step and does not depend on it (the initials)."""
        steps, clocks = self.steps, self.clocks
        independent: list[int] = []
        first: set[int] = set()
        seen: set[int] = set()
        for each in range(at + 1, upto):
            its = clocks[each]
            if its[number] >= at:
                continue
            who = steps[each][0]
            if who not in seen:
                seen.add(who)
                for other in independent:
                    if its[steps[other][0]] >= other:
                        break
                else:
                    first.add(who)
            independent.append(each)
        if me not in seen and not any(clock[steps[each][0]] >= each for each in independent):
            first.add(me)
        return first

    # From one execution to the next.

    def export(self) -> Any:
        rows = [
            (
                node.number,
                list(node.able),
                list(node.backtrack),
                list(node.done.items()),
                list(node.sleeping.items()),
                tuple(node.operations),
                node.first,
            )
            for node in self.path
        ]
        return self.is_cut, rows

    def take_in(self, data: Any) -> None:
        """What an execution in another process told."""
        self.is_cut, rows = data
        self.path = []
        for number, able, backtrack, done, sleeping, operations, first in rows:
            node = Node(number, set(able))
            node.backtrack, node.done = set(backtrack), dict(done)
            node.sleeping, node.operations = dict(sleeping), list(operations)
            node.first = first
            self.path.append(node)

    def merge(self, data: Any) -> None:
        if data is not None:
            self.take_in(data)
        self.cut_off += self.is_cut
        path = self.path
        while path:
            node = path[-1]
            node.done[node.number] = tuple(node.operations)
            todo = [
                number
                for number in node.backtrack
                if number not in node.done and number not in node.sleeping
            ]
            if todo:
                node.number = min(todo)
                node.operations = []
                node.first = None
                break
            path.pop()
        if not path:
            self.more = False
