"""Names of what several processes describe, and of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.session.objects import Described, shared_objects

if TYPE_CHECKING:
    from paraviz.trace import SharedObject


def named(*told: dict[str, str]) -> list[SharedObject]:
    """The objects of descriptions that each tell of something new."""
    described = []
    rows: dict[tuple[str, str | None], int] = {}
    for row, fields in enumerate(told):
        described.append(Described("Array"))
        described[-1].learn(fields)
        rows["Array", fields["key"]] = row
    return list(shared_objects(described, rows))


def test_a_part_is_called_after_its_whole() -> None:
    part = {"key": "a[2]", "of": "a", "part": "[2]", "typecode": "i"}
    (element, whole) = named(part, {"key": "a", "name": "table"})
    assert (element.name, element.typecode) == ("table[2]", "i")
    assert (whole.name, whole.typecode) == ("table", "")


def test_parts_of_namesakes_have_the_numbers_of_their_wholes() -> None:
    wholes = [{"key": key, "name": "table"} for key in "ab"]
    parts = [{"key": key, "of": key[0], "part": key[1:]} for key in ("b[0]", "a[0]", "b[1]")]
    names = [one.name for one in named(*wholes, *parts)]
    assert names == ["table 1", "table 2", "table 2[0]", "table 1[0]", "table 2[1]"]


def test_a_part_of_what_nobody_described() -> None:
    parts = [{"key": f"a{part}", "of": "a", "part": part} for part in ("[2]", "[3]")]
    assert [one.name for one in named(*parts)] == ["Array[2]", "Array[3]"]
