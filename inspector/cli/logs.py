"""Commands on saved logs: diagnose, export, import."""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from inspector.cli.output import Bar, complain, finding_text, json_line, run_text, say
from inspector.cli.parser import tool_version
from inspector.cli.where import excerpt, fitting
from inspector.domain.charts import Ending
from inspector.domain.errors import UserError
from inspector.domain.excerpt import Excerpt
from inspector.domain.inside import told_afterwards
from inspector.present.extract import Part, account_of
from inspector.present.playbook import playbook, playbook_lines
from inspector.present.report import healthy, log_object
from inspector.services.hub import Hub
from inspector.services.model import Account, OpenBook, RunId
from inspector.store.settings import Settings
from inspector.wiring import build_hub


async def diagnose(args: argparse.Namespace) -> int:
    """How the runs of each file ended. 0 all well, 1 something abnormal, 2 a file that cannot be read."""
    statuses = {0}
    async with desk() as hub:
        for name in args.files:
            try:
                shown = await opened(hub, name)
            except UserError as error:
                complain(str(error))
                statuses.add(2)
                continue
            part = None if args.where is None else fitting(hub, shown, args.where)
            answer = report(hub, shown, name, part)
            if args.json:
                json_line(answer, pretty=len(args.files) == 1 and sys.stdout.isatty())
            else:
                say(
                    log_text(answer, advice(hub, shown, part), part is not None) + ("\n" if len(args.files) > 1 else "")
                )
            statuses.add(0 if healthy(answer) else 1)
            await hub.close_book(shown.id)
    return max(statuses)


async def export(args: argparse.Namespace) -> int:
    """Writes a session in another format."""
    async with desk() as hub:
        shown = await opened(hub, str(args.session))
        part = None if args.where is None else fitting(hub, shown, args.where)
        some = None if part is None else excerpt(hub, shown, part)
        told = account(hub, shown, part, some)
        bar = Bar()
        try:
            patterns = Settings.load().patterns
            await hub.export(
                shown.id, args.out, args.to, not args.no_redact, bar, patterns=patterns, told=told, part=some
            )
        finally:
            bar.clear()
    return 0


async def take(args: argparse.Namespace) -> int:
    """Reads recordings of any known kind into one session file. 2 where one of them cannot be read."""
    status = 0
    async with desk() as hub:
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


def account(hub: Hub, shown: OpenBook, part: Part | None = None, some: Excerpt | None = None) -> Account:
    """What an export says beside its frames; of a part, by the numbers that its frames have there."""
    runs = [(hub.case(run).run, hub.verdict(run)) for run in in_order(hub, shown, part)]
    about = (tool_version(), shown.title, shown.protocol)
    rest = (hub.loose(shown.id), hub.journal(shown.id), hub.now(shown.id), hub.remarks(shown.id))
    return Account(*account_of(about, runs, *rest, part, some))


def in_order(hub: Hub, shown: OpenBook, part: Part | None = None) -> list[RunId]:
    """The runs as the log names them; those that were only reported when they were over behind what they were made of,
    so that one report in between moves none of the others. Of a ``part`` those in it."""
    runs = [run for run in hub.runs(shown.id) if part is None or run.key in part.runs]
    return sorted(runs, key=lambda run: told_afterwards(hub.case(run).run))


def report(hub: Hub, shown: OpenBook, source: str, part: Part | None = None) -> dict[str, Any]:
    """The report of one open log, or of a part of it."""
    runs = [(hub.case(run).run, hub.verdict(run)) for run in in_order(hub, shown, part)]
    loose = hub.loose(shown.id)
    return log_object(tool_version(), source, shown.protocol, runs, loose if part is None else part.loose(loose))


def advice(hub: Hub, shown: OpenBook, part: Part | None = None) -> list[list[str]]:
    """For each run of an open log its playbook; empty for one that ended well."""
    told = []
    for run in in_order(hub, shown, part):
        verdict = hub.verdict(run)
        well = verdict.ending is Ending.COMPLETED
        told.append([] if well else playbook_lines(playbook(hub.offers(run), verdict)))
    return told


def log_text(answer: dict[str, Any], plays: Sequence[Sequence[str]] = (), some: bool = False) -> str:
    """The report for a person. ``plays``: for each run what can be done. ``some``: of those that fit a filter."""
    lines = [f"{answer['source']}  ({answer['protocol'] or 'unknown protocol'})"]
    for number, run in enumerate(answer["runs"]):
        lines.append(run_text(run, answer["protocol"], plays[number] if number < len(plays) else ()))
    if not answer["runs"]:
        lines.append("  no run in it fits" if some else "  no run in it")
    lines += [f"  {finding_text(finding)}" for finding in answer["findings"]]
    return "\n".join(lines)


@asynccontextmanager
async def desk() -> AsyncIterator[Hub]:
    """A hub for saved logs, closed at the end."""
    hub = build_hub()
    try:
        yield hub
    finally:
        await hub.aclose()


async def opened(hub: Hub, name: str) -> OpenBook:
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
