"""``watch`` and ``start``: a run's events as they come, until it has ended or waits, and then how it stands."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from inspector.cli.output import complain, data_of, json_line, run_text, say
from inspector.cli.servers import connected, pages
from inspector.cli.then import follow, wanted
from inspector.domain.adapter import Query, RunRef, Target, ThreadRef
from inspector.domain.charts import Ending
from inspector.domain.errors import Refused, UserError
from inspector.domain.events import RunKey
from inspector.domain.findings import Severity
from inspector.present.report import run_object
from inspector.present.sentences import why
from inspector.present.words import ENDING_WORDS
from inspector.services.hub import LIVE, Hub
from inspector.services.model import Change, Connection, RunId

AT_WORK = (Ending.RUNNING, Ending.NOT_STARTED, Ending.STALLED)
UNCLEAR = (Ending.CUT, Ending.UNKNOWN)
LOOK_EVERY_S = 1.0
WIDTH = 200


async def watch(args: argparse.Namespace) -> int:
    """Watches one run until it has ended or waits; without RUN all of a thread or server until the time is over."""
    async with connected(args) as (hub, connection):
        screen, found = Screen(hub, args.json), list[RunId]()
        try:
            async with at_most(args.seconds):
                if args.run is None:
                    await _watch_all(hub, connection, args.thread, screen, found)
                else:
                    found.append(await hub.watch(connection.id, Target(connection.protocol, args.run, args.thread)))
                    await until_settled(hub, found[0], screen)
        finally:
            screen.close()
            status = finish(hub, found, args.json)
        if args.run is not None and not found:
            raise UserError(f"The server did not answer within {args.seconds:g} s.", unreachable=True)
        return status


async def start(args: argparse.Namespace) -> int:
    """Starts a run and watches it. A start that was refused is judged as well: it may name the run in the way."""
    data = data_of(args.data)
    if not isinstance(data, Mapping):
        raise UserError("--data must be a JSON object that says what to start.")
    if args.thread is not None:
        data = {**data, "thread_id": args.thread}
    acts = wanted(args)
    async with connected(args) as (hub, connection):
        screen, found = Screen(hub, args.json), list[RunId]()
        if (warning := await hub.start_warning(connection.id, data)) is not None:
            complain(warning)
        try:
            found.append(await hub.start(connection.id, data))

            async def settle(run: RunId) -> None:
                async with at_most(args.seconds):
                    await until_settled(hub, run, screen)

            await settle(found[0])
            failed = await follow(hub, found, acts, args, settle)
        finally:
            screen.close()
            status = finish(hub, found[-1:] or hub.runs(LIVE), args.json)
        return failed or status


async def until_settled(hub: Hub, run: RunId, screen: Screen) -> None:
    """Print what comes until the run has ended or waits, and the server was asked since how it stands."""
    screen.show()
    while not settled(hub, run) and not hub.status().tasks_failed:
        screen.judge([run])
        await screen.wait()
        screen.show()


def settled(hub: Hub, run: RunId) -> bool:
    """Whether a run has ended or waits, as far as anybody can tell, and nothing about it is still under way."""
    ending, state = hub.verdict(run).ending, hub.watching(run)
    if state is None or not state.active:
        return ending not in AT_WORK
    if ending in AT_WORK or ending in UNCLEAR:
        return False
    changed = hub.case(run).run.changed_at
    return changed is None or (state.asked_at is not None and state.asked_at >= changed)


def finish(hub: Hub, found: Sequence[RunId], as_json: bool) -> int:
    """Prints how each run stands; the exit status says whether all is well."""
    status = 0
    for run in found:
        verdict = hub.verdict(run)
        told = run_object(hub.case(run).run, verdict)
        if as_json:
            json_line(told)
        else:
            say(run_text(told))
        well = verdict.ending is Ending.COMPLETED or (
            verdict.ending in (Ending.RUNNING, Ending.WAITING) and verdict.worst is not Severity.ERROR
        )
        status = status if well else 1
    for failure in hub.status().tasks_failed:
        complain(failure)
    return status


async def _watch_all(hub: Hub, connection: Connection, thread: str | None, screen: Screen, found: list[RunId]) -> None:
    """Every run of the thread or server, those that appear meanwhile as well."""
    loop, seen, known = asyncio.get_running_loop(), Seen(), set[str]()
    problem: str | None = None
    while True:
        try:
            async for ref in _runs(hub, connection.id, thread, seen):
                if ref.id not in known:
                    known.add(ref.id)
                    await _attach(hub, connection, ref, found)
                    screen.show()
                    screen.judge(found)
            problem = None
        except Refused as error:
            if not known and problem is None:
                raise
            if str(error) != problem:
                problem = str(error)
                complain(problem)
        until = loop.time() + LOOK_EVERY_S
        while (left := until - loop.time()) > 0:
            await screen.wait(left)
            screen.show()
            screen.judge(found)


async def _attach(hub: Hub, connection: Connection, ref: RunRef, found: list[RunId]) -> None:
    """Watch one of many: that one of them cannot be watched is said, and no reason to stop."""
    try:
        found.append(await hub.watch(connection.id, Target(connection.protocol, ref.id, ref.thread)))
    except (UserError, Refused) as error:
        complain(f"run {ref.id}: {error}")


async def _runs(hub: Hub, connection: int, thread: str | None, seen: Seen) -> AsyncIterator[RunRef]:
    """The runs of a thread, or of those threads that have changed since they were listed last."""
    threads = [ThreadRef(thread)] if thread is not None else []
    if thread is None:
        listed = pages(hub, connection, Query("threads"))
        threads = [ref async for ref in listed if isinstance(ref, ThreadRef) and seen.changed(ref)]
    for one in threads:
        async for ref in pages(hub, connection, Query("runs", one.id)):
            if isinstance(ref, RunRef):
                yield ref


class Seen:
    """What the threads said of themselves when they were listed last."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[str | None, str | float | None]] = {}

    def changed(self, ref: ThreadRef) -> bool:
        """Whether it may have runs that are not known. A thread that says nothing, or is busy, always may."""
        before, now = self._words.get(ref.id), (ref.status, ref.updated_at)
        self._words[ref.id] = now
        return before != now or ref.status in (None, "busy")


@asynccontextmanager
async def at_most(seconds: float | None) -> AsyncIterator[None]:
    """Do it no longer than this; None = as long as it takes."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise


class Screen:
    """Prints the rows of the live book. It is told of changes, and prints when somebody who can fail lets it.

    A person is spared what is routine: the reads of our own that told nothing new. A program has all. That
    a read failed shows at its end only; then the rows come that were left out before.
    """

    def __init__(self, hub: Hub, as_json: bool) -> None:
        self._hub = hub
        self._as_json = as_json
        self._shown = self._left_out = 0
        self._unsure: dict[int, list[int]] = {}
        self._changed = asyncio.Event()
        self._problem: str | None = None
        self._said: dict[RunId, tuple[Ending, tuple[str, ...]]] = {}
        hub.subscribe(self._told)

    async def wait(self, seconds: float | None = None) -> None:
        """Until something has changed since the last :meth:`show`, no longer than this."""
        async with at_most(seconds):
            await self._changed.wait()

    def show(self) -> None:
        """Print what is new."""
        self._changed.clear()
        rows = self._hub.rows(LIVE)
        while self._shown < len(rows):
            self._shown += 1
            self._row(self._shown - 1)
        problem = self._hub.status().problem
        if problem is not None and problem != self._problem:
            complain(problem)
        self._problem = problem

    def close(self) -> None:
        """Print what is new, and how much was not printed."""
        self.show()
        left_out = self._left_out + sum(map(len, self._unsure.values()))
        if left_out:
            say(f"{'':11}… and {left_out:,} rows of reads that told nothing new (--json has them)")

    def judge(self, runs: Sequence[RunId]) -> None:
        """Tell a person how the runs stand now, where that is new. A program is told at the end."""
        for run in () if self._as_json else runs:
            verdict = self._hub.verdict(run)
            found = tuple(finding.id for finding in verdict.findings)
            if self._said.get(run) != (verdict.ending, found):
                self._said[run] = (verdict.ending, found)
                proof = f"  ({', '.join(found)})" if found else ""
                name = self._hub.case(run).run.id or "(no id)"
                say(f"{'':11}▶ {name}  {ENDING_WORDS[verdict.ending].upper()}  {why(verdict)}{proof}")

    def _told(self, change: Change) -> None:
        self._changed.set()

    def _row(self, row: int) -> None:
        rows = self._hub.rows(LIVE)
        if self._as_json:
            event = {"seq": rows.seq[row], "part": rows.part[row], "at": rows.at[row], "run": self._run(rows.run[row])}
            json_line({"event": {**event, "kind": rows.name(row), "summary": rows.text(row)}})
            return
        link = rows.link[row]
        unsure = [*self._unsure.pop(link, ()), row]
        if not self._routine(row):
            for each in (each for each in unsure if not self._routine(each)):
                self._line(each)
            unsure = [each for each in unsure if self._routine(each)]
        if rows.name(row) == "end":
            self._left_out += len(unsure)
        elif unsure:
            self._unsure[link] = unsure

    def _routine(self, row: int) -> bool:
        return any(self._hub.book_of(LIVE).routine.mask(self._hub.rows(LIVE), row, row + 1))

    def _line(self, row: int) -> None:
        rows = self._hub.rows(LIVE)
        state = f"[{rows.state(row)}]" if rows.state(row) else ""
        line = f"{rows.at[row] / 1000:9.3f}  {rows.name(row):<28} {state:<14} {rows.text(row)}"
        say(line[:WIDTH].rstrip())

    def _run(self, key: int) -> str | None:
        """The server's id of a run, once it is known."""
        try:
            return self._hub.case(RunId(LIVE, RunKey(key))).run.id
        except KeyError:
            return None
