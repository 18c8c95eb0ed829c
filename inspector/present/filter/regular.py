"""Regular expressions read as a tree, and what it can cost at worst to look for one by trying every way.

Only what ``re`` has compiled is read. What only trying can tell (looking around, earlier groups) gives a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf

LARGEST = 250
"""So many single letters and classes a pattern may come to once its counted repeats are written out."""

FANCY = "A pattern cannot look ahead or back or refer to an earlier group here: it could take for ever on some texts."
TOO_LARGE = f"This pattern is too large: with its repeats written out it has more than {LARGEST} places."

_MORE = "iksIKS"
"""Letters that are small or capital forms of others, too, outside of ASCII."""

_COUNT = re.compile(r"\{(?!\})(\d*)(?:(,)(\d*))?\}")
_LETTERS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "a": re.ASCII}
_OPEN = re.compile(r"\(\?(?:P<\w+>|([aiLmsux]*)(?:-([imsx]+))?([:)])|#[^)]*(\)))")
_ESCAPE = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|0[0-7]{0,2}|[0-3][0-7]{2}|.)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One character: whatever the source fits by itself."""

    source: str
    flags: int


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: ``^ $ A Z b B``, where ``m^`` and ``m$`` are those of each line."""

    kind: str
    flags: int


@dataclass(frozen=True, slots=True)
class Row:
    """One part behind the other."""

    parts: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these."""

    parts: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times at least and at most; None = without end."""

    part: Shape
    least: int
    most: int | None


Shape = Letter | Edge | Row | Either | Repeat


def shape_of(source: str, flags: int) -> Shape | str:
    """The tree of a pattern that ``re`` takes with these flags; or why it is not used."""
    return _Reader(source).whole(flags)


def places(shape: Shape) -> float:
    """How many characters and edges it has with its repeats written out."""
    match shape:
        case Row(parts) | Either(parts):
            return sum(map(places, parts))
        case Repeat(part, least, most):
            return max(1, least, most or 0) * max(1, places(part))
        case _:
            return 1


def steps(shape: Shape, length: int) -> float:
    """How many steps it takes at worst to try every way from every place of a text; infinite where that explodes."""
    ways, turns = _ways(shape)
    try:
        tried: float = float(length + 1) ** (turns + 1)
        return ways * places(shape) * tried
    except OverflowError:
        return inf


def needed(shape: Shape) -> str:
    """A piece of lower-case ASCII that is in every text that it fits, whatever its case there. It may be empty."""
    words = [""]
    _collect(shape, words)
    return max(words, key=len)


def _collect(shape: Shape, words: list[str]) -> None:
    match shape:
        case Row(parts):
            for part in parts:
                _collect(part, words)
        case Letter() if letter := _itself(shape):
            words[-1] += letter
        case Repeat(part, least, _) if least:
            words.append("")
            _collect(part, words)
            words.append("")
        case Edge():
            pass
        case _:
            words.append("")


def _itself(letter: Letter) -> str:
    """The character that it fits and no other but in its case; empty for those that fit several."""
    source = letter.source
    one = source[1:] if len(source) == 2 and source[0] == "\\" and not source[1].isalnum() else source
    if len(one) > 1 or not one.isascii() or source == "." or (letter.flags & re.IGNORECASE and one in _MORE):
        return ""
    return one.lower()


def _ways(shape: Shape) -> tuple[float, float]:
    """In how many ways it fits a text at most: so many, times the length of the text to this power."""
    match shape:
        case Row(parts):
            ways, turns = 1.0, 0.0
            for one, more in map(_ways, parts):
                ways, turns = ways * one, turns + more
            return ways, turns
        case Either(parts):
            each = [_ways(part) for part in parts]
            return sum(ways for ways, _ in each), max((turns for _, turns in each), default=0.0)
        case Repeat(part, least, most):
            ways, turns = _ways(part)
            if most is None:
                return (1.0, least * turns + 1) if (ways, turns) == (1.0, 0.0) else (inf, 0.0)
            if ways == 1.0:
                return float(most - least + 1), turns * most
            return (inf if most > LARGEST else ways**most * (most - least + 1)), turns * most
        case _:
            return 1.0, 0.0


class _Reader:
    """Recursive descent over text that is known to be well formed; ``_why`` is set where it cannot be used."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._place = 0
        self._why = ""

    def whole(self, flags: int) -> Shape | str:
        """All of it. ``flags`` are those that ``re`` found out: those at the beginning of the source are among them."""
        if flags & re.VERBOSE:
            return "A pattern is written without spaces and comments here: the flag x is not known."
        shape = self._either(flags)
        if self._why or self._place < len(self._source):
            return self._why or FANCY
        return TOO_LARGE if places(shape) > LARGEST else shape

    def _either(self, flags: int) -> Shape:
        parts = [self._row(flags)]
        while self._source.startswith("|", self._place) and not self._why:
            self._place += 1
            parts.append(self._row(flags))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _row(self, flags: int) -> Shape:
        parts: list[Shape] = []
        while self._place < len(self._source) and self._source[self._place] not in "|)" and not self._why:
            part = self._one(flags)
            if part is not None:
                parts.append(self._repeated(part))
        return Row(tuple(parts))

    def _repeated(self, part: Shape) -> Shape:
        source, place = self._source, self._place
        sign = source[place : place + 1]
        counted = _COUNT.match(source, place) if sign == "{" else None
        if counted is not None:
            least = int(counted[1] or 0)
            most = least if counted[2] is None else int(counted[3]) if counted[3] else None
            self._place = counted.end()
        elif sign and sign in "*+?":
            least, most = int(sign == "+"), 1 if sign == "?" else None
            self._place += 1
        else:
            return part
        if source.startswith("+", self._place):
            self._why = "A pattern cannot have ++, *+ or ?+ here: a single + or * finds the same rows in most patterns."
        self._place += source.startswith("?", self._place)
        return Repeat(part, least, most)

    def _one(self, flags: int) -> Shape | None:
        source, place = self._source, self._place
        letter = source[place]
        if letter == "(":
            return self._group(flags)
        if letter in "^$":
            self._place += 1
            return Edge("m" + letter if flags & re.MULTILINE else letter, flags)
        if letter == "\\":
            return self._escape(flags)
        end = place + 1 if letter != "[" else self._class_end(place)
        self._place = end
        return Letter(source[place:end] if letter in "[." else re.escape(letter), flags)

    def _escape(self, flags: int) -> Shape:
        found = _ESCAPE.match(self._source, self._place)
        assert found is not None
        self._place = found.end()
        if found[0][1] in "AZbBz" and len(found[0]) == 2:
            return Edge("Z" if found[0][1] == "z" else found[0][1], flags)
        if found[0][1] in "123456789" and len(found[0]) == 2:
            self._why = FANCY
        return Letter(found[0], flags)

    def _class_end(self, place: int) -> int:
        """Behind the bracket that closes a class; one that stands first in it does not."""
        source, at = self._source, place + 1
        at += source.startswith("^", at)
        at += source.startswith("]", at)
        while source[at] != "]":
            at += 2 if source[at] == "\\" else 1
        return at + 1

    def _group(self, flags: int) -> Shape | None:
        source = self._source
        if not source.startswith("(?", self._place):
            self._place += 1
        else:
            opened = _OPEN.match(source, self._place)
            if opened is None or "x" in (opened[1] or "") or "L" in (opened[1] or ""):
                self._why = FANCY
                return None
            self._place = opened.end()
            if opened[4] or opened[3] == ")":  # a comment, or flags for the whole, which are known
                return None
            flags = _flagged(flags, opened[1] or "", opened[2] or "")
        inner = self._either(flags)
        self._place += 1
        return inner


def _flagged(flags: int, on: str, off: str) -> int:
    for letter in on:
        flags = (flags | re.UNICODE) & ~re.ASCII if letter == "u" else flags | _LETTERS[letter]
        flags = flags & ~re.UNICODE if letter == "a" else flags
    for letter in off:
        flags &= ~_LETTERS.get(letter, 0)
    return flags
