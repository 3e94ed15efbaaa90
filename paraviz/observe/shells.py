"""Text for a shell: where it begins a Python, and how it reads so that this one runs observed.

Only what stands in the text itself is found: not what a variable, `eval`, a substitution or another
script comes to. Words are put behind the name of the interpreter; everything else stays as it is,
and is read by the shell once, as before. A text that is not wholly understood is left alone.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Insertion = Callable[[Sequence[str]], tuple[int, list[str]] | None]
    """For the words of a command: behind which one of them which words are to stand."""

UNKNOWN = "\0"
"""In place of a word that only the shell can tell."""
_GO_ON = frozenset(("if", "then", "elif", "else", "do", "while", "until", "!", "{", "time"))
"""Behind these a command begins."""
_LEFT_ALONE = frozenset(("case", "function", "alias", "select"))
_SHOWING = frozenset(("xtrace", "verbose", UNKNOWN))
_PLAIN = frozenset("_@%+=:,./-")
_OPERATORS = ";&|\n()"
_BLANKS = " \t"


class _NotUnderstoodError(Exception):
    pass


class _Word:
    __slots__ = ("end", "text")

    def __init__(self, text: str, end: int) -> None:
        """`text`: what the shell makes of it, or `UNKNOWN`; `end`: where it ends."""
        self.text, self.end = text, end


def observed_text(text: str, insertion: Insertion) -> str | None:
    """The text with the words of `insertion` in each command that has some; None where none has."""
    try:
        commands = _commands(text)
        if any(_shows(command) for command in commands):
            return None
        found = [
            (command[place].end, words)
            for command in commands
            if (inserted := insertion([word.text for word in command])) is not None
            for place, words in (inserted,)
        ]
    except _NotUnderstoodError:
        return None
    for at, words in reversed(found):
        text = f"{text[:at]} {' '.join(map(_quoted_word, words))}{text[at:]}"
    return text if found else None


def _quoted_word(word: str) -> str:
    """As `shlex.quote`, without what that imports."""
    if word and all((each.isascii() and each.isalnum()) or each in _PLAIN for each in word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


def _commands(text: str) -> list[list[_Word]]:
    """The words of each simple command, without assignments and redirections."""
    commands: list[list[_Word]] = []
    words: list[_Word] = []
    at, redirects = 0, False
    while at < len(text):
        letter = text[at]
        if letter in _OPERATORS:
            if letter == "(" and words:
                raise _NotUnderstoodError
            commands.append(words)
            words = []
            at += 1
        elif letter in _BLANKS or text.startswith("\\\n", at):
            at += 1 if letter in _BLANKS else 2
        elif letter == "#":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif letter in "<>":
            if text.startswith(("<<", "<(", ">("), at):
                raise _NotUnderstoodError
            at += 1
            while at < len(text) and text[at] in "<>&|":
                at += 1
            redirects = True
        else:
            word = _word(text, at)
            at = word.end
            if redirects or (word.text.isdigit() and text[at : at + 1] in ("<", ">")):
                redirects = False
            elif words or not (word.text in _GO_ON or _is_assignment(word.text)):
                if not words and word.text in _LEFT_ALONE:
                    raise _NotUnderstoodError
                words.append(word)
    return [command for command in (*commands, words) if command]


def _shows(command: Sequence[_Word]) -> bool:
    """Whether from this command on the shell may show what it runs."""
    given = [word.text for word in command]
    return given[0] == "set" and any(
        word in _SHOWING or (word[:1] == "-" and set(word) & set("xv")) for word in given[1:]
    )


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()


def _word(text: str, at: int) -> _Word:
    """The word that begins there."""
    start, made, known = at, "", True
    while at < len(text) and text[at] not in _OPERATORS + _BLANKS + "<>":
        letter = text[at]
        if letter == "\\":
            if text[at + 1 : at + 2] != "\n":
                made += text[at + 1 : at + 2]
            at += 2
        elif letter == "'":
            end = text.find("'", at + 1)
            if end < 0:
                raise _NotUnderstoodError
            made += text[at + 1 : end]
            at = end + 1
        elif letter == '"':
            end = _quoted(text, at + 1)
            inside = text[at + 1 : end]
            known = known and not set(inside) & set("$`\\")
            made += inside
            at = end + 1
        elif letter in "$`":
            known, at = False, _expansion(text, at)
        else:
            brace = letter == "{" and not text[at + 1 : at + 2].isspace()
            known = known and letter not in "*?[~" and not brace
            made += letter
            at += 1
    assignment = start < at and _is_assignment(text[start:at])
    return _Word(made if known else text[start:at] if assignment else UNKNOWN, min(at, len(text)))


def _quoted(text: str, at: int) -> int:
    """Where the quotation mark is that ends what begins here."""
    while at < len(text):
        if text[at] == '"':
            return at
        if text[at] == "\\":
            at += 2
        elif text[at] in "$`":
            at = _expansion(text, at)
        else:
            at += 1
    raise _NotUnderstoodError


def _expansion(text: str, at: int) -> int:
    """What follows an expansion that begins there."""
    if text[at] == "`":
        end = text.find("`", at + 1)
        if end < 0:
            raise _NotUnderstoodError
        return end + 1
    closing = {"(": ")", "{": "}"}.get(text[at + 1 : at + 2])
    if closing is None:
        # What follows a `$'` would be read otherwise.
        if text[at + 1 : at + 2] in ("'", '"'):
            raise _NotUnderstoodError
        return at + 1
    opening, depth, at = text[at + 1], 0, at + 1
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter == "'" and opening == "(":
            at = text.find("'", at + 1)
            if at < 0:
                break
        elif letter == '"':
            at = _quoted(text, at + 1)
        elif letter in (opening, closing):
            depth += 1 if letter == opening else -1
            if not depth:
                return at + 1
        at += 1
    raise _NotUnderstoodError
