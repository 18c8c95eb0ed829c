"""``--where``: the runs and the exchanges of a log in which a row fits a filter."""

from __future__ import annotations

import argparse
from itertools import compress

from inspector.domain.excerpt import Excerpt
from inspector.present.extract import Part, part_of
from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import facts_of
from inspector.present.filter.grammar import parse
from inspector.present.filter.masks import mask
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import And, Compared, Focus, Not, Or, Tree
from inspector.services.hub import Hub
from inspector.services.model import OpenBook


def condition(text: str) -> Tree:
    """What a filter says, as argparse wants it: a sentence with the place where it makes no sense."""
    read = parse(text)
    if isinstance(read, Problem):
        place = f"“{text[read.start : read.end]}”" if read.end > read.start else "the end"
        at = f"at character {read.start + 1}, {place}" if read.end > read.start else f"at {place}"
        raise argparse.ArgumentTypeError(f"{at}: {read.sentence}")
    if _focused(read):
        raise argparse.ArgumentTypeError("no run is in focus here: name it, as in run == “run_…”")
    return read


def fitting(hub: Hub, shown: OpenBook, tree: Tree) -> Part:
    """What fits of an open log."""
    rows, facts = hub.rows(shown.id), facts_of(hub, shown.id)
    fits = mask(tree, Columns(rows, facts), 0, len(rows))
    return part_of(rows, list(compress(range(len(rows)), fits)), facts.same)


def excerpt(hub: Hub, shown: OpenBook, part: Part) -> Excerpt:
    """The exchanges that fit, whole."""
    return Excerpt(hub.frames(shown.id), part.links, part.ids(hub.book_of(shown.id).runs))


def _focused(tree: Tree) -> bool:
    match tree:
        case Compared(_, _, values):
            return any(isinstance(value, Focus) for value in values)
        case Not(inner):
            return _focused(inner)
        case And(parts) | Or(parts):
            return any(map(_focused, parts))
