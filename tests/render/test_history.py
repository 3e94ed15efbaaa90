"""The way back through past views, and forward again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.history import MOST, History
from paraviz.tui.render.viewport import Viewport

WHOLE = Viewport(0, 10_000_000, 0, 10_000_000, 10_000_000)
CLOSER = WHOLE.between(1_000_000, 2_000_000)
CLOSEST = WHOLE.between(1_400_000, 1_500_000)
ELSEWHERE = WHOLE.between(8_000_000, 9_000_000)


def after(*views: Viewport) -> History:
    """What is remembered of these views, one after the other."""
    history = History()
    for view in views:
        history = history.seen(view)
    return history


def shown(view: Viewport) -> tuple[int, int]:
    return view.start_ns, view.end_ns


def test_back_and_forward_lead_through_the_views_in_their_order() -> None:
    history, at = after(WHOLE, CLOSER, CLOSEST), CLOSEST
    for before in (CLOSER, WHOLE, WHOLE):
        history, at = history.back(at)
        assert shown(at) == shown(before)
        assert history.seen(at) == history
    for later in (CLOSER, CLOSEST, CLOSEST):
        history, at = history.forward(at)
        assert shown(at) == shown(later)
        assert history.seen(at) == history


def test_without_a_past_or_a_future_one_stays() -> None:
    for history in (History(), after(WHOLE)):
        assert history.back(WHOLE) == (history, WHOLE)
        assert history.forward(WHOLE) == (history, WHOLE)


def test_another_way_from_a_past_view_ends_the_future() -> None:
    history, at = after(WHOLE, CLOSER, CLOSEST).back(CLOSEST)
    history = history.seen(ELSEWHERE)
    assert history.forward(ELSEWHERE) == (history, ELSEWHERE)
    history, at = history.back(ELSEWHERE)
    assert shown(at) == shown(CLOSER)


def test_many_small_steps_are_one_way_back() -> None:
    steps = [CLOSER.pan(10_000 * i) for i in range(20)]
    history, at = after(WHOLE, *steps).back(steps[-1])
    assert shown(at) == shown(WHOLE)
    _, at = history.forward(at)
    assert shown(at) == shown(steps[-1])


def test_small_steps_add_up() -> None:
    steps = [CLOSER.pan(300_000 * i) for i in range(3)]
    _, at = after(*steps).back(steps[-1])
    assert shown(at) == shown(CLOSER)


def test_halving_is_a_new_view_and_a_tenth_is_none() -> None:
    assert after(WHOLE, WHOLE.zoom(0.5, 0)).past == (shown(WHOLE),)
    assert after(WHOLE, WHOLE.zoom(0.9, 0)).past == ()


def test_a_live_view_that_was_gone_back_to_is_no_longer_followed() -> None:
    live = Viewport.over(0, 1_000_000, live=True)
    _, at = after(live.zoom(0.1, 0).pan(0), CLOSER).back(live.follow())
    assert not at.following


@given(st.lists(st.tuples(st.integers(0, 9_000_000), st.integers(2_000, 10_000_000)), max_size=30))
def test_back_to_the_first_and_forward_to_the_last(stretches: list[tuple[int, int]]) -> None:
    views = [WHOLE, *(WHOLE.between(start, start + span) for start, span in stretches)]
    history, at = after(*views), views[-1]
    steps = len(history.past)
    for _ in range(steps):
        history, at = history.back(at)
    # Views that are all nearly the first one are no way.
    assert shown(at) == shown(WHOLE if steps else views[-1])
    for _ in range(steps):
        history, at = history.forward(at)
    assert shown(at) == shown(views[-1])


def test_the_oldest_are_forgotten() -> None:
    history = after(*(WHOLE.between(i * 10_000, i * 10_000 + 5_000) for i in range(MOST + 50)))
    assert len(history.past) == MOST
    assert history.past[-1] == ((MOST + 48) * 10_000, (MOST + 48) * 10_000 + 5_000)
