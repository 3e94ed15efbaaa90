"""Groups and tracks: who stands where, after everything a user can wish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz.tui.render.groups import MANY, Group, Grouping, automatic, grouped, stem
from paraviz.tui.render.names import label
from paraviz.tui.render.tracks import (
    FIRST,
    NO_TRACKS,
    Arrangement,
    Track,
    Tracks,
    arranged,
    lane_key,
)
from paraviz.tui.render.view import TraceView
from tests.render.arranged import workshop
from tests.traces import lane, trace

VIEW = TraceView.of(workshop())
BY_NAME = Arrangement(grouping=Grouping.NAME)
KEYS = [lane_key(each) for each in VIEW.trace.lanes]
MAIN, LOGGER, ONE, TWO, THREE = (Track("lane", number) for number in range(5))


def names(wish: Arrangement, view: TraceView = VIEW) -> list[str]:
    view = replace(view, labels=wish.labels(view))
    tracks = arranged(view, wish)
    return [label(view, tracks, track) for track in tracks.upper]


def below(wish: Arrangement) -> list[str]:
    tracks = arranged(VIEW, wish)
    return [label(VIEW, tracks, track) for track in tracks.lower]


def view_of(*called: str) -> TraceView:
    lanes = [lane(name, [], end_ns=9_000, tid=index) for index, name in enumerate(called)]
    return TraceView.of(trace(lanes, gil=False))


@pytest.mark.parametrize(
    ("name", "kin"),
    [
        ("Thread-12 (work)", "Thread (work)"),
        ("Thread-1", "Thread"),
        ("ForkPoolWorker-3", "ForkPoolWorker"),
        ("ThreadPoolExecutor-0_3", "ThreadPoolExecutor-0"),
        ("Process-1:2", "Process-1"),
        ("worker 7", "worker"),
        ("worker #7", "worker"),
        ("w0x7f2a", "w0x7f2a"),
        ("w 0x7f2a", "w"),
        ("thread-a", "thread-a"),
        ("12", ""),
        ("(2)", "()"),
        ("", ""),
    ],
)
def test_a_stem_is_a_name_without_its_number(name: str, kin: str) -> None:
    assert stem(name) == kin


def test_lanes_are_grouped_by_name() -> None:
    found = grouped(VIEW.trace.lanes, VIEW.labels, Grouping.NAME)
    assert found == (Group("worker", (2, 3, 4)),)


def test_lanes_are_grouped_by_process_and_called_as_its_main_thread() -> None:
    found = grouped(VIEW.trace.lanes, VIEW.labels, Grouping.PROCESS)
    assert found == (Group("main", (0, 1)), Group("worker-1", (2, 3, 4)))


def test_a_process_without_a_main_thread_is_its_number_and_mere_numbers_are_kin() -> None:
    view = view_of("1", "2")
    assert grouped(view.trace.lanes, view.labels, Grouping.PROCESS) == (Group("100", (0, 1)),)
    assert grouped(view.trace.lanes, view.labels, Grouping.NAME) == (Group("1 …", (0, 1)),)


def test_not_grouped_is_no_group() -> None:
    assert grouped(VIEW.trace.lanes, VIEW.labels, Grouping.NONE) == ()


def test_few_stand_for_themselves_and_many_are_grouped_unasked() -> None:
    few = view_of(*(f"w-{i}" for i in range(MANY - 1)))
    assert automatic(few.trace.lanes, few.labels) is Grouping.NONE
    many = view_of(*(f"w-{i}" for i in range(MANY)))
    assert automatic(many.trace.lanes, many.labels) is Grouping.NAME
    assert names(Arrangement(), many) == [f"▸ w ×{MANY}"]
    assert names(Arrangement().with_turned(["w"]), many)[:2] == [f"▾ w ×{MANY}", "w-0"]


def test_many_with_names_of_their_own_go_by_process() -> None:
    letters = "abcdefghij"
    own = view_of(*(f"{a}{b}" for a in letters for b in letters))
    assert automatic(own.trace.lanes, own.labels) is Grouping.PROCESS


def test_by_itself_everything_stands_in_the_order_it_began() -> None:
    assert names(Arrangement()) == ["main", "logger", "worker-1", "worker-2", "worker-3"]
    assert below(Arrangement()) == ["◆ printer", "≈ frequency", "≈ todo"]


def test_a_group_stands_where_its_first_lane_would() -> None:
    opened = ["main", "logger", "▾ worker ×3", "worker-1", "worker-2", "worker-3"]
    assert names(BY_NAME) == opened
    assert names(BY_NAME.with_turned(["worker"])) == ["main", "logger", "▸ worker ×3"]
    assert names(BY_NAME.with_turned(["worker"]).with_turned(["worker"])) == opened


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["logger", "main", "worker-1", "worker-2", "worker-3"]),
        ("running", ["main", "worker-1", "worker-3", "worker-2", "logger"]),
        ("waiting", ["worker-2", "main", "logger", "worker-1", "worker-3"]),
    ],
)
def test_lanes_can_stand_in_another_order(order: str, expected: list[str]) -> None:
    assert names(Arrangement(order=order)) == expected


def test_numbers_in_names_count_as_numbers() -> None:
    odd = view_of("w10", "w9", "10", "9", "²", "", "W9a")
    assert names(Arrangement(order="name"), odd) == ["", "9", "10", "w9", "W9a", "w10", "²"]


def test_groups_take_part_in_the_order_by_their_first_lane() -> None:
    assert names(replace(BY_NAME, order="waiting").with_turned(["worker"])) == [
        "▸ worker ×3",
        "main",
        "logger",
    ]


def test_only_lanes_with_all_the_words_are_shown() -> None:
    assert names(Arrangement(words="WORK")) == ["worker-1", "worker-2", "worker-3"]
    assert names(Arrangement(words=" 2  wor ")) == ["worker-2"]
    assert names(replace(BY_NAME, words="2")) == ["▾ worker ×3", "worker-2"]
    assert names(Arrangement(words="nobody")) == []


def test_hidden_lanes_are_not_shown() -> None:
    assert names(Arrangement().with_hidden(KEYS[:1]).with_hidden(KEYS[3:])) == [
        "logger",
        "worker-1",
    ]
    assert names(BY_NAME.with_hidden(KEYS[2:])) == ["main", "logger"]


def test_pinned_lanes_stand_at_the_top_in_the_order_they_were_pinned() -> None:
    wish = Arrangement(pinned=(KEYS[3], KEYS[1], (9, 9, 9)))
    assert names(wish) == ["worker-2", "logger", "main", "worker-1", "worker-3"]
    folded = replace(wish, grouping=Grouping.NAME).with_turned(["worker"])
    assert names(folded) == ["worker-2", "logger", "main", "▸ worker ×3"]


def test_a_lane_that_is_hidden_is_so_even_where_it_is_pinned() -> None:
    wish = Arrangement(pinned=(KEYS[3],)).with_hidden([KEYS[3]])
    assert names(wish) == ["main", "logger", "worker-1", "worker-3"]


def test_a_lane_unfolds_into_a_row_for_each_depth() -> None:
    wish = Arrangement(unfolded=frozenset(KEYS))
    tracks = arranged(VIEW, wish)
    assert tracks.upper[2:6] == (ONE, Track("spans", 2, 0), Track("spans", 2, 1), TWO)
    assert names(wish)[2:6] == ["worker-1", "  └", "    └", "worker-2"]


def test_the_resources_are_shown_or_not() -> None:
    cpus = ["▪ CPU 0", "▪ CPU 1"]
    assert below(Arrangement(cpus=True)) == ["◆ printer", "≈ frequency", "≈ todo", *cpus]
    assert below(Arrangement(resources=False, cpus=True)) == cpus
    assert below(Arrangement(resources=False)) == []


def test_a_name_of_the_users_own_is_used_everywhere() -> None:
    wish = Arrangement().with_name(KEYS[3], "the slow one").with_name(KEYS[0], "boss")
    assert names(wish) == ["boss", "logger", "worker-1", "the slow one", "worker-3"]
    assert names(wish.with_name(KEYS[3], "slow"))[3] == "slow"
    assert names(wish.with_name(KEYS[3], ""))[3] == "worker-2"
    assert names(replace(wish, words="slow")) == ["the slow one"]


def test_the_nearest_of_a_lane_in_a_folded_group_is_the_group() -> None:
    tracks = arranged(VIEW, BY_NAME.with_turned(["worker"]))
    group = Track("group", 0)
    assert tracks.nearest(TWO) == tracks.nearest(Track("spans", 3, 1)) == group
    assert (tracks.nearest(MAIN), tracks.nearest(group)) == (MAIN, group)


def test_the_nearest_of_what_is_not_shown_is_the_lane_before() -> None:
    tracks = arranged(VIEW, Arrangement().with_hidden([KEYS[2], KEYS[3]]))
    assert tracks.nearest(TWO) == tracks.nearest(Track("spans", 2, 0)) == LOGGER
    assert tracks.nearest(Track("lane", 99)) == THREE
    hidden = arranged(VIEW, Arrangement().with_hidden(KEYS[:1]))
    assert hidden.nearest(MAIN) == LOGGER


def test_the_nearest_of_folded_spans_is_their_lane() -> None:
    assert arranged(VIEW, Arrangement()).nearest(Track("spans", 2, 1)) == ONE


def test_the_nearest_of_what_there_is_nothing_like_is_the_first() -> None:
    tracks = arranged(VIEW, Arrangement(resources=False))
    assert tracks.nearest(Track("lock", 0)) == tracks.nearest(Track("group", 4)) == MAIN
    assert NO_TRACKS.nearest(TWO) == FIRST


def test_beside_stays_on_the_screen() -> None:
    tracks = arranged(VIEW, Arrangement())
    assert (tracks.beside(MAIN, 1), tracks.beside(ONE, -1)) == (LOGGER, LOGGER)
    assert tracks.beside(MAIN, -1) == MAIN
    assert tracks.beside(THREE, 1) == Track("lock", 0)
    assert tracks.beside(MAIN, 99) == Track("counter", 1)
    folded = arranged(VIEW, BY_NAME.with_turned(["worker"]))
    assert folded.beside(THREE, -1) == LOGGER


key_sets = st.frozensets(st.sampled_from(KEYS))
wishes = st.builds(
    Arrangement,
    grouping=st.none() | st.sampled_from(Grouping),
    turned=st.frozensets(st.sampled_from(["worker", "main", "worker-1"])),
    order=st.sampled_from(["start", "name", "running", "waiting"]),
    words=st.sampled_from(["", "w", "er 1", "nobody"]),
    pinned=st.lists(st.sampled_from(KEYS), unique=True).map(tuple),
    hidden=key_sets,
    unfolded=key_sets,
    resources=st.booleans(),
    cpus=st.booleans(),
)


@given(wishes, wishes)
def test_every_wish_shows_each_track_once_and_a_choice_stays_one(
    wish: Arrangement, before: Arrangement
) -> None:
    tracks: Tracks = arranged(VIEW, wish)
    assert len(set(tracks.all)) == len(tracks.all)
    for chosen in arranged(VIEW, before).all:
        assert tracks.nearest(chosen) in (tracks.all or (FIRST,))
    lanes = {track.number for track in tracks.upper if track.kind == "lane"}
    assert not {KEYS[number] for number in lanes} & wish.hidden
    for track in tracks.upper:
        assert track.kind != "spans" or track.number in lanes
    folded = {number for group in tracks.folded for number in tracks.groups[group].lanes}
    asked = {
        number
        for number, name in enumerate(VIEW.labels)
        if KEYS[number] not in wish.hidden and all(word in name for word in wish.words.split())
    }
    pinned = {KEYS.index(key) for key in wish.pinned if key not in wish.hidden}
    assert lanes == (asked - folded) | pinned


def test_what_libraries_start_for_themselves_stands_last_in_any_order() -> None:
    lanes = [
        replace(lane(name, [], end_ns=9_000, tid=row), helper=name == "helper", probes=False)
        for row, name in enumerate(("z", "helper", "a"))
    ]
    view = TraceView.of(trace(lanes, gil=False))
    assert names(Arrangement(), view) == ["z", "a", "helper"]
    assert names(Arrangement(order="name"), view) == ["a", "z", "helper"]
    assert names(Arrangement(order="waiting"), view)[-1] == "helper"
