"""Commands on saved logs: diagnose, export, import."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from inspector.cli.output import Bar, complain, finding_text, json_line, run_text, say
from inspector.cli.parser import tool_version
from inspector.domain.errors import UserError
from inspector.present.report import healthy, log_object
from inspector.services.hub import Hub
from inspector.services.model import OpenBook
from inspector.wiring import build_hub


async def diagnose(args: argparse.Namespace) -> int:
    """How the runs of each file ended. 0 all well, 1 something abnormal, 2 a file that cannot be read."""
    statuses = {0}
    async with _desk() as hub:
        for name in args.files:
            try:
                shown = await _opened(hub, name)
            except UserError as error:
                complain(str(error))
                statuses.add(2)
                continue
            answer = report(hub, shown, name)
            if args.json:
                json_line(answer, pretty=len(args.files) == 1 and sys.stdout.isatty())
            else:
                say(log_text(answer) + ("\n" if len(args.files) > 1 else ""))
            statuses.add(0 if healthy(answer) else 1)
            await hub.close_book(shown.id)
    return max(statuses)


async def export(args: argparse.Namespace) -> int:
    """Writes a session in another format."""
    async with _desk() as hub:
        shown = await _opened(hub, str(args.session))
        bar = Bar()
        try:
            await hub.export(shown.id, args.out, args.to, not args.no_redact, bar)
        finally:
            bar.clear()
    return 0


async def take(args: argparse.Namespace) -> int:
    """Reads recordings of any known kind into one session file. 2 where one of them cannot be read."""
    status = 0
    async with _desk() as hub:
        for name in args.files:
            bar = Bar()
            try:
                count, warnings = await hub.import_into(Path(name), args.session, bar)
            except UserError as error:
                complain(str(error))
                status = 2
                continue
            finally:
                bar.clear()
            for sentence in warnings:
                complain(f"{name}: {sentence}")
            say(f"{name}: {count} frames")
    return status


def report(hub: Hub, shown: OpenBook, source: str) -> dict[str, Any]:
    """The report of one open log."""
    runs = [(hub.case(run).run, hub.verdict(run)) for run in hub.runs(shown.id)]
    return log_object(tool_version(), source, shown.protocol, runs, hub.loose(shown.id))


def log_text(answer: dict[str, Any]) -> str:
    """The report for a person."""
    lines = [f"{answer['source']}  ({answer['protocol'] or 'unknown protocol'})"]
    lines += [run_text(run, answer["protocol"]) for run in answer["runs"]] or ["  no run in it"]
    lines += [f"  {finding_text(finding)}" for finding in answer["findings"]]
    return "\n".join(lines)


@asynccontextmanager
async def _desk() -> AsyncIterator[Hub]:
    hub = build_hub()
    try:
        yield hub
    finally:
        await hub.aclose()


async def _opened(hub: Hub, name: str) -> OpenBook:
    """Open a file, and say what is odd about it. UserError where that cannot be."""
    bar = Bar()
    try:
        book = await hub.open(Path(name), bar)
    finally:
        bar.clear()
    shown = next(each for each in hub.books() if each.id == book)
    for sentence in (*([shown.recovered] if shown.recovered else []), *shown.warnings):
        complain(f"{name}: {sentence}")
    return shown
