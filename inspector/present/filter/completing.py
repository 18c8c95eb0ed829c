"""What can stand where somebody is typing in a filter: fields, comparisons, values that occur, and how to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inspector.present.filter.fields import FIELDS, NAMES, Field, Type
from inspector.present.filter.grammar import compares
from inspector.present.filter.literals import OPS
from inspector.present.filter.tokens import Sort, Token, tokens
from inspector.present.filter.tree import Op, quoted

MOST = 60
"""So many values are offered at most."""

ABOUT_OPS = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "less than",
    Op.LE: "at most",
    Op.GT: "more than",
    Op.GE: "at least",
    Op.LIKE: "fits a pattern: /…/",
    Op.UNLIKE: "fits it not",
    Op.CONTAINS: "has it somewhere in it",
    Op.IN: "is one of (…, …)",
}
_SAMPLES = {
    "gap": ("1s", "5s", "10s", "1m"),
    "silence": ("5s", "10s", "30s", "2m"),
    "at": ("10s", "1m", "10m"),
    "size": ("1k", "64k", "1M"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What is put in, and what it is."""

    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """The offers take the place of the text from ``start`` to before ``end``."""

    start: int
    end: int
    offers: tuple[Offer, ...]


Values = Callable[[Field], Iterable[str]]
"""The values of a field that occur."""


def complete(text: str, cursor: int, values: Values, asked: bool = False) -> Completion:
    """What can stand at the cursor. ``asked``: also where nothing was begun, and for every word."""
    before = text[:cursor]
    found, broken = tokens(before)
    found = found[:-1]
    typed = Token(Sort.WORD, "", cursor, cursor)
    if broken is not None:
        typed = Token(Sort.TEXT, before[broken.start :].lstrip("\"'"), broken.start, cursor)
    elif found and found[-1].end == cursor and found[-1].sort in (Sort.WORD, Sort.TEXT):
        typed = found.pop()
    place = _Place()
    for token in found:
        place.take(token)
    offers = _offers(place, typed, values, asked or compares(text), asked)
    fitting = tuple(offer for offer in offers if offer.text != before[typed.start :])
    return Completion(typed.start, cursor, fitting[:MOST])


class _Place:
    """What is expected behind the tokens so far: an operand, a sign behind ``field``, its value, or a join."""

    def __init__(self) -> None:
        self.expects = "operand"
        self.field: Field | None = None
        self.signs: list[str] = []

    def take(self, token: Token) -> None:
        """Go one token further."""
        word = token.value.lower() if token.sort in (Sort.WORD, Sort.SIGN) else ""
        if self.expects == "sign" and (token.sort is Sort.SIGN or word in ("not", "contains", "in")):
            self.signs.append(word)
            self.expects = "sign" if word == "not" else "value"
        elif self.expects == "value" and "in" in self.signs:
            self.expects = "join" if word == ")" else "value"
        elif self.expects == "value" or word == ")":
            self.expects = "join"
        elif word in ("and", "or", "&&", "||", "not", "!", "("):
            self.expects = "operand"
        else:
            self.field, self.signs = NAMES.get(word), []
            self.expects = "join" if self.field is None else "sign"


def _offers(place: _Place, typed: Token, values: Values, wished: bool, asked: bool) -> list[Offer]:
    word, field = typed.value.lower(), place.field
    if place.expects == "sign" and field is not None:
        ops = [op for op in OPS[field.type] if op.startswith(word)]
        if "not" in place.signs:
            ops = [op for op in ops if op in (Op.CONTAINS, Op.IN)]
        return [Offer(op.value, ABOUT_OPS[op]) for op in ops]
    if place.expects == "value" and field is not None:
        known = [] if place.signs[-1] in ("~", "!~", "=~") else _values(field, values)
        fitting = [offer for offer in known if word in offer.text.lower()]
        return sorted(fitting, key=lambda offer: not offer.text.lower().lstrip('"').startswith(word))
    if place.expects == "join" and wished:
        joins = (Offer("and", "both"), Offer("or", "one of them"))
        return [join for join in joins if join.text.startswith(word) and (word or asked)]
    if typed.sort is Sort.TEXT or not (word or wished):
        return []
    no = [Offer("not", "the other rows")] if asked or word in ("n", "no") else []
    return [Offer(field.name, field.about) for field in _fields(word)] + no


def _values(field: Field, values: Values) -> list[Offer]:
    if field.choices:
        return [Offer(choice) for choice in field.choices]
    offers = [Offer("focus", "the run that is shown")] if field.name == "run" else []
    known = sorted({value for value in values(field) if value}, key=lambda value: (len(value) > 40, value.lower()))
    if field.type is Type.TEXT:
        return offers + [Offer(quoted(value)) for value in known]
    return [*offers, *(Offer(value) for value in (*_SAMPLES.get(field.name, ()), *known))]


def _fields(typed: str) -> list[Field]:
    """Those that begin so first, then those in which it is."""
    word = typed.lower()
    begin = [field for field in FIELDS.values() if field.name.startswith(word)]
    begin += [f for f in FIELDS.values() if f not in begin and any(name.startswith(word) for name in f.also)]
    within = [field for field in FIELDS.values() if word in field.name and field not in begin]
    return begin + (within if len(word) > 1 else [])
