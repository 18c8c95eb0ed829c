"""``compare``: two runs of saved logs side by side."""

from __future__ import annotations

import argparse

from inspector.cli.logs import desk, opened
from inspector.cli.output import json_line, say
from inspector.domain.diagnosis import Verdict
from inspector.domain.errors import UserError
from inspector.domain.run import Run
from inspector.present.compare import compare as compared
from inspector.present.compare import comparison_object, comparison_text
from inspector.services.hub import Hub


async def compare(args: argparse.Namespace) -> int:
    """0 where nothing but times differs, 1 where something does."""
    async with desk() as hub:
        left = _chosen(hub, (await opened(hub, args.left)).id, args.run, args.left)
        right = _chosen(hub, (await opened(hub, args.right)).id, args.other, args.right)
        both = compared(left, right)
    names = [f"{name} {run.id or '(no id)'}" for name, run in ((args.left, left[0]), (args.right, right[0]))]
    if args.json:
        json_line(comparison_object(names[0], names[1], both))
    else:
        say(comparison_text(names[0], names[1], both))
    return 0 if both.same else 1


def _chosen(hub: Hub, book: int, wanted: str | None, name: str) -> tuple[Run, Verdict, float]:
    """A run of a file with its verdict and the present of the file. UserError where it has none, or not this one."""
    known = {hub.case(run).run.id: run for run in reversed(hub.runs(book))}
    if not known:
        raise UserError(f"There is no run in {name}.")
    run = known.get(wanted) if wanted is not None else hub.runs(book)[0]
    if run is None:
        there = ", ".join(each for each in known if each is not None)
        raise UserError(f"There is no run {wanted} in {name}; there are {there}.")
    return hub.case(run).run, hub.verdict(run), hub.now(book)
