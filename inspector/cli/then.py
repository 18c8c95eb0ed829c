"""``start … --then ACTION``: acts on a run that lives on the connection which started it, while that is open."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from inspector.cli.acting import KEPT_BACK, Told, agreed, tell
from inspector.cli.output import data_of
from inspector.domain.errors import Refused, UserError
from inspector.services.hub import Hub
from inspector.services.model import RunId

Settle = Callable[[RunId], Awaitable[None]]
WAIT_S = 30.0
"""How long an act's effect is waited for where ``--for`` does not say."""


def wanted(args: argparse.Namespace) -> list[tuple[str, Any]]:
    """The acts of the command line, in their order, with their data. UserError where nobody could agree to them."""
    acts = [_parsed(str(words)) for words in args.then or []]
    if acts and not (args.yes or sys.stdin.isatty()):
        raise UserError("Nothing is sent without your consent: add --yes, or run it on a terminal.")
    return acts


async def follow(
    hub: Hub, found: list[RunId], acts: Sequence[tuple[str, Any]], args: argparse.Namespace, settle: Settle
) -> int:
    """Do each once the run has ended, waits, or ``--for`` is over. The first that fails is the last; its status."""
    for action, data in acts:
        run = found[-1]
        told = Told(hub, run, argparse.Namespace(action=action, json=args.json, yes=args.yes, dry_run=False))
        known = [each.id for each in hub.actions(run)]
        if action not in known:
            raise UserError(f"There is no action “{action}” here; there are {', '.join(known)}.")
        try:
            plan = hub.plan(run, action, data)
        except Refused as reason:
            return told.refused(str(reason))
        told.plan(plan)
        if not args.yes and not await agreed():
            return told.end(plan, 1, why=KEPT_BACK)
        result = await hub.act(run, action, data, None if args.json else tell, WAIT_S)
        status = told.result(result)
        if result.started is not None:
            found.append(result.started)
        if status:
            return status
        await settle(found[-1])
    return 0


def _parsed(words: str) -> tuple[str, Any]:
    """``ACTION``, or ``ACTION=`` and its data: JSON, a file named after an ``@``, or else a text as it is."""
    action, given, data = words.partition("=")
    try:
        value = data_of(data) if given else None
    except UserError:
        if data.lstrip().startswith(("@", "{", "[", '"')):
            raise
        value = data
    return action.strip(), value
