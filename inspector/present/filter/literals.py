"""One value of a filter, read as the type of its field wants it."""

from __future__ import annotations

import math
import re
import warnings
from functools import cached_property, lru_cache

from inspector.present.filter.automaton import Automaton
from inspector.present.filter.fields import Field, Type
from inspector.present.filter.regular import Shape, needed, shape_of, steps
from inspector.present.filter.tokens import Sort, Token
from inspector.present.filter.tree import Focus, Op, Pattern, Value

SEEN = 200_000
"""So many characters of a text a pattern looks at: the first ones."""

STEPS = 5_000_000
"""So many steps of ``re`` take less than a tenth of a second."""

_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_PLAIN = re.compile(rf"[+-]?{_NUMBER}")
_SIZE = re.compile(rf"({_NUMBER})([kKmMgG])(i?)[bB]?")
_TIMES = re.compile(rf"(-?)((?:{_NUMBER}(?:us|µs|ms|s|min|m|h|d))+)")
_ONE_TIME = re.compile(rf"({_NUMBER})(us|µs|ms|s|min|m|h|d)")
_UNITS = {"us": 0.001, "µs": 0.001, "ms": 1.0, "s": 1e3, "m": 6e4, "min": 6e4, "h": 3.6e6, "d": 8.64e7}
_POWERS = {"k": 1, "m": 2, "g": 3}
_ALIASES = {"warning": "warn", "err": "error", "yes": "true", "no": "false", "on": "true", "off": "false"}

_EQUAL = (Op.EQ, Op.NE, Op.IN)
_ORDER = (Op.LT, Op.LE, Op.GT, Op.GE)
OPS: dict[Type, tuple[Op, ...]] = {
    Type.TEXT: (Op.EQ, Op.NE, Op.CONTAINS, Op.LIKE, Op.UNLIKE, Op.IN),
    Type.NUMBER: (Op.EQ, Op.NE, *_ORDER, Op.IN),
    Type.TIME: (*_ORDER, Op.EQ, Op.NE, Op.IN),
    Type.CHOICE: _EQUAL,
    Type.RANK: (*_ORDER, *_EQUAL),
}
"""How the fields of each type can be compared, what is likeliest first."""


class Odd(str):
    """Why a token is no value of a field: the sentence."""

    __slots__ = ()


def read(token: Token, field: Field, op: Op) -> Value | Odd:
    """The value that a token is for this field, or why it is none."""
    if op in (Op.LIKE, Op.UNLIKE):
        return _pattern(token)
    if token.sort is Sort.PATTERN:
        return Odd(f"A pattern goes with ~ or !~: {field.name} ~ /…/.")
    if field.type is Type.TEXT:
        focus = field.name == "run" and token.sort is Sort.WORD and token.value == "focus" and op in _EQUAL
        return Focus() if focus else token.value
    if field.choices:
        word = token.value.lower()
        word = word if word in field.choices else _ALIASES.get(word, word)
        return word if word in field.choices else Odd(f"{field.name} is one of {', '.join(field.choices)}.")
    number = _time(token.value) if field.type is Type.TIME else _size(token.value)
    if number is None or not math.isfinite(number):
        wanted = "a time such as 5s, 250ms or 1m30s" if field.type is Type.TIME else "a number"
        return Odd(f"{field.name} is compared with {wanted}.")
    return number


class Matcher:
    """A pattern ready for use. ``re`` is faster, but it tries every way and cannot be stopped at that.

    So it is given only texts for which even the worst of that is short. The others are gone through in one pass.
    """

    def __init__(self, quick: re.Pattern[str], shape: Shape) -> None:
        self._quick = quick.search
        self._shape = shape
        self._short = _short(shape)

    def search(self, text: str) -> bool:
        """Whether it fits somewhere in the first :data:`SEEN` characters of a text."""
        if len(text) <= self._short:
            return self._quick(text) is not None
        return self._steady.search(text[:SEEN])

    @cached_property
    def needed(self) -> str:
        """What is in every text that fits: see :func:`needed`."""
        return needed(self._shape)

    @cached_property
    def _steady(self) -> Automaton:
        return Automaton(self._shape)


def _short(shape: Shape) -> int:
    """How long a text may be that ``re`` is given."""
    short, long = -1, SEEN
    while short < long:
        middle = (short + long + 1) // 2
        short, long = (middle, long) if steps(shape, middle) <= STEPS else (short, middle - 1)
    return short


@lru_cache(64)
def compiled(pattern: Pattern) -> Matcher | Odd:
    """The pattern ready for use, or why it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what may read otherwise in a later Python
            quick = re.compile(pattern.source, re.IGNORECASE if pattern.any_case else 0)
        shape = shape_of(pattern.source, quick.flags)
    except (re.error, OverflowError, RecursionError) as error:
        return Odd(f"This is no regular expression: {getattr(error, 'msg', None) or 'it is too large'}.")
    return Odd(shape) if isinstance(shape, str) else Matcher(quick, shape)


def _pattern(token: Token) -> Pattern | Odd:
    if set(token.flags) - {"i"}:
        return Odd("Behind a pattern stands nothing, or i for any case.")
    pattern = Pattern(token.value, "i" in token.flags)
    ready = compiled(pattern)
    return ready if isinstance(ready, Odd) else pattern


def _size(text: str) -> float | None:
    """A number, or one with k, M or G behind it: thousands, or with an i multiples of 1024."""
    if _PLAIN.fullmatch(text):
        return float(text)
    sized = _SIZE.fullmatch(text)
    if sized is None:
        return None
    base = 1024.0 if sized[3] else 1000.0
    return float(sized[1]) * base ** _POWERS[sized[2].lower()]


def _time(text: str) -> float | None:
    """Milliseconds; a number without a unit is seconds."""
    if _PLAIN.fullmatch(text):
        return float(text) * 1000
    times = _TIMES.fullmatch(text)
    if times is None:
        return None
    whole = sum(float(number) * _UNITS[unit] for number, unit in _ONE_TIME.findall(times[2]))
    return -whole if times[1] else whole
