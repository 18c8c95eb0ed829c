"""Commands on servers: runs, watch, start; and what the words of a command line say about a connection."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from inspector.cli.output import complain, data_of, json_line, run_text
from inspector.domain.adapter import Query, RunRef, Target, ThreadRef
from inspector.domain.case import Thresholds
from inspector.domain.charts import Ending
from inspector.domain.errors import UserError
from inspector.domain.findings import Severity
from inspector.domain.rows import Rows
from inspector.present.credentials import address, key_headers
from inspector.present.report import run_object
from inspector.services.hub import LIVE, Hub
from inspector.services.model import Change, Connection, ConnectionSpec, RunId
from inspector.wiring import build_hub, stored_key

AT_WORK = (Ending.RUNNING, Ending.NOT_STARTED, Ending.STALLED)


def spec_of(args: argparse.Namespace) -> ConnectionSpec:
    """The connection that a command line describes. Secrets come from the environment or the keychain only."""
    base, query = address(args.url)
    headers: dict[str, str] = {}
    variables: dict[str, str] = {}
    key, name = None, "KEY"
    if args.key_env:
        key, name = os.environ.get(args.key_env), args.key_env
        if not key:
            raise UserError(f"The environment variable {args.key_env} is empty or not set.")
    else:
        key = stored_key(base)
    for header in key_headers(base, args.protocol) if key else ():
        headers[header.name] = header.fill(key or "")
        variables[header.name] = name
    for pair in args.header:
        header_name, _, variable = pair.partition("=")
        value = os.environ.get(variable)
        if not header_name or not value:
            raise UserError(f"--header wants NAME=ENV with a variable that is set; “{pair}” is not that.")
        headers[header_name.lower()], variables[header_name.lower()] = value, variable
    thresholds = Thresholds() if args.silence is None else Thresholds(silence=args.silence)
    return ConnectionSpec(base, args.protocol, "", headers, query, variables, thresholds)


@asynccontextmanager
async def connected(args: argparse.Namespace) -> AsyncIterator[tuple[Hub, Connection]]:
    """A hub with one connection, drained at the end."""
    spec = spec_of(args)
    hub = build_hub()
    try:
        if getattr(args, "record", None) is not None:
            await hub.record_to(args.record)
        yield hub, await hub.connect(spec)
    finally:
        await hub.aclose()


async def every(hub: Hub, connection: int, thread: str | None, status: str | None) -> AsyncIterator[RunRef]:
    """All runs of a thread, or of every thread that the server lists."""
    threads = [thread] if thread else [t.id async for t in _pages(hub, connection, Query("threads")) if t.id]
    for one in threads:
        async for run in _pages(hub, connection, Query("runs", one, status)):
            if isinstance(run, RunRef) and status in (None, run.status):
                yield run


async def _pages(hub: Hub, connection: int, query: Query) -> AsyncIterator[RunRef | ThreadRef]:
    while True:
        page = await hub.list(connection, query)
        if page.error is not None:
            raise UserError(page.error)
        for item in page.items:
            yield item
        if page.next is None:
            return
        query = Query(query.kind, query.thread, query.status, query.metadata, query.limit, page.next)


async def runs(args: argparse.Namespace) -> int:
    """Lists runs."""
    async with connected(args) as (hub, connection):
        count = 0
        async for run in every(hub, connection.id, args.thread, args.status):
            count += 1
            if args.json:
                json_line({"id": run.id, "thread": run.thread, "status": run.status, "created_at": run.created_at})
            else:
                print(f"{run.id}  {run.status or '?':<16} {run.created_at or ''}  thread {run.thread or '?'}")
        if not count and not args.json:
            complain("no runs")
    return 0


@dataclass(slots=True)
class Printer:
    """Prints the rows of the live book as they come. ``rows`` is where it got to."""

    hub: Hub
    as_json: bool
    rows: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, change: Change) -> None:
        if change.book != LIVE:
            return
        rows = self.hub.rows(LIVE)
        for row in range(self.rows, len(rows)):
            self._row(rows, row)
        self.rows = len(rows)
        self.changed.set()

    def _row(self, rows: Rows, row: int) -> None:
        run = next((r for r in self.hub.runs(LIVE) if r.key == rows.run[row]), None)
        run_id = None if run is None else self.hub.case(run).run.id
        if self.as_json:
            event = {"seq": rows.seq[row], "part": rows.part[row], "at": rows.at[row], "run": run_id}
            json_line({"event": {**event, "kind": rows.name(row), "summary": rows.text(row)}})
        else:
            state = f"[{rows.state(row)}]" if rows.state(row) else ""
            print(f"{rows.at[row] / 1000:9.3f}  {rows.name(row):<28} {state:<14} {rows.text(row)}"[:200], flush=True)


def settled(hub: Hub, run: RunId) -> bool:
    """Whether it has ended or waits, as far as anybody can tell, and nothing about it is still under way."""
    verdict = hub.verdict(run)
    if verdict.ending in AT_WORK:
        return False
    if verdict.ending in (Ending.CUT, Ending.UNKNOWN):
        state = hub.watching(run)
        return state is None or not state.active
    return True


async def until_settled(hub: Hub, run: RunId, printer: Printer, seconds: float | None) -> None:
    """Waits for the end of a run, or for the time to be over."""
    try:
        async with asyncio.timeout(seconds):
            while not settled(hub, run):
                printer.changed.clear()
                try:
                    async with asyncio.timeout(0.5):
                        await printer.changed.wait()
                except TimeoutError:
                    continue
    except TimeoutError:
        return


def finish(hub: Hub, found: list[RunId], as_json: bool) -> int:
    """Prints how each run stands; the exit status says whether all is well."""
    status = 0
    for run in found:
        verdict = hub.verdict(run)
        told = run_object(hub.case(run).run, verdict)
        if as_json:
            json_line(told)
        else:
            print(run_text(told))
        well = verdict.ending is Ending.COMPLETED or (
            verdict.ending in (Ending.RUNNING, Ending.WAITING) and verdict.worst is not Severity.ERROR
        )
        status = status if well else 1
    return status


async def watch(args: argparse.Namespace) -> int:
    """Watches one run until it has ended or waits; without RUN all of a thread or server until the time is over."""
    async with connected(args) as (hub, connection):
        printer = Printer(hub, args.json)
        hub.subscribe(printer)
        if args.run is not None:
            target = Target(connection.protocol, args.run, args.thread)
            run = await hub.watch(connection.id, target)
            await until_settled(hub, run, printer, args.seconds)
            return finish(hub, [run], args.json)
        found = await _watch_all(args, hub, connection)
        return finish(hub, found, args.json)


async def _watch_all(args: argparse.Namespace, hub: Hub, connection: Connection) -> list[RunId]:
    """Every run of the thread or server, those that appear meanwhile as well."""
    found: dict[str, RunId] = {}
    try:
        async with asyncio.timeout(args.seconds):
            while True:
                async for ref in every(hub, connection.id, args.thread, None):
                    if ref.id not in found:
                        target = Target(connection.protocol, ref.id, ref.thread)
                        found[ref.id] = await hub.watch(connection.id, target)
                await asyncio.sleep(1.0)
    except TimeoutError:
        pass
    return list(found.values())


async def start(args: argparse.Namespace) -> int:
    """Starts a run and watches it."""
    data = data_of(args.data)
    if not isinstance(data, Mapping):
        raise UserError("--data must be a JSON object that says what to start.")
    async with connected(args) as (hub, connection):
        printer = Printer(hub, args.json)
        hub.subscribe(printer)
        run = await hub.start(connection.id, {**data, **_thread(args)})
        await until_settled(hub, run, printer, args.seconds)
        return finish(hub, [run], args.json)


def _thread(args: argparse.Namespace) -> dict[str, Any]:
    return {} if args.thread is None else {"thread_id": args.thread}
