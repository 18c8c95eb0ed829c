"""``act``: one action on one run, shown as the exact requests, asked for, sent, and proved."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from inspector.cli.output import complain, data_of, json_line, run_text, say
from inspector.cli.servers import connected
from inspector.domain.actions import Effect, Outcome
from inspector.domain.adapter import Target
from inspector.domain.errors import Refused, UserError
from inspector.domain.sideeffects import Entry, ledger
from inspector.present.curl import as_curl
from inspector.present.ledger import ledger_lines, ledger_object
from inspector.present.playbook import Following, following, playbook
from inspector.present.report import run_object
from inspector.services.hub import Hub
from inspector.services.model import ActResult, Request, RunId, Step

STATUS = {Effect.SEEN: 0, Effect.NOT_SEEN: 1, Effect.REFUSED: 4}
PROXY_ACTS = ("kick", "fail")
"""These go to a running proxy: its URL stands in place of the server's, and the exchange in place of the run."""

KEPT_BACK = "You did not agree; nothing was sent."


async def act(args: argparse.Namespace) -> int:
    """Exit status: 0 the effect was seen, 1 it was not, 4 refused."""
    data = data_of(args.data)
    if not (args.yes or args.dry_run or sys.stdin.isatty()):
        raise UserError("Nothing is sent without your consent: add --yes, or run it on a terminal.")
    if args.action in PROXY_ACTS and args.protocol is None:
        args.protocol = "proxy"
    async with connected(args) as (hub, connection):
        run = await hub.watch(connection.id, Target(connection.protocol, args.run, args.thread))
        known = {action.id: action for action in hub.actions(run)}
        if args.action not in known:
            raise UserError(f"There is no action “{args.action}” here; there are {', '.join(known)}.")
        told = Told(hub, run, args, ledger(hub.case(run), known[args.action], data))
        try:
            plan = hub.plan(run, args.action, data)
        except Refused as reason:
            return told.refused(str(reason))
        told.plan(plan)
        if args.dry_run:
            return told.end(plan, 0)
        if not args.yes and not await agreed():
            return told.end(plan, 1, why=KEPT_BACK)
        result = await hub.act(run, args.action, data, None if args.json else tell, args.seconds)
        return told.result(result)


class Told:
    """What is printed about one act: as it goes for a person, one object at the end for a program."""

    def __init__(self, hub: Hub, run: RunId, args: argparse.Namespace, effects: Sequence[Entry] = ()) -> None:
        self._hub = hub
        self._effects = effects
        self._run = run
        self._action: str = args.action
        self._json: bool = args.json
        self._asks = not (args.yes or args.dry_run)

    def plan(self, plan: Sequence[Request]) -> None:
        """Side effects and writes; in front of a question also where only an object goes to standard output."""
        lines = [as_curl(each.method, each.url, each.headers, each.body) for each in plan]
        text = "\n".join([*(ledger_lines(self._effects) if plan else ()), *lines])
        if not self._json:
            say(text or "(nothing but reads)")
        elif self._asks:
            print(text, file=sys.stderr, flush=True)

    def refused(self, why: str) -> int:
        """It cannot be done now; nothing was sent."""
        if self._json:
            self._line((), possible=False, why=why, effect=Effect.REFUSED.value)
        else:
            complain(why)
        return STATUS[Effect.REFUSED]

    def end(self, plan: Sequence[Request], status: int, why: str | None = None) -> int:
        """It was shown, and not sent."""
        if self._json:
            self._line(plan, why=why)
        elif why is not None:
            complain(why)
        return status

    def result(self, result: ActResult) -> int:
        """It was tried. ``possible`` is also false where the look before it showed that it cannot work any more."""
        outcome = result.outcome
        if outcome is None:
            return self.refused(result.why or "It is not possible now.")
        effect, kept_back = outcome.effect, outcome.effect is Effect.REFUSED and not result.answers
        answers = [{"status": status, "body": None if body == "" else body} for status, body in result.answers]
        started = None if result.started is None else self._object(result.started)
        if self._json:
            more = {"answers": answers, "effect": effect.value, "started": started}
            self._line(result.requests, possible=not kept_back, why=outcome.why, **more)
        else:
            say(run_text(self._object(self._run)))
            if started is not None:
                say(f"started:\n{run_text(started)}")
            for step in self._after(outcome):
                say(f"→ {step.words}: {step.action.consequence}")
        for failure in self._hub.status().tasks_failed:
            complain(failure)
        return STATUS[effect]

    def _after(self, outcome: Outcome) -> Sequence[Following]:
        """What to try next; never done by itself."""
        plays = playbook(self._hub.actions(self._run), self._hub.verdict(self._run))
        return following(outcome.next, plays, self._action, outcome.effect is Effect.SEEN)

    def _line(self, plan: Sequence[Request], **more: Any) -> None:
        told: dict[str, Any] = {
            "action": self._action,
            "possible": True,
            "why": None,
            "requests": [_request(each) for each in plan],
            "answers": [],
            "effect": Effect.NOT_SEEN.value,
            "run": self._object(self._run),
            "started": None,
            "ledger": ledger_object(self._effects),
        }
        json_line(told | more)

    def _object(self, run: RunId) -> dict[str, Any]:
        return run_object(self._hub.case(run).run, self._hub.verdict(run))


def tell(step: Step) -> None:
    """One step of an act for a person."""
    if step.kind != "refused":
        say(f"{step.kind:>9}  {step.text}")
    else:
        complain(step.text)


async def agreed() -> bool:
    """Asks on the terminal. The loop goes on meanwhile, and an interrupt does not have to wait for the answer."""
    print("Send? [y/N] ", end="", file=sys.stderr, flush=True)
    loop, line = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def answer(text: bytes) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        # The descriptor itself: a thread that is left behind in a buffered read aborts the interpreter's end.
        try:
            text = os.read(sys.stdin.fileno(), 1000)
        except OSError:
            text = b""
        with suppress(RuntimeError):  # the loop is closed: nobody waits for the answer any more
            loop.call_soon_threadsafe(answer, text)

    threading.Thread(target=read, name="answer", daemon=True).start()
    text: bytes = await line
    return text.strip().lower() in (b"y", b"yes")


def _request(request: Request) -> dict[str, Any]:
    return {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": request.body}
