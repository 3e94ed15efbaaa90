"""How long each thread ran at most, where states are inferred: no thread ran for longer than the
system accounts it, and no more ran at once than there are CPUs.

Events alone say of a thread that it may have run. What the system accounts it between two looks,
and over its whole life, bounds that: the longest stretches without an event are cut first, since a
thread that emits one runs. The rest of them it waited for a CPU, as far as that is accounted; or
for the GIL, where its process ran all the while; or it was blocked in whatever no event explains.

When it ran within such a stretch is not known: those that share a stretch are laid out one after
the other, the threads of a process together, around the CPUs (the wrap-around rule: McNaughton,
*Scheduling with Deadlines and Loss Functions*, 1959), so that no more run at once than may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz.distinct import distinct
from paraviz.trace.accounts import Accounts
from paraviz.trace.states.partition import State, overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.kernel.spent import Spent
    from paraviz.trace.model import Lane, Times

    Shares = NDArray[np.float64]

_TAKES_TURNS = 0.03
"""Who waits for the GIL again and again ran for this share of a stretch at least."""
_CHUNK = 4096
"""Stretches of all lanes laid out at once."""
_RESTS = (State.WAITING_CPU, State.WAITING_GIL, State.BLOCKED)


class _Claims(Struct, frozen=True, eq=False):
    """Where a lane may have run, in pieces, sorted; none overlaps the next."""

    begins: Times
    ends: Times
    shares: Shares
    """float64[n]: of each piece, for how much it ran."""
    rests: NDArray[np.uint8]
    """uint8[n]: what it did else."""


def within_budget(
    lanes: Sequence[Lane], spent: Spent, used: Sequence[int], cpus: int, *, gil: bool
) -> list[Lane]:
    """The lanes, their states inferred, with no more running than is possible.

    `spent`: looks at threads' accounts; `used`: CPU time of each lane in its life, -1 where that is
    not known; `cpus`: how many the program might use, 0 where that is not known.
    """
    accounts = Accounts(spent)
    claims = [
        _claims(lane, accounts.of(lane), budget) for lane, budget in zip(lanes, used, strict=True)
    ]
    if gil:
        claims = _by_turns(lanes, claims)
    result = list(lanes)
    gaps = _laid_out(lanes, claims, cpus)
    for index, lane in enumerate(lanes):
        states = lane.states
        for rest in _RESTS:
            begins, ends = gaps[index].get(rest, (None, None))
            if begins is not None and ends is not None:
                states = overlay(states, lane.end_ns, begins, ends, rest)
        result[index] = replace(lane, states=states)
    return result


def _claims(lane: Lane, spent: Spent, used: int) -> _Claims:
    states = lane.states
    may = (states.states == State.RUNNING) & (lane.kind != "task")
    rows = np.flatnonzero(may)
    bounds = np.append(states.starts, lane.end_ns)
    starts, ends = bounds[:-1][rows], bounds[1:][rows]
    cuts = distinct(np.concatenate((starts, ends, spent.times)))
    at = np.searchsorted(starts, cuts[:-1], "right") - 1
    inside = (at >= 0) & (cuts[:-1] < ends[np.maximum(at, 0)]) if len(rows) else at >= 0
    begins, until = cuts[:-1][inside], cuts[1:][inside]
    lengths = until - begins
    keep = lengths.astype(np.float64)
    rests = np.full(len(begins), State.BLOCKED, np.uint8)
    if len(spent) > 1:
        _between_looks(begins, lengths, keep, rests, spent)
    if used >= 0 and keep.sum() > used:
        keep[:] = _capped(keep, used)
    return _Claims(begins, until, np.divide(keep, lengths, where=lengths > 0, out=keep), rests)


def _between_looks(
    begins: Times, lengths: Times, keep: Shares, rests: NDArray[np.uint8], spent: Spent
) -> None:
    """Cut what a lane claims between two looks, in place: `keep` is for how long it ran."""
    window = np.searchsorted(spent.times, begins, "right") - 1
    inside = (window >= 0) & (window < len(spent) - 1)
    claimed = np.bincount(window[inside], lengths[inside], len(spent) - 1).astype(np.int64)
    ran, waited = np.diff(spent.ran), np.diff(spent.waited)
    lost = np.minimum(_lost(claimed - ran - waited), claimed)
    # Who still waits for a CPU is accounted it when it has got one.
    active = np.append(np.flatnonzero((ran > 0) | (waited > 0)), len(ran))
    following = active[np.searchsorted(active, np.arange(len(ran)), "right")]
    pending = np.append(waited, 0)[following]
    ready = np.clip(claimed - lost - ran, 0, waited + pending)
    for number in np.flatnonzero(ready + lost).tolist():
        rows = np.arange(*np.searchsorted(window, (number, number + 1)).tolist())
        keep[rows] = _capped(keep[rows], claimed[number] - ready[number] - lost[number])
        if ready[number] >= lost[number]:
            rests[rows] = State.WAITING_CPU


def _lost(surplus: Times) -> Times:
    """int64[n]: ns between two looks for which a thread neither ran nor waited for a CPU.

    `surplus`: what is claimed beyond what is accounted. Accounts lag behind: what they catch up
    with later was none; but they also hold what was never claimed, so that no debt is carried on.
    """
    sums = np.cumsum(surplus)
    owed = sums - np.minimum(np.minimum.accumulate(sums), 0)
    sure = np.minimum.accumulate(owed[::-1])[::-1]
    return np.diff(np.maximum.accumulate(sure), prepend=0)


def _capped(lengths: Shares, total: float) -> Shares:
    """The lengths, the longest ones cut to one length so that they add up to `total`."""
    if total <= 0:
        return np.zeros(len(lengths))
    order = np.sort(lengths)
    before = np.cumsum(order) - order
    most = (total - before) / (len(order) - np.arange(len(order)))
    row = int(np.argmax(order >= most)) if (order >= most).any() else len(order) - 1
    result: Shares = np.minimum(lengths, max(most[row], 0.0))
    return result


def _by_turns(lanes: Sequence[Lane], claims: Sequence[_Claims]) -> list[_Claims]:
    """Who did not run while others of its process did all the time waited for their GIL, if it ran
    at all."""
    result = list(claims)
    active = [_active(each) for each in claims]
    for pid in {lane.pid for lane in lanes}:
        rows = [i for i, lane in enumerate(lanes) if lane.pid == pid and len(claims[i].begins)]
        for index in rows if len(rows) > 1 else ():
            own = claims[index]
            lengths = own.ends - own.begins
            others = sum(
                np.interp(own.ends, *active[other]) - np.interp(own.begins, *active[other])
                for other in rows
                if other != index
            )
            missing = (1 - own.shares) * lengths
            turns = (own.rests == State.BLOCKED) & (others >= 0.4 * missing)
            turns &= (own.shares >= _TAKES_TURNS) & (missing > 0)
            rests = np.where(turns, np.uint8(State.WAITING_GIL), own.rests)
            result[index] = replace(own, rests=rests)
    return result


def _active(claims: _Claims) -> tuple[Times, Shares]:
    """How long a lane had run or waited for a CPU, at moments between which it is a straight
    line."""
    shares = np.where(claims.rests == State.WAITING_CPU, 1.0, claims.shares)
    lasted = shares * (claims.ends - claims.begins)
    after = np.cumsum(lasted)
    edges = np.stack((claims.begins, claims.ends), axis=1).ravel()
    return edges, np.stack((after - lasted, after), axis=1).ravel()


Gaps = dict[State, "tuple[Times, Times]"]


def _laid_out(lanes: Sequence[Lane], claims: Sequence[_Claims], cpus: int) -> list[Gaps]:
    """For each lane where it did not run, by what it did there."""
    order = sorted(range(len(lanes)), key=lambda index: (lanes[index].pid, index))
    order = [index for index in order if len(claims[index].begins)]
    parts: dict[tuple[int, State], list[tuple[Times, Times]]] = {}
    edges = distinct(
        np.concatenate(
            [np.empty(0, np.int64), *(claims[i].begins for i in order)]
            + [claims[i].ends for i in order]
        )
    )
    pids = np.array([lanes[index].pid for index in order])
    for first in range(0, len(edges) - 1, _CHUNK):
        chunk = edges[first : first + _CHUNK + 1]
        for index, rest, begins, ends in _chunk(chunk, order, claims, pids, cpus):
            parts.setdefault((index, rest), []).append((begins, ends))
    result: list[Gaps] = [{} for _ in lanes]
    for (index, rest), pieces in parts.items():
        begins, ends = (np.concatenate(column) for column in zip(*pieces, strict=True))
        result[index][rest] = begins, ends
    return result


def _chunk(
    edges: Times,
    order: Sequence[int],
    claims: Sequence[_Claims],
    pids: NDArray[np.int64],
    cpus: int,
) -> list[tuple[int, State, Times, Times]]:
    """The gaps of lanes between successive edges."""
    at, lengths = edges[:-1], np.diff(edges)
    shares = np.zeros((len(order), len(at)))
    rests = np.zeros((len(order), len(at)), np.uint8)
    for row, index in enumerate(order):
        own = claims[index]
        place = np.searchsorted(own.begins, at, "right") - 1
        inside = (place >= 0) & (at < own.ends[np.maximum(place, 0)])
        shares[row, inside] = own.shares[place[inside]]
        rests[row, inside] = own.rests[place[inside]]
    whole = shares.sum(axis=0)
    if cpus:
        # Who ran while too many did had no CPU for the rest.
        shares *= np.minimum(1, cpus / np.maximum(whole, 1e-9))
        rests = np.where((whole > cpus) & (rests > 0), np.uint8(State.WAITING_CPU), rests)
    chosen = np.flatnonzero(((shares < 1) & (rests > 0)).any(axis=0))
    at, lengths, shares, rests = at[chosen], lengths[chosen], shares[:, chosen], rests[:, chosen]
    run = np.floor(shares * lengths).astype(np.int64)
    offsets = _offsets(run, lengths, pids, cpus)
    begin = offsets % np.maximum(lengths, 1)
    over = np.maximum(begin + run - lengths, 0)
    found = []
    for row, index in enumerate(order):
        # Running from `begin` on, around the end; what is left are up to two gaps.
        gap = (rests[row] > 0) & (run[row] < lengths)
        edges_ = np.stack(
            (over[row], begin[row], np.minimum(begin[row] + run[row], lengths), lengths)
        )
        edges_[2] = np.where(over[row] > 0, lengths, edges_[2])
        for rest in _RESTS:
            mine = gap & (rests[row] == rest)
            begins = (at + edges_[[0, 2]])[:, mine].T.ravel()
            ends = (at + edges_[[1, 3]])[:, mine].T.ravel()
            lasting = begins < ends
            if lasting.any():
                found.append((index, rest, begins[lasting], ends[lasting]))
    return found


def _offsets(
    run: NDArray[np.int64], lengths: Times, pids: NDArray[np.int64], cpus: int
) -> NDArray[np.int64]:
    """int64 like `run`: where each lane's time begins on the CPUs laid end to end. A process begins
    on a CPU of its own where there are enough."""
    before = np.cumsum(run, axis=0) - run
    first = np.flatnonzero(np.diff(pids, prepend=-1))
    if not len(first):
        return before
    totals = np.add.reduceat(run, first, axis=0)
    rows = -(-totals // np.maximum(lengths, 1))
    apart = rows.sum(axis=0) <= cpus if cpus else np.ones(len(lengths), bool)
    starts = (np.cumsum(rows, axis=0) - rows) * lengths
    process = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(pids))))
    within = before - before[first][process]
    return np.where(apart, starts[process] + within, before)
