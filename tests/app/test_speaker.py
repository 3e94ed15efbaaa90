"""The speaker's screen in step with the slides, over a socket of the user's own."""

from __future__ import annotations

import asyncio
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz.lecture.deck import read_deck
from paraviz.lecture.sidecar import Binding, Sidecar
from paraviz.lecture.stage import Attendance, Stage, Standing, socket_of
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.deck import DeckScreen
from paraviz.tui.screens.speaker import SpeakerScreen
from tests.app.fakes import until
from tests.app.test_deck import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.pilot import Pilot

DECK = """# One

<!-- notes: say *hello* first -->

```python
print(1)
```

# Two

<!-- pause -->

more
"""


@pytest.fixture(params=["s", "s" * 120], ids=["short", "deep"])
def path(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A deck; a socket's name may not be as long as the path of a home that lies deep."""
    with tempfile.TemporaryDirectory(prefix="pz-", dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        monkeypatch.setenv("XDG_STATE_HOME", str(Path(short) / request.param))
        deck = tmp_path / "deck.md"
        deck.write_text(DECK)
        yield deck


async def test_both_screens_are_in_step(path: Path) -> None:
    deck = read_deck(path)
    sidecar = Sidecar((Binding(1, says="one is written"),))
    slides = DeckScreen(deck, sidecar, path=path)
    speaker = SpeakerScreen(deck, sidecar, path)

    async with ParavizApp(lambda _app: speaker).run_test(size=(80, 24)) as own:
        await until(own, lambda: "no presentation of this deck yet" in shown(own))

        async with ParavizApp(lambda _app: slides).run_test(size=(80, 24)) as there:
            await _both(own, there, lambda: "1/2 · One" in shown(own))
            assert "say hello first" in shown(own) and "next: Two" in shown(own)
            assert "one is written" in shown(own)
            await there.press("pagedown")
            await _both(own, there, lambda: "2/2 · 1/2 · Two" in shown(own))
            assert "no notes" in shown(own) and "this is the last slide" in shown(own)
            await own.press("pagedown")
            await _both(own, there, lambda: "2/2 · 2/2" in shown(own))
            await there.press("b")
            await _both(own, there, lambda: "blank" in shown(own).splitlines()[0])
            await own.press("pageup", "pageup")
            await _both(own, there, lambda: "1/2 · blank · One" in shown(own))
            assert slides.slide.title == "One"
        await until(own, lambda: "no presentation of this deck yet" in shown(own))
    assert not socket_of(path).exists()


async def _both(own: Pilot[None], there: Pilot[None], condition: object) -> None:
    assert callable(condition)
    for _turn in range(400):
        await there.pause(0.005)
        await own.pause(0.005)
        if condition():
            return
    raise AssertionError(shown(own))


async def test_the_socket_is_the_users_own_and_takes_little(path: Path) -> None:
    gone: list[int] = []
    stage = Stage(path, gone.append)
    await stage.open()
    try:
        place = socket_of(path)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        with pytest.raises(FileExistsError):
            await Stage(path, gone.append).open()
        attending = Attendance(path)
        standings = attending.standings()
        first = await anext(standings)
        assert first is not None and first.slide == 0
        for line in (b'{"go": 5}\n', b"[]\n", b'{"run": 1}\n', b'{"go": 1}\n', b"nonsense\n"):
            assert attending._writer is not None
            attending._writer.write(line)
        for _turn in range(200):
            await asyncio.sleep(0.005)
            if gone:
                break
        assert gone == [1]
        # Who sent nonsense was sent away, and comes again.
        assert await anext(standings) is None
        stage.tell(slide=1)
        assert isinstance(again := await anext(standings), Standing) and again.slide == 1
        attending.close()
    finally:
        stage.close()


async def test_a_folder_that_somebody_else_made_is_not_taken(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = socket_of(path).parent
    folder.mkdir(parents=True)
    monkeypatch.setattr("os.getuid", lambda: 12_345)
    other = socket_of(path).parent
    other.parent.mkdir(parents=True, exist_ok=True)
    if other != folder:
        folder.rename(other)
    with pytest.raises(PermissionError):
        await Stage(path, print).open()
    assert await anext(Attendance(path).standings()) is None


async def test_what_a_killed_presentation_left_is_no_hindrance(path: Path) -> None:
    place = socket_of(path)
    place.parent.mkdir(parents=True)
    place.touch()
    stage = Stage(path, print)
    await stage.open()
    stage.close()
    assert not place.exists()
