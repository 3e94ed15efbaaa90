"""Why JSON cannot be decoded, in words of our own: a library's change from version to version, and
speak one language."""

from __future__ import annotations

import codecs
import re

import msgspec

from paraviz.text.translation import _

UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
"""What decoding JSON with msgspec raises."""
_PIECE = 1 << 20
_PLACE = re.compile(r"at `([^`]+)`$")


def reason(error: Exception, content: bytes | memoryview) -> str:
    """What is wrong with `content`, the decoding of which raised `error`; in the current language.

    Only the place of a value of a wrong type is taken from the error, where it names one.
    """
    if isinstance(error, RecursionError):
        return _("it nests too deeply")
    if isinstance(error, msgspec.ValidationError):
        place = _PLACE.search(str(error))
        if place:
            return _("a value of a wrong type at {place}").format(place=place[1])
        return _("a value of a wrong type")
    if isinstance(error, UnicodeDecodeError) or not _is_utf8(memoryview(content)):
        return _("its text is not UTF-8")
    return _("it is cut off or not valid JSON")


def _is_utf8(content: memoryview) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
    try:
        for first in range(0, len(content), _PIECE):
            decoder.decode(content[first : first + _PIECE], final=False)
    except UnicodeDecodeError:
        return False
    return True
