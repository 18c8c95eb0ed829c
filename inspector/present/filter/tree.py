"""What a filter says, as a tree, and the tree as text again: reading that text gives the same tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from inspector.present.filter.fields import FIELDS, Type


class Op(StrEnum):
    """How a field is compared. ``!=`` and ``!~`` are true wherever ``==`` and ``~`` are not."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    LIKE = "~"
    UNLIKE = "!~"
    CONTAINS = "contains"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression as ``re`` reads it."""

    source: str
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Focus:
    """The run that is looked at, whichever it is."""


Value = str | float | Pattern | Focus
"""Texts and choices are ``str``; numbers, and times in ms, are ``float``."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A field beside one value, or with ``in`` beside several. ``field`` is a name of the catalogue, no alias."""

    field: str
    op: Op
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """All rows that the inner one leaves out."""

    inner: Tree


@dataclass(frozen=True, slots=True)
class And:
    """Rows that fit all of these; none of them = every row."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Rows that fit one of these at least."""

    parts: tuple[Tree, ...]


Tree = Compared | Not | And | Or

EVERY: Tree = And(())
"""What an empty filter says."""

_UNITS = (("h", 3_600_000.0), ("m", 60_000.0), ("s", 1_000.0))
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_PAIRS = re.compile(r"\\.|/", re.DOTALL)
_RANKS = {Or: 0, And: 1, Not: 2, Compared: 3}


def text_of(tree: Tree) -> str:
    """The tree as somebody could have typed it, with as few brackets as it takes."""
    match tree:
        case Compared():
            return _test(tree)
        case Not(inner):
            return f"not {_within(inner, 2)}"
        case And(parts):
            return " and ".join(_within(part, 2) for part in parts)
        case Or(parts):
            return " or ".join(_within(part, 1) for part in parts)


def quoted(text: str) -> str:
    """A text as it stands in a filter."""
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'


def number_text(number: float) -> str:
    """A number without a needless point."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def time_text(ms: float) -> str:
    """A length of time in the largest unit in which it is short and exact."""
    for unit, size in _UNITS:
        number = ms / size
        if abs(number) >= 1 and number * size == ms and len(text := number_text(number)) <= 6:
            return text + unit
    return number_text(ms) + "ms"


def fields_of(tree: Tree) -> frozenset[str]:
    """The fields that it asks about."""
    match tree:
        case Compared(field):
            return frozenset([field])
        case Not(inner):
            return fields_of(inner)
        case And(parts) | Or(parts):
            return frozenset().union(*map(fields_of, parts))


def _within(tree: Tree, least: int) -> str:
    text = text_of(tree)
    return text if _RANKS[type(tree)] >= least else f"({text})"


def _test(test: Compared) -> str:
    kind = FIELDS[test.field].type
    texts = [_value(value, kind) for value in test.values]
    return f"{test.field} {test.op} {'(' + ', '.join(texts) + ')' if test.op is Op.IN else texts[0]}"


def _value(value: Value, kind: Type) -> str:
    match value:
        case Focus():
            return "focus"
        case Pattern(source, any_case):
            body = _PAIRS.sub(lambda found: "\\/" if found[0] == "/" else found[0], source)
            return f"/{body}/{'i' if any_case else ''}"
        case str():
            return value if kind in (Type.CHOICE, Type.RANK) else quoted(value)
        case _:
            return time_text(value) if kind is Type.TIME else number_text(value)
