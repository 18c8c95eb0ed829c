"""Looks for a pattern in a text in one pass, whatever the pattern: no text makes it try again.

The places where the pattern may stand are followed all at once, and sets of places that occurred are remembered: a
character then takes one look-up (Thompson 1968).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from inspector.present.filter.regular import Edge, Either, Letter, Repeat, Row, Shape

MOST = 20_000
"""So many steps are remembered; then all is forgotten."""

PLAIN, WORD, NEWLINE, LAST_NEWLINE, NOTHING = range(5)
"""What stands before and behind a place: a letter, one of a word, the end of a line, that at the very end, or none."""

_B_IN_NOTHING = re.search(r"\B", "") is not None
"""Whether this Python finds it in an empty text: from 3.14 on."""

_EDGES: dict[str, Callable[[int, int], bool]] = {
    "^": lambda before, behind: before == NOTHING,
    "A": lambda before, behind: before == NOTHING,
    "m^": lambda before, behind: before in (NOTHING, NEWLINE),
    "$": lambda before, behind: behind in (NOTHING, LAST_NEWLINE),
    "m$": lambda before, behind: behind in (NOTHING, NEWLINE, LAST_NEWLINE),
    "Z": lambda before, behind: behind == NOTHING,
    "b": lambda before, behind: (before == WORD) is not (behind == WORD),
    "B": lambda before, behind: (
        (before == WORD) is (behind == WORD) and (_B_IN_NOTHING or (before, behind) != (NOTHING, NOTHING))
    ),
}

Node = tuple[Letter | Edge | None, tuple[int, ...]]
"""What has to be there, and the nodes behind it. None: nothing has to."""


class _Places:
    """A set of nodes. ``moves``: the set behind each character that was met."""

    __slots__ = ("fits", "moves", "nodes", "within")

    def __init__(self, nodes: frozenset[int], fits: bool) -> None:
        self.nodes = nodes
        self.fits = fits
        self.moves: dict[str, _Places] = {}
        self.within: dict[tuple[int, int], _Places] = {}


class Automaton:
    """One pattern. Node 0 is the end of it."""

    def __init__(self, shape: Shape) -> None:
        self._nodes: list[Node] = [(None, ())]
        self._start = frozenset([self._add(shape, 0)])
        edges = [wanted for wanted, _ in self._nodes if isinstance(wanted, Edge)]
        self._edged = bool(edges)
        flags = edges[0].flags if edges else 0
        self._word = re.compile(r"\w", flags & (re.ASCII | re.UNICODE)).match
        self._forget()

    def search(self, text: str) -> bool:
        """Whether it fits somewhere in a text."""
        return self._search_edged(text) if self._edged else self._search_plain(text)

    def _forget(self) -> None:
        self._known: dict[frozenset[int], _Places] = {}
        self._remembered = 0
        self._first = self._places(self._start)

    def _search_plain(self, text: str) -> bool:
        places = self._closed(self._first, NOTHING, NOTHING)
        for letter in text:
            if places.fits:
                return True
            there = places.moves.get(letter)
            if there is None:
                there = self._move(places, letter)
                closed = self._closed(there, NOTHING, NOTHING)
                places.moves[letter] = there = closed
            places = there
        return places.fits

    def _search_edged(self, text: str) -> bool:
        places, before, last = self._first, NOTHING, len(text) - 1
        for place, letter in enumerate(text):
            sort = NEWLINE if letter == "\n" else WORD if self._word(letter) else PLAIN
            behind = LAST_NEWLINE if place == last and sort == NEWLINE else sort
            closed = places.within.get((before, behind)) or self._closed(places, before, behind)
            if closed.fits:
                return True
            there = closed.moves.get(letter)
            if there is None:
                there = closed.moves[letter] = self._move(closed, letter)
            places, before = there, sort
        return self._closed(places, before, NOTHING).fits

    def _places(self, nodes: frozenset[int]) -> _Places:
        found = self._known.get(nodes)
        if found is None:
            found = self._known[nodes] = _Places(nodes, 0 in nodes)
        return found

    def _move(self, places: _Places, letter: str) -> _Places:
        """The nodes behind this character, and the first one again: it may fit from there."""
        self._remembered += 1
        if self._remembered > MOST:
            self._forget()
        nodes = set(self._start)
        for node in places.nodes:
            wanted, behind = self._nodes[node]
            if isinstance(wanted, Letter) and _is(wanted.source, wanted.flags, letter):
                nodes.update(behind)
        return self._places(frozenset(nodes))

    def _closed(self, places: _Places, before: int, behind: int) -> _Places:
        """With all nodes that are reached without a character between these two."""
        found = places.within.get((before, behind))
        if found is None:
            reached: set[int] = set()
            left = list(places.nodes)
            while left:
                node = left.pop()
                if node in reached:
                    continue
                reached.add(node)
                wanted, more = self._nodes[node]
                if wanted is None or (isinstance(wanted, Edge) and _EDGES[wanted.kind](before, behind)):
                    left += more
            kept = (n for n in reached if n == 0 or isinstance(self._nodes[n][0], Letter))
            found = places.within[before, behind] = self._places(frozenset(kept))
        return found

    def _node(self, wanted: Letter | Edge | None, behind: Iterable[int]) -> int:
        self._nodes.append((wanted, tuple(behind)))
        return len(self._nodes) - 1

    def _add(self, shape: Shape, behind: int) -> int:
        """The node where a part begins that goes on at ``behind``."""
        match shape:
            case Row(parts):
                for part in reversed(parts):
                    behind = self._add(part, behind)
                return behind
            case Either(parts):
                return self._node(None, [self._add(part, behind) for part in parts])
            case Repeat(part, least, most):
                return self._repeat(part, least, most, behind)
            case _:
                return self._node(shape, [behind])

    def _repeat(self, part: Shape, least: int, most: int | None, behind: int) -> int:
        if most is None:
            turn = self._node(None, ())
            self._nodes[turn] = None, (self._add(part, turn), behind)
            behind = turn
        else:
            over = behind
            for _ in range(most - least):
                behind = self._node(None, [self._add(part, behind), over])
        for _ in range(least):
            behind = self._add(part, behind)
        return behind


@lru_cache(100_000)
def _is(source: str, flags: int, letter: str) -> bool:
    """Whether a single-character pattern fits a character."""
    return _single(source, flags).match(letter) is not None


@lru_cache(2_000)
def _single(source: str, flags: int) -> re.Pattern[str]:
    return re.compile(source, flags)
