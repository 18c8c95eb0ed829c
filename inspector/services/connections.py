"""Servers: asked what they are, connected to, listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from inspector.domain.adapter import Adapter, Cautious, Page, Probe, Query, RunRef, Target
from inspector.domain.calls import Call
from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.domain.redact import redact_url
from inspector.services.clock import Clock
from inspector.services.driver import Driver, Listener, Sent
from inspector.services.live import Live
from inspector.services.model import Change, Connection, ConnectionSpec, Doctor, Request, Tried
from inspector.services.ports import ClientFactory, HttpClient, Record
from inspector.services.streams import Streams
from inspector.services.surroundings import connected
from inspector.services.tasks import Tasks
from inspector.services.watcher import Means

PROBE_S, LIST_S = 15.0, 30.0
SEARCHED_PAGES = 10
"""How much of a server's list is gone through for the thread of a run that was named alone."""

HOLDING = ("running", "in_progress", "requires_action", "cancelling")
QUEUED = ("pending", "queued")
"""Words for a run that holds its thread, and for one that will."""

SURE = 0.5
"""How sure an adapter must be, of 1, that a server is its own."""


@dataclass(eq=False, slots=True)
class Opened:
    """A connection in use: its client and what watching by it takes. ``browser`` reads what belongs to no run."""

    connection: Connection
    client: HttpClient
    means: Means
    browser: Driver

    def shown(self, call: Call) -> Request:
        """The request that this call becomes here, with names in place of secrets."""
        preview = self.client.preview(call)
        return Request(preview.method, preview.url, dict(preview.headers), preview.body)


class Connections:
    """The servers of this process. What probing and listing read is not recorded: it tells of no run."""

    def __init__(
        self,
        adapters: Sequence[Adapter],
        client: ClientFactory,
        live: Live,
        tasks: Tasks,
        clock: Clock,
        tell: Callable[[Change], None],
    ) -> None:
        self._adapters = {adapter.name: adapter for adapter in adapters}
        self._client = client
        self._live = live
        self._tasks = tasks
        self._clock = clock
        self._tell = tell
        self._streams = Streams()
        self._count = 0
        self.opened: dict[int, Opened] = {}

    async def doctor(self, spec: ConnectionSpec) -> Doctor:
        """Ask a server what it is, step by step; UserError for an address that is none."""
        if spec.protocol is not None and spec.protocol not in self._adapters:
            raise UserError(f"There is no protocol “{spec.protocol}”; there are {', '.join(self._adapters)}.")
        client = self._client(spec)
        try:
            return await self._ask(spec, client)
        finally:
            await client.aclose()

    async def connect(self, spec: ConnectionSpec, found: Doctor | None = None) -> Connection:
        """Connect to a server; UserError where it is none of ours. ``found``: what the doctor found before."""
        known = next((each.connection for each in self.opened.values() if each.connection.spec == spec), None)
        if known is not None:
            return known
        doctor = found or await self.doctor(spec)
        if doctor.probe is None or doctor.protocol is None:
            raise UserError(doctor.sentence, unreachable=not doctor.reachable)
        self._count += 1
        connection = Connection(self._count, spec, doctor.protocol, doctor.probe, self._name(spec))
        self._live.recorder.note(connected(connection))
        self._live.recorder.flush()
        self.opened[connection.id] = self._open(connection)
        self._tell(Change(self._live.ledger.number, kind="connections"))
        return connection

    async def disconnect(self, number: int) -> None:
        """Close a connection, which nothing uses any more."""
        opened = self.opened.pop(number)
        await opened.client.aclose()
        self._tell(Change(self._live.ledger.number, kind="connections"))

    async def resolve(self, opened: Opened, target: Target) -> Target:
        """The run that is meant: of a thread alone it is the newest one. UserError where there is none."""
        if target.protocol != opened.connection.protocol:
            title = self._adapters[opened.connection.protocol].title
            raise UserError(f"{opened.connection.name} speaks {title}; what you named belongs to {target.protocol}.")
        run = target.run or target.blocked_by or None
        if run is None and target.thread is None:
            raise UserError("Name a run or a thread to watch.")
        if run is None:
            page = await self.list(opened, Query("runs", target.thread))
            if page.error is not None:
                raise UserError(page.error)
            runs = [item for item in page.items if isinstance(item, RunRef)]
            run = newest(runs) if target.blocked_by is None else holder(runs) or newest(runs)
        if run is None:
            raise UserError(f"Thread {target.thread} has no runs yet.")
        return await self._with_thread(opened, replace(target, run=run))

    async def _with_thread(self, opened: Opened, target: Target) -> Target:
        """The target with its thread, where the backend cannot ask without: found by going through what it lists."""
        if target.thread is not None or opened.means.adapter.look(target, opened.means.capabilities):
            return target
        query = Query("runs")
        for _ in range(SEARCHED_PAGES):
            page = await self.list(opened, query)
            for item in page.items:
                if isinstance(item, RunRef) and item.id == target.run:
                    return replace(target, thread=item.thread)
            if page.next is None:
                break
            query = replace(query, after=page.next)
        return target

    async def list(self, opened: Opened, query: Query) -> Page:
        """One page of what the server has; what goes wrong is in it."""
        try:
            return await opened.browser.run(opened.means.adapter.discover(query), LIST_S)
        except TimeoutError:
            return Page(error=f"The server did not answer within {LIST_S:.0f} s.")

    async def caution(self, opened: Opened, data: Mapping[str, Any]) -> str | None:
        """What its backend has to say before a start. Refused, where it would do nothing."""
        if not isinstance(opened.means.adapter, Cautious):
            return None
        try:
            return await opened.browser.run(opened.means.adapter.before_start(data), LIST_S)
        except TimeoutError:
            return None

    def by_name(self, name: str) -> Opened | None:
        """The connection that frames call so."""
        return next((each for each in self.opened.values() if each.connection.name == name), None)

    async def aclose(self) -> None:
        """Close all connections."""
        for number in list(self.opened):
            await self.disconnect(number)

    def _open(self, connection: Connection) -> Opened:
        client = self._client(connection.spec)
        head = {"protocol": connection.protocol, "connection": connection.name}
        recorder = self._live.recorder
        driver = Driver(connection.name, client, self._tasks, self._clock, lambda: recorder.link(head), recorder.flush)
        means = Means(
            driver,
            self._adapters[connection.protocol],
            self._live,
            self._streams,
            connection.name,
            connection.probe.capabilities,
        )
        return Opened(connection, client, means, self._browser(client))

    def _browser(self, client: HttpClient) -> Driver:
        return Driver("browsing", client, self._tasks, self._clock, unrecorded, lambda: None)

    async def _ask(self, spec: ConnectionSpec, client: HttpClient) -> Doctor:
        driver, asked = self._browser(client), Asked()
        wanted = [spec.protocol] if spec.protocol is not None else list(self._adapters)
        probes: dict[str, Probe] = {}
        for name in wanted:
            try:
                probe = await driver.run(self._adapters[name].probe(), PROBE_S, Listener(answered=asked.note))
            except TimeoutError:
                probe = Probe(0.0, problem="The server did not answer in time.")
            probes[name] = probe
            asked.explain(dict(probe.tried))
            if not asked.reached or (probe.sure > 0.9 and not probe.shares):
                break
        return self._found(spec, probes, asked)

    def _found(self, spec: ConnectionSpec, probes: Mapping[str, Probe], asked: Asked) -> Doctor:
        best = max(probes, key=lambda name: probes[name].sure)
        probe = probes[best]
        told = asked.reached and (probe.sure >= SURE or (spec.protocol is not None and probe.problem is None))
        if told:
            title = self._adapters[best].title
            sentence = probe.problem or f"{probe.server or title} answers at {redact_url(spec.base_url)}."
            also = tuple(name for name, one in probes.items() if one.sure > SURE and name != best)
            for name in also:
                sentence += f" It speaks {self._adapters[name].title} as well: choose that protocol to use it."
            return Doctor(tuple(asked.steps), probe, best, sentence, also=also)
        problems = [each.problem for each in probes.values() if each.problem]
        if not asked.reached:
            sentence = asked.error or next(iter(problems), f"Nothing answers at {redact_url(spec.base_url)}.")
        else:
            titles = ", ".join(self._adapters[name].title for name in probes)
            other = f"Something answers at {redact_url(spec.base_url)}, but it is none of: {titles}."
            where = urlsplit(spec.base_url)
            if where.path.strip("/"):
                other += f" Perhaps the address is too long: try {where.scheme}://{where.netloc.rpartition('@')[2]}."
            sentence = next(iter(problems), other)
        return Doctor(tuple(asked.steps), None, None, sentence, asked.reached, asked.refused)

    def _name(self, spec: ConnectionSpec) -> str:
        name = spec.name or urlsplit(spec.base_url).netloc.rpartition("@")[2]
        taken = {each.connection.name for each in self.opened.values()} | self._live.ledger.connections()
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} ({number})"
        return free


def newest(runs: Sequence[RunRef]) -> str | None:
    """The run that was begun last; the first of the list where the server does not say."""
    times = [run.created_at for run in runs]
    if all(isinstance(at, str) for at in times) or all(isinstance(at, int | float) for at in times):
        runs = sorted(runs, key=lambda run: run.created_at or 0, reverse=True)
    return runs[0].id if runs else None


def holder(runs: Sequence[RunRef]) -> str | None:
    """The run that holds its thread, by what servers call one that does: of those in a queue it is the oldest."""
    at_work = [run for run in runs if run.status in HOLDING]
    if at_work:
        return newest(at_work)
    queued = [run for run in runs if run.status in QUEUED]
    times = [run.created_at for run in queued]
    if all(isinstance(at, str) for at in times) or all(isinstance(at, int | float) for at in times):
        queued.sort(key=lambda run: run.created_at or 0)
    return queued[0].id if queued else None


class Asked:
    """The doctor's steps so far."""

    def __init__(self) -> None:
        self.steps: list[Tried] = []
        self.reached = False
        self.refused = False
        self.error: str | None = None

    def note(self, sent: Sent) -> None:
        """A request was answered, or was not."""
        reply = sent.reply
        self.reached = self.reached or reply.status != 0
        self.refused = self.refused or reply.status in (401, 403)
        self.error = self.error or reply.error
        answer = str(reply.status) if reply.status else reply.error or "no answer"
        self.steps.append(Tried(f"{sent.call.method} {sent.call.path}", answer, reply.ok))

    def explain(self, words: Mapping[str, str]) -> None:
        """Put the adapter's words in place of bare numbers."""
        self.steps = [step._replace(answer=words.get(step.what, step.answer)) for step in self.steps]


def unrecorded() -> tuple[int, Record]:
    """A link that leaves no trace."""

    def forget(kind: Kind, head: Mapping[str, Any], body: bytes) -> None:
        pass

    return 0, forget
