"""``act``: one action on one run, shown as the exact requests, asked for, sent, and proved."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.cli.output import data_of, json_line, run_text
from inspector.cli.servers import connected
from inspector.domain.actions import Effect
from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.present.curl import as_curl
from inspector.present.report import run_object
from inspector.services.hub import Hub
from inspector.services.model import ActResult, Request, RunId, Step


async def act(args: argparse.Namespace) -> int:
    """Exit status: 0 the effect was seen, 1 it was not, 4 refused."""
    data = data_of(args.data)
    if not (args.yes or args.dry_run or sys.stdin.isatty()):
        raise UserError("Nothing is sent without your consent: add --yes, or run it on a terminal.")
    async with connected(args) as (hub, connection):
        run = await hub.watch(connection.id, Target(connection.protocol, args.run, args.thread))
        known = [action.id for action in hub.actions(run)]
        if args.action not in known:
            raise UserError(f"There is no action “{args.action}” here; there are {', '.join(known)}.")
        try:
            plan = hub.plan(run, args.action, data)
        except Refused as reason:
            return _refused(hub, run, args, str(reason))
        if args.dry_run:
            return _planned(hub, run, args, plan)
        if not args.yes and not _agreed(plan):
            return 4
        result = await hub.act(run, args.action, data, None if args.json else _tell, args.seconds)
        return _told(hub, run, args, result)


def _tell(step: Step) -> None:
    print(f"{step.kind:>9}  {step.text}", flush=True)


def _agreed(plan: Sequence[Request]) -> bool:
    _show(plan)
    return input("Send? [y/N] ").strip().lower() in ("y", "yes")


def _show(plan: Sequence[Request]) -> None:
    for request in plan:
        print(as_curl(request.method, request.url, request.headers, request.body))
    if not plan:
        print("(only reads)")


def _object(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": request.body,
    }


def _line(hub: Hub, run: RunId, args: argparse.Namespace, **more: Any) -> dict[str, Any]:
    told = {
        "action": args.action,
        "possible": True,
        "why": None,
        "requests": [],
        "answers": [],
        "effect": "not_seen",
        "run": run_object(hub.case(run).run, hub.verdict(run)),
        "started": None,
    }
    return told | more


def _refused(hub: Hub, run: RunId, args: argparse.Namespace, why: str) -> int:
    if args.json:
        json_line(_line(hub, run, args, possible=False, why=why, effect=Effect.REFUSED.value))
    else:
        print(f"Refused: {why}")
    return 4


def _planned(hub: Hub, run: RunId, args: argparse.Namespace, plan: Sequence[Request]) -> int:
    if args.json:
        json_line(_line(hub, run, args, requests=[_object(request) for request in plan]))
    else:
        _show(plan)
    return 0


def _told(hub: Hub, run: RunId, args: argparse.Namespace, result: ActResult) -> int:
    if not result.possible or result.outcome is None:
        return _refused(hub, run, args, result.why or "it is not possible now")
    started = result.started
    new: Mapping[str, Any] | None = None
    if started is not None:
        new = run_object(hub.case(started).run, hub.verdict(started))
    line = _line(
        hub,
        run,
        args,
        why=result.outcome.why,
        requests=[_object(request) for request in result.requests],
        answers=[{"status": status, "body": body} for status, body in result.answers],
        effect=result.outcome.effect.value,
        started=new,
    )
    if args.json:
        json_line(line)
    else:
        print(run_text(line["run"]))
        if new is not None:
            print("started:\n" + run_text(new))
    if result.outcome.effect is Effect.REFUSED:
        return 4
    return 0 if result.outcome.effect is Effect.SEEN else 1
