"""The catalogue of fields."""

from __future__ import annotations

from inspector.present.filter.fields import CHANGING, DEEP, FIELDS, NAMES, Type
from inspector.present.filter.literals import OPS


def test_every_name_is_one_fields_and_all_are_lower_case() -> None:
    names = [name for field in FIELDS.values() for name in (field.name, *field.also)]
    assert len(names) == len(set(names)) == len(NAMES)
    assert all(name == name.lower() for name in names)
    assert FIELDS.keys() >= CHANGING | DEEP


def test_choices_go_with_their_types() -> None:
    for field in FIELDS.values():
        assert bool(field.choices) == (field.type in (Type.CHOICE, Type.RANK))
        assert field.about
        assert OPS[field.type]
