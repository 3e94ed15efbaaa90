"""Arranging the rows of a run: groups, order, what is shown, and under which name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.text.translation import N_, _

from ...commands import Command
from ...render.groups import Grouping, automatic
from ...render.tracks import ORDERS, Track, lane_key
from .state import RunState

if TYPE_CHECKING:
    from ...render.tracks import LaneKey

ARRANGING = (
    Command(
        "fold",
        "x",
        "x",
        "Fold or unfold",
        "Show or hide what is in the chosen row: the workers of a group, the calls of a worker",
        "fold",
        rank=5,
    ),
    Command("fold_all", "X", "X", "Fold or unfold all", "The same for all groups"),
    Command("group", "g", "g", "Group", "Group the workers by name, by process, or not", rank=6),
    Command("order", "o", "o", "Order", "By begin, by name, who ran most, who waited most"),
    Command("hide", "h", "h", "Hide", "Do not show the chosen worker"),
    Command("show_all", "H", "H", "Show all", "Show all workers again"),
    Command("pin", "k", "k", "Pin", "Keep the chosen worker at the top"),
    Command("filter_lanes", "F", "F", "Filter workers", "Show only workers named like this"),
    Command("rename", "f2", "F2", "Rename", "Give the chosen worker another name"),
    Command("resources", "u", "u", "Locks, counters, CPUs", "Which rows stand below the workers"),
)
_BY = {Grouping.NONE: N_("not grouped"), Grouping.NAME: N_("grouped by name")}
_BY[Grouping.PROCESS] = N_("grouped by process")
_IN_ORDER = {
    "start": N_("in the order they began"),
    "name": N_("in the order of their names"),
    "running": N_("who ran most comes first"),
    "waiting": N_("who waited most comes first"),
}


class Arranging(RunState):
    """Keys that arrange the rows."""

    def _chosen_lanes(self) -> list[int]:
        """The lanes that are meant by the chosen row; none where there are no rows."""
        track, tracks = self.selected, self.tracks
        if tracks is None or track not in tracks.all:
            return []
        if track.kind == "group":
            return list(tracks.groups[track.number].lanes)
        return [track.number] if track.kind in ("lane", "spans") else []

    def _keys(self, lanes: list[int]) -> list[LaneKey]:
        return [lane_key(self.view.trace.lanes[lane]) for lane in lanes] if self.view else []

    def _say(self, words: str) -> None:
        self.notify(words, markup=False, timeout=2)

    def action_fold(self) -> None:
        """Fold or unfold what is chosen: a group, the calls of a lane, or the group it is in."""
        view, tracks, track, wish = self.view, self.tracks, self.selected, self.arrangement
        lanes = self._chosen_lanes()
        if view is None or tracks is None or not lanes:
            return
        if track.kind == "group":
            self.arrangement = wish.with_turned([tracks.groups[track.number].name])
            return
        (key,) = self._keys(lanes)
        if view.nested.depth(track.number):
            self.choose(Track("lane", track.number))
            self.arrangement = replace(wish, unfolded=wish.unfolded ^ {key})
            return
        names = [group.name for group in tracks.groups if track.number in group.lanes]
        if names:
            self.arrangement = wish.with_turned(names)
        else:
            self._say(_("There is nothing in it to unfold."))

    def action_fold_all(self) -> None:
        """Fold all groups or, when all are, unfold them; without groups, the calls of all lanes."""
        view, tracks, wish = self.view, self.tracks, self.arrangement
        if view is None or tracks is None:
            return
        if tracks.groups:
            numbers = range(len(tracks.groups))
            different = [each for each in numbers if each not in tracks.folded] or list(numbers)
            self.arrangement = wish.with_turned([tracks.groups[each].name for each in different])
            return
        lanes = range(len(view.trace.lanes))
        deep = self._keys([lane for lane in lanes if view.nested.depth(lane)])
        unfolded = frozenset[tuple[int, int, int]]() if wish.unfolded else frozenset(deep)
        self.arrangement = replace(wish, unfolded=unfolded)

    def action_group(self) -> None:
        """Group the lanes otherwise."""
        if self.view is None:
            return
        ways = list(Grouping)
        now = self.arrangement.grouping or automatic(self.view.trace.lanes, self.view.labels)
        by = ways[(ways.index(now) + 1) % len(ways)]
        self.arrangement = replace(self.arrangement, grouping=by)
        self.lay_out(grouping=by.value)
        self._say(_(_BY[by]))

    def action_order(self) -> None:
        """Sort the lanes otherwise."""
        order = ORDERS[(ORDERS.index(self.arrangement.order) + 1) % len(ORDERS)]
        self.arrangement = replace(self.arrangement, order=order)
        self.lay_out(order=order)
        self._say(_(_IN_ORDER[order]))

    def action_hide(self) -> None:
        """Do not show what is chosen."""
        keys = self._keys(self._chosen_lanes())
        if not keys or self.tracks is None:
            return
        at = self.tracks.all.index(self.tracks.nearest(self.selected))
        self.arrangement = self.arrangement.with_hidden(keys)
        rest = self.tracks.all
        if rest:
            self.choose(rest[min(at, len(rest) - 1)])

    def action_show_all(self) -> None:
        """Show every lane again."""
        self.arrangement = replace(self.arrangement, hidden=frozenset(), words="")

    def action_pin(self) -> None:
        """Keep what is chosen at the top, or let it go."""
        wish = self.arrangement
        keys = self._keys(self._chosen_lanes())
        kept = tuple(key for key in wish.pinned if key not in keys)
        if len(kept) == len(wish.pinned):
            kept += tuple(keys)
        self.arrangement = replace(wish, pinned=kept)

    def action_resources(self) -> None:
        """Locks and counters; CPUs as well; none of them."""
        wish = self.arrangement
        if self.view is None:
            return
        cpus = wish.resources and not wish.cpus and bool(self.view.cpus)
        resources = cpus or not wish.resources
        self.arrangement = replace(wish, cpus=cpus, resources=resources)
        self.lay_out(cpus=cpus, resources=resources)

    def action_filter_lanes(self) -> None:
        """Ask for words that the names of lanes have to contain."""
        self.ask(_("workers named"), self.arrangement.words, self._filter)

    def _filter(self, words: str) -> None:
        self.arrangement = replace(self.arrangement, words=words)
        if self.tracks is not None and not self.tracks.upper:
            self._say(_("No worker has such a name."))

    def action_rename(self) -> None:
        """Ask for another name of the chosen lane."""
        lanes = self._chosen_lanes()
        if self.view is not None and lanes and self.selected.kind != "group":
            (key,) = self._keys(lanes)
            self.ask(_("call it"), self.view.labels[lanes[0]], lambda name: self._rename(key, name))

    def _rename(self, key: LaneKey, name: str) -> None:
        self.arrangement = self.arrangement.with_name(key, name.strip())
