"""Exchanges that a capture proxy relays: its session is a followed file, and acts on them go to the proxy's door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from inspector.domain.actions import Action
from inspector.domain.adapter import Adapter, Target
from inspector.domain.case import Case
from inspector.domain.errors import Refused
from inspector.domain.frames import Frame
from inspector.domain.notes import PROXIED, word_of
from inspector.services.acting import Acting, OnStep
from inspector.services.connections import Connections, Opened
from inspector.services.model import ActResult, Request
from inspector.services.watching import Watching

PROXY = "proxy"
FIRST = 5
"""Among so many entries of a log stands whose it is."""

UNKNOWN = "This was captured by a proxy that is not connected: start it from here, or connect to it."


class Captured:
    """What can be done to runs in the log of a running proxy. ``frame`` gives an entry of a book by its number."""

    def __init__(
        self,
        adapters: Sequence[Adapter],
        connections: Connections,
        watching: Watching,
        acting: Acting,
        frame: Callable[[int, int], Frame],
    ) -> None:
        self._adapter = next((adapter for adapter in adapters if adapter.name == PROXY), None)
        self._connections = connections
        self._watching = watching
        self._acting = acting
        self._frame = frame
        self._known: dict[int, str | None] = {}

    def address(self, book: int) -> str | None:
        """Where the proxy answers that wrote this book; None where no proxy did."""
        if self._known.get(book) is None:
            self._known[book] = self._told(book)
        return self._known[book]

    def takes(self, book: int, action: str) -> bool:
        """Whether an act on a run of this book goes to its proxy."""
        return self._adapter is not None and action in self._adapter.acts and self.address(book) is not None

    def actions(self, book: int, case: Case, now: float, live: bool) -> Sequence[Action]:
        """What the proxy can do for a run of its log; nothing where it is none of its exchanges."""
        if self._adapter is None or self.address(book) is None or exchange_of(case) is None:
            return ()
        offered = [action for action in self._adapter.actions(case, now) if action.id != "refresh"]
        why_not = "The proxy has ended." if not live else None if self._opened(book) is not None else UNKNOWN
        if why_not is None:
            return offered
        return [replace(action, why_not=action.why_not or why_not, primary=False) for action in offered]

    def plan(self, book: int, case: Case, action: str) -> Sequence[Request]:
        """The request that an act would send. Refused with the reason."""
        opened, adapter = self._door(book)
        calls = adapter.plan(action, case, {"exchange": exchange_of(case)})
        return [opened.shown(call) for call in calls]

    async def act(self, book: int, case: Case, action: str, on_step: OnStep | None, wait_s: float) -> ActResult:
        """Send it, and ask the proxy until its effect is there."""
        opened, _ = self._door(book)
        target = Target(PROXY, str(exchange_of(case)))
        key = await self._watching.watch(opened.means, target)
        try:
            return await self._acting.act(opened, key, action, None, on_step, wait_s)
        finally:
            await self._watching.unwatch(key)

    def _told(self, book: int) -> str | None:
        for seq in range(1, FIRST + 1):
            try:
                frame = self._frame(book, seq)
            except KeyError:
                continue
            if word_of(frame.head) == PROXIED:
                return str(frame.head.get("url", "")) or None
        return None

    def _opened(self, book: int) -> Opened | None:
        address = self.address(book)
        opened = self._connections.opened.values()
        return next((each for each in opened if each.connection.spec.base_url == address), None)

    def _door(self, book: int) -> tuple[Opened, Adapter]:
        opened = self._opened(book)
        if opened is None or self._adapter is None:
            raise Refused(UNKNOWN)
        return opened, self._adapter


def exchange_of(case: Case) -> int | None:
    """The number under which the proxy knows the exchange that carries this run now."""
    links = [link for link in case.links() if link.request is not None and "exchange" in link.request.head]
    return links[-1].number if links else None
