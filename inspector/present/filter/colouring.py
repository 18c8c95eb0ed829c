"""Rules that colour rows: a filter, one of a few colours, on or off. The first that fits a row counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from inspector.present.filter.fit import Fit
from inspector.present.filter.grammar import parse
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import Tree

COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "violet", "pink", "grey")
"""By name: each look has a shade of its own on which all text can be read."""

BLOCK = 256
"""Rows that are coloured at a time, when one of them is first in sight."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``text`` is a filter."""

    text: str
    colour: str
    on: bool = True


BUILT_IN = (Rule("finding.severity == error", "red"), Rule("finding.severity == warn", "yellow"))
"""What proves that something is wrong, as long as nobody wants it otherwise."""


def kept(rules: Sequence[Rule]) -> str:
    """Rules as they are kept."""
    return json.dumps([asdict(rule) for rule in rules])


def read_rules(text: str | None) -> tuple[Rule, ...]:
    """Kept rules; those that are built in where none are kept. What is odd in them is left out."""
    try:
        values = json.loads(text) if text else None
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list):
        return BUILT_IN
    found = []
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("text"), str) and value.get("colour") in COLOURS:
            found.append(Rule(value["text"], str(value["colour"]), value.get("on") is not False))
    return tuple(found)


def moved(rules: Sequence[Rule], place: int, by: int) -> tuple[Rule, ...]:
    """The rule at this place further up or down; where there is no further, as they are."""
    to = place + by
    order = list(rules)
    if 0 <= place < len(order) and 0 <= to < len(order):
        order.insert(to, order.pop(place))
    return tuple(order)


def usable(rules: Sequence[Rule]) -> list[tuple[Tree, str]]:
    """The filters of those that are on and make sense, with their colours, in their order."""
    trees = [(parse(rule.text), rule.colour) for rule in rules if rule.on and rule.text.strip()]
    return [(tree, colour) for tree, colour in trees if not isinstance(tree, Problem)]


class Colouring:
    """The colours of the rows of one log, block by block as they come in sight."""

    def __init__(self, fits: Sequence[tuple[Fit, str]] = ()) -> None:
        self._fits = fits
        self._blocks: dict[int, bytearray] = {}

    def of(self, row: int, rows: int) -> str | None:
        """The colour of a row of so many; None for a plain one."""
        if not self._fits:
            return None
        block = self._block(row // BLOCK, rows)
        number = block[row % BLOCK]
        return self._fits[number - 1][1] if number else None

    @property
    def stale(self) -> bool:
        """Whether rows that were coloured may have other colours now."""
        return any(fit.stale for fit, _ in self._fits)

    def _block(self, number: int, rows: int) -> bytearray:
        block = self._blocks.setdefault(number, bytearray())
        first, end = number * BLOCK + len(block), min(rows, (number + 1) * BLOCK)
        if first < end:
            fresh = bytearray(end - first)
            for place in range(len(self._fits) - 1, -1, -1):  # the first rule is laid on last
                mask = self._fits[place][0].mask(first, end)
                found = mask.find(1)
                while found >= 0:
                    fresh[found] = place + 1
                    found = mask.find(1, found + 1)
            block += fresh
        return block
