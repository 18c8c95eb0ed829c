"""The Hub: the one public face of the core, for the window and for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.adapter import Adapter, Page, Query, Target
from inspector.domain.case import Case
from inspector.domain.errors import Refused, UserError
from inspector.domain.inside import hung_exchange
from inspector.services.acting import Acting, OnStep
from inspector.services.addresses import address_in
from inspector.services.captured import Captured
from inspector.services.clock import Clock
from inspector.services.connections import Connections, Opened
from inspector.services.library import LIVE, Library
from inspector.services.model import (
    ActResult,
    Change,
    Connection,
    ConnectionSpec,
    Doctor,
    Request,
    RunId,
    WatchState,
)
from inspector.services.ports import ClientFactory, Record, Store
from inspector.services.watching import Watching

__all__ = ["CLOSED", "LIVE", "SAVED", "Hub"]

SAVED = "This is a saved session: connect to its server and attach to the run there."
LOCAL = frozenset(["decide"])
"""Actions that write a file and send nothing: they need no server."""

CLOSED = "The connection to its server is closed: connect again."


class Hub(Library):
    """Opens files, watches runs, acts on them. All of it on one thread, that of the event loop."""

    def __init__(
        self, adapters: Sequence[Adapter], store: Store, client: ClientFactory, clock: Clock, who: str = ""
    ) -> None:
        super().__init__(adapters, store, clock)
        self._closed = False
        self._clock = clock
        self._connections = Connections(adapters, client, self._live, self.tasks, clock, self._tell)
        self._watching = Watching(self._live, self.tasks, clock, self._tell)
        self._acting = Acting(self._live, self._watching, clock, who, self._tell)
        self._captured = Captured(adapters, self._connections, self._watching, self._acting, self.frame)

    # servers

    async def doctor(self, spec: ConnectionSpec) -> Doctor:
        """Ask a server what it is, step by step."""
        return await self._connections.doctor(spec)

    async def connect(self, spec: ConnectionSpec, found: Doctor | None = None) -> Connection:
        """Connect; UserError with one sentence. ``found`` spares asking again what the doctor has asked."""
        return await self._connections.connect(spec, found)

    async def disconnect(self, connection: int) -> None:
        """Watch nothing there any more, and close the connection."""
        await self._watching.leave(self._opened(connection).connection.name)
        await self._connections.disconnect(connection)

    def connections(self) -> Sequence[Connection]:
        """The open connections."""
        return [opened.connection for opened in self._connections.opened.values()]

    async def list(self, connection: int, query: Query) -> Page:
        """One page of threads or runs of a server; what goes wrong is in it."""
        return await self._connections.list(self._opened(connection), query)

    # watching

    def watching(self, run: RunId) -> WatchState | None:
        """How a run is watched; None where it never was."""
        return self._watching.state(run.key) if run.book == LIVE else None

    async def watch(self, connection: int, target: Target) -> RunId:
        """Ask how a run stands and watch it. Without a run: the newest one of the thread. UserError, Refused."""
        opened = self._opened(connection)
        target = await self._connections.resolve(opened, target)
        return RunId(LIVE, await self._watching.watch(opened.means, target))

    async def unwatch(self, run: RunId) -> None:
        """Watch a run no more."""
        await self._watching.unwatch(run.key)

    def recognise(self, text: str) -> Sequence[Target]:
        """What a pasted text points at, for each backend that finds something in it; else the address in it."""
        found = [target for adapter in self._adapters if (target := adapter.recognise(text)) is not None]
        place = None if found else address_in(text)
        return found if place is None else [place]

    # what others send, and we record

    def outside(self, head: Mapping[str, Any]) -> tuple[int, Record]:
        """A link of the live log for an exchange of somebody else: its number, and where its frames go.

        ``head`` joins what its request says of itself (``connection``, ``protocol``).
        """
        return self._live.recorder.link(head)

    def jot(self, head: Mapping[str, Any]) -> None:
        """A note of ours in the live log, made known at once."""
        self._live.recorder.note(head)
        self._live.recorder.flush()
        self._tell(Change(LIVE, kind="journal"))

    # acting

    def actions(self, run: RunId) -> Sequence[Action]:
        """All actions for its present state, each possible or with the reason why not."""
        actions = self.offers(run)
        if (why_not := self._why_not(run)) is None:
            return actions
        caught = self._captured.actions(run.book, self._caught(run), self.now(run.book), self._is_live(run.book))
        rest = [a if a.id in LOCAL else replace(a, why_not=a.why_not or why_not) for a in actions]
        return [*caught, *(replace(a, primary=a.primary and not caught) for a in rest)]

    def _caught(self, run: RunId) -> Case:
        """What a proxy could act on: the exchange that a run of agents hangs in, or else the run itself."""
        case = self.case(run)
        return hung_exchange(case, self.now(run.book)) or case

    def offers(self, run: RunId) -> Sequence[Action]:
        """The same, as if its server could be reached: what a saved session says could have been done at its end."""
        return self._ledger(run.book).adapter(run.key).actions(self.case(run), self.now(run.book))

    def plan(self, run: RunId, action: str, data: Any) -> Sequence[Request]:
        """The writes of an act. Refused with the reason, UserError for unusable data."""
        if self._captured.takes(run.book, action):
            return self._captured.plan(run.book, self._caught(run), action)
        return self._acting.plan(self._server_of(run), run.key, action, data)

    async def act(
        self, run: RunId, action: str, data: Any, on_step: OnStep | None = None, wait_s: float = 10.0
    ) -> ActResult:
        """Do it, and wait for its effect and for the run that it starts, no longer than ``wait_s``."""
        if self._captured.takes(run.book, action):
            return await self._captured.act(run.book, self._caught(run), action, on_step, wait_s)
        return await self._acting.act(self._server_of(run), run.key, action, data, on_step, wait_s)

    def start_plan(self, connection: int, data: Mapping[str, Any]) -> Sequence[Request]:
        """The writes that start a new run."""
        opened = self._opened(connection)
        return [opened.shown(call) for call in opened.means.adapter.start(data)]

    async def start_warning(self, connection: int, data: Mapping[str, Any]) -> str | None:
        """What a person should know before a start, or None. Refused where the server would take it and do nothing."""
        return await self._connections.caution(self._opened(connection), data)

    async def start(self, connection: int, data: Mapping[str, Any]) -> RunId:
        """Start a run and watch it; Refused with what the server said where it began none."""
        return RunId(LIVE, await self._acting.start(self._opened(connection), data))

    async def aclose(self) -> None:
        """Cancel and drain everything; what was recorded is whole then."""
        if not self._closed:
            self._closed = True
            self._live.hang_up()
            await self.tasks.aclose()
            await self._connections.aclose()
            await self._files.aclose()
            self._live.close()
            self._clock.close()

    def _opened(self, connection: int) -> Opened:
        opened = self._connections.opened.get(connection)
        if opened is None:
            raise UserError("This connection is closed.")
        return opened

    def _why_not(self, run: RunId) -> str | None:
        """Why nothing can be sent about a run, whatever it is."""
        if run.book != LIVE:
            return SAVED
        return CLOSED if self._connections.by_name(self.case(run).run.connection) is None else None

    def _is_live(self, book: int) -> bool:
        return any(each.id == book and each.live for each in self.books())

    def _server_of(self, run: RunId) -> Opened:
        opened = self._connections.by_name(self.case(run).run.connection)
        if run.book != LIVE or opened is None:
            raise Refused(self._why_not(run) or CLOSED)
        return opened

    def _tell(self, change: Change) -> None:
        if change.kind == "rows" and change.book == LIVE:
            self._watching.heard(change.runs)
        super()._tell(change)
