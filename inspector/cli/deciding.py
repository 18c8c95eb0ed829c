"""``decide``: approvals in a saved run state of the Agents SDK, written into a copy of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from inspector.cli.output import complain, data_of, json_line, say
from inspector.domain.actions import Action
from inspector.domain.errors import Refused, UserError
from inspector.services.hub import Hub
from inspector.services.model import RunId
from inspector.wiring import build_hub


async def decide(args: argparse.Namespace) -> int:
    """Exit status: 0 written, 4 refused with the reason. UserError for a file or data that cannot be used."""
    data = data_of(args.data)
    hub = build_hub()
    try:
        run, action = await _asked(hub, Path(args.file))
        if action.why_not is not None:
            complain(action.why_not)
            return 4
        try:
            resume = await hub.decide(run, data, args.out)
        except Refused as reason:
            complain(str(reason))
            return 4
        _told(args, action, resume)
    finally:
        await hub.aclose()
    return 0


async def _asked(hub: Hub, path: Path) -> tuple[RunId, Action]:
    """The first run of the file that can be decided, else the first that has a reason why not."""
    book = await hub.open(path)
    found = [(run, each) for run in hub.runs(book) for each in hub.actions(run) if each.id == "decide"]
    if not found:
        raise UserError(f"{path.name} is no saved run state of the Agents SDK.")
    return next((one for one in found if one[1].possible), found[0])


def _told(args: argparse.Namespace, action: Action, resume: Any) -> None:
    calls = [{name: call[name] for name in ("id", "name", "arguments", "node")} for call in action.context["calls"]]
    if args.json:
        json_line({"source": args.file, "out": str(args.out), "calls": calls, "resume": list(resume)})
        return
    say(f"Written to {args.out}. The program goes on with it by")
    for line in resume:
        say(f"    {line}")
