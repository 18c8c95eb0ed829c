"""Commands on saved logs: diagnose, export, import."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inspector.cli.output import complain, json_line, progress, run_text
from inspector.cli.parser import tool_version
from inspector.domain.errors import UserError
from inspector.present.report import healthy, log_object
from inspector.services.hub import Hub
from inspector.wiring import build_hub


def report(hub: Hub, book: int, source: str) -> dict[str, Any]:
    """The report of one open log."""
    shown = next(one for one in hub.books() if one.id == book)
    runs = [(hub.case(run).run, hub.verdict(run)) for run in hub.runs(book)]
    return log_object(tool_version(), source, shown.protocol, runs, hub.loose(book))


async def diagnose(files: Sequence[Path], as_json: bool) -> int:
    """How the runs of each file ended. 0 all well, 1 something abnormal, 2 a file that cannot be read."""
    hub = build_hub()
    status = 0
    try:
        for path in files:
            try:
                book = await hub.open(path)
            except UserError as error:
                complain(str(error))
                status = 2
                continue
            answer = report(hub, book, str(path))
            _print(hub, book, answer, as_json, len(files))
            await hub.close_book(book)
            if status == 0 and not healthy(answer):
                status = 1
    finally:
        await hub.aclose()
    return status


def _print(hub: Hub, book: int, answer: dict[str, Any], as_json: bool, files: int) -> None:
    shown = next(one for one in hub.books() if one.id == book)
    for sentence in (*([shown.recovered] if shown.recovered else []), *shown.warnings):
        complain(f"{answer['source']}: {sentence}")
    if as_json:
        json_line(answer, pretty=files == 1 and sys.stdout.isatty())
        return
    print(f"{answer['source']}  ({answer['protocol'] or 'unknown protocol'})")
    for run in answer["runs"]:
        print(run_text(run))
    for finding in answer["findings"]:
        print(f"  {finding['text']}  ({finding['id']})")
    if not answer["runs"]:
        print("  no run in it")
    if files > 1:
        print()


async def export(session: Path, out: Path, to: str, redact: bool) -> int:
    """Writes a session in another format."""
    hub = build_hub()
    try:
        book = await hub.open(session)
        await hub.export(book, out, to, redact, progress)
    finally:
        await hub.aclose()
    return 0


async def take(files: Sequence[Path], session: Path) -> int:
    """Reads recordings of any known kind into one session file."""
    hub = build_hub()
    try:
        for path in files:
            count, warnings = await hub.import_into(path, session, progress)
            for sentence in warnings:
                complain(f"{path}: {sentence}")
            print(f"{path}: {count} frames")
    finally:
        await hub.aclose()
    return 0
