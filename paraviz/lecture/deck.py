"""A deck in Markdown as slides, notes and code blocks.

Slides begin at a heading of the first or the second level, as pandoc has it with a slide level of
2; or behind `---` with an empty line before it, or behind presenterm's `<!-- end_slide -->`. Front
matter between two `---` at the top names title and author. `<!-- notes: … -->` is for the speaker,
`<!-- pause -->` parts a slide into steps. A code block's info string has its language, the lines to
step through (`{1,3|5-7}`) and attributes (`name=value`).
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from paraviz.errors import FormatError
from paraviz.text.translation import _

PYTHON = ("python", "py", "python3")
"""Languages of blocks that run."""
_LARGEST = 4_000_000
_MOST_SLIDES = 2_000
_HEADING = re.compile(r"(#{1,2})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})[ \t]*(.*)$")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_LINES = re.compile(r"\{([0-9,|\- ]+)\}")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w-]*)=(\"[^\"]*\"|'[^']*'|\S+)")
_LINE_LIMIT = 10_000


class Block(Struct, frozen=True):
    """A code block."""

    number: int
    """Among the blocks that run, from 1 on; 0 for one that does not."""
    language: str
    code: str
    """Its lines, each with its end."""
    steps: tuple[tuple[int, ...], ...] = ()
    """Which lines are looked at, one after the other."""
    attributes: dict[str, str] = {}
    """What stands behind its language."""


class Slide(Struct, frozen=True):
    """One slide."""

    number: int
    """From 1 on."""
    title: str
    """Its heading, or ""."""
    parts: tuple[tuple[str | int, ...], ...]
    """What is shown one after the other; more than one where it has pauses. Each has texts in
    Markdown, without notes, and places in `blocks`."""
    notes: str = ""
    """What the speaker sees."""
    blocks: tuple[Block, ...] = ()
    """Its code blocks, in order."""

    @property
    def markdown(self) -> str:
        """All of it as one text."""
        return "".join(
            item if isinstance(item, str) else fenced(self.blocks[item])
            for part in self.parts
            for item in part
        )

    @property
    def stops(self) -> list[tuple[int, tuple[int, ...]]]:
        """What one sees on the way through it: how many of its parts, and which lines."""
        stops: list[tuple[int, tuple[int, ...]]] = []
        for count, part in enumerate(self.parts, 1):
            blocks = [self.blocks[item] for item in part if isinstance(item, int)]
            steps = [step for block in blocks for step in block.steps]
            stops += [(count, step) for step in steps] or [(count, ())]
        return stops or [(1, ())]

    @property
    def runs(self) -> tuple[Block, ...]:
        """Those that can be run."""
        return tuple(block for block in self.blocks if block.number)


class Deck(Struct, frozen=True):
    """A whole deck."""

    title: str
    author: str
    slides: tuple[Slide, ...]
    path: str = ""

    @property
    def blocks(self) -> tuple[tuple[Slide, Block], ...]:
        """The blocks that run, each with its slide."""
        return tuple((slide, block) for slide in self.slides for block in slide.runs)


def fenced(block: Block) -> str:
    """A block as Markdown has it: within a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall(r"`+", block.code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{block.language}\n{block.code}{fence}\n"


def read_deck(path: Path) -> Deck:
    """The deck in a file. Raises FormatError, with one line that names the file."""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise FormatError(_("{file}: too large for a deck").format(file=path))
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise FormatError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise FormatError(_("{file}: not a text in UTF-8").format(file=path)) from error
    deck = parse_deck(text, str(path))
    if not deck.slides:
        raise FormatError(_("{file}: a deck without a slide").format(file=path))
    return deck


def parse_deck(text: str, path: str = "") -> Deck:
    """A deck from its text; whatever the text is, it has some slides. Raises FormatError if there
    are too many."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    about, lines = _front_matter(lines)
    slides: list[Slide] = []
    blocks = 0
    for part in _parted(lines):
        slide = _slide(len(slides) + 1, part, blocks)
        blocks += len(slide.runs)
        slides.append(slide)
        if len(slides) > _MOST_SLIDES:
            words = _("{file}: more than {count:,} slides")
            raise FormatError(words.format(file=path or "-", count=_MOST_SLIDES))
    title = about.get("title") or next((slide.title for slide in slides if slide.title), "")
    return Deck(title, about.get("author", ""), tuple(slides), path)


def _front_matter(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """What the top says, `name: value` a line, and the rest."""
    if not lines or lines[0].strip() != "---":
        return {}, lines
    for at, line in enumerate(lines[1:200], start=1):
        if line.strip() in ("---", "..."):
            pairs = (each.partition(":") for each in lines[1:at] if not each.startswith(" "))
            said = {name.strip().lower(): value.strip().strip("\"'") for name, _c, value in pairs}
            return said, lines[at + 1 :]
    return {}, lines


def _parted(lines: list[str]) -> list[list[str]]:
    """The lines of each slide. An empty one between two marks is none."""
    slides: list[list[str]] = [[]]
    fence, comment, before = "", False, ""
    for line in lines:
        bare = line.strip()
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
        elif comment:
            comment = "-->" not in line
        elif (found := _FENCE.match(line[:_LINE_LIMIT])) is not None:
            fence = found[1]
        elif bare == "<!-- end_slide -->" or (bare == "---" and not before):
            slides.append([])
            before = ""
            continue
        elif "<!--" in line and "-->" not in line:
            comment = True
        elif _HEADING.match(line[:_LINE_LIMIT]) and any(each.strip() for each in slides[-1]):
            slides.append([])
        slides[-1].append(line)
        before = bare
    return [slide for slide in slides if any(each.strip() for each in slide)]


def _slide(number: int, lines: list[str], before: int) -> Slide:
    """A slide; `before` blocks that run came before it."""
    title = ""
    notes: list[str] = []
    blocks: list[Block] = []
    parts: list[list[str | int]] = [[""]]
    at = 0
    while at < len(lines):
        line = lines[at]
        fence = _FENCE.match(line[:_LINE_LIMIT])
        if fence is not None:
            end = _fence_end(lines, at, fence[1])
            code = "".join(f"{each}\n" for each in lines[at + 1 : end])
            block = _block(before + len([each for each in blocks if each.number]), fence[2], code)
            blocks.append(block)
            parts[-1] += [len(blocks) - 1, ""]
            at = end + 1
            continue
        if "<!--" in line:
            end = at
            while "-->" not in lines[end] and end + 1 < len(lines):
                end += 1
            line = _without_comments("\n".join(lines[at : end + 1]), parts, notes)
            at = end
        heading = _HEADING.match(line[:_LINE_LIMIT])
        if heading is not None and not title:
            title = heading[2]
        _write(parts, f"{line}\n")
        at += 1
    shown = tuple(tuple(item for item in part if item != "") for part in parts)
    return Slide(number, title, shown, "\n".join(notes), tuple(blocks))


def _write(parts: list[list[str | int]], text: str) -> None:
    """Go on with the text that a part ends with."""
    last = parts[-1][-1]
    assert isinstance(last, str)
    parts[-1][-1] = last + text


def _fence_end(lines: list[str], at: int, fence: str) -> int:
    """The line that closes a fence, or the end of the slide."""
    for end in range(at + 1, len(lines)):
        bare = lines[end].strip()
        if bare.startswith(fence) and not bare.strip(fence[0]):
            return end
    return len(lines)


def _block(before: int, info: str, code: str) -> Block:
    language, _space, rest = info.strip().partition(" ")
    language, brace, more = language.partition("{")
    rest = brace + more + " " + rest
    lines = _LINES.search(rest)
    attributes = {name: value.strip("\"'") for name, value in _ATTRIBUTE.findall(rest)}
    number = before + 1 if language.lower() in PYTHON else 0
    return Block(number, language.lower(), code, _steps(lines[1]) if lines else (), attributes)


def _steps(text: str) -> tuple[tuple[int, ...], ...]:
    """`1,3|5-7` as the lines of each step."""
    steps = []
    for part in text.split("|"):
        numbers: list[int] = []
        for each in part.split(","):
            first, _dash, last = each.strip().partition("-")
            if first.isdecimal() and (not last or last.isdecimal()):
                low, high = int(first), int(last or first)
                numbers += range(low, min(high, low + 1_000) + 1)
        steps.append(tuple(numbers))
    return tuple(steps)


def _without_comments(text: str, parts: list[list[str | int]], notes: list[str]) -> str:
    """Text without its comments: notes are noted, a pause begins a part."""
    rest = ""
    at = 0
    for found in _COMMENT.finditer(text):
        rest += text[at : found.start()]
        at = found.end()
        said = found[1].strip()
        if said.startswith("notes:"):
            notes.append(said.removeprefix("notes:").strip())
        elif said.startswith("speaker_note:"):
            notes.append(said.removeprefix("speaker_note:").strip())
        elif said == "pause":
            _write(parts, rest)
            parts.append([""])
            rest = ""
    return rest + text[at:]
