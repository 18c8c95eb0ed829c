"""The shapes of the parts that are put into the services from outside: the client, the session file, the exports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from inspector.domain.calls import Call, Reply
from inspector.domain.frames import Frame, Frames, Kind
from inspector.domain.redactor import Redactor
from inspector.services.model import ConnectionSpec

Record = Callable[[Kind, Mapping[str, Any], bytes], None]
"""Takes what crossed the wire on one link, in order: kind, head, body. It gets its number and time here."""

OpenLink = Callable[[], tuple[int, Record]]
"""Opens the next link of the log: its number, and where its frames go."""

Progress = Callable[[int, int], None]
"""Told how far long work is: done, of all (0 = not known)."""


class Exchange(Protocol):
    """A call that was sent. ``pump`` reads the rest of an event stream; None where nothing is left to read."""

    @property
    def reply(self) -> Reply:
        """What came back."""
        ...

    @property
    def pump(self) -> Callable[[], Awaitable[None]] | None:
        """Awaited once; a cancelled pump closes the connection and records that we did."""
        ...


class Preview(Protocol):
    """A request as it is shown."""

    @property
    def method(self) -> str:
        """GET, POST …"""
        ...

    @property
    def url(self) -> str:
        """Whole, with the query."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """With names in place of secrets."""
        ...

    @property
    def body(self) -> Any:
        """The JSON value; None = no body."""
        ...


class HttpClient(Protocol):
    """Sends calls to one server. Never raises for what the network or the peer does: that is in the reply."""

    async def send(self, call: Call, open_link: OpenLink) -> Exchange:
        """Send it; reads are retried, acts never."""
        ...

    def preview(self, call: Call) -> Preview:
        """The request as it would be sent, with names in place of secrets. UserError where it cannot be made."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


ClientFactory = Callable[[ConnectionSpec], HttpClient]


class Log(Protocol):
    """An opened file: a session, a wire log, or a bare stream. Its end is what it was at opening until :meth:`more`."""

    @property
    def head(self) -> Mapping[str, Any]:
        """What its file says about itself: ``protocol``, ``scenario``, ``server`` …"""
        ...

    @property
    def protocol(self) -> str | None:
        """What the file says it speaks."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """What is odd about it, a sentence each."""
        ...

    @property
    def recovered(self) -> str | None:
        """One sentence when the file was not whole: what could be read."""
        ...

    @property
    def started_ms(self) -> float | None:
        """Unix time of the log's zero in ms, where the file tells it."""
        ...

    @property
    def live(self) -> bool:
        """Whether another process is writing it now."""
        ...

    def __len__(self) -> int:
        """How many frames it has."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """The frames in order."""
        ...

    def frame(self, seq: int) -> Frame:
        """One of them; KeyError where there is none."""
        ...

    def more(self) -> Sequence[Frame]:
        """What was written to the file since it was opened, or since the last call."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class SessionWriter(Protocol):
    """Where the live book is recorded."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def pending(self) -> int:
        """How many frames wait in memory because the disk took no more."""
        ...

    @property
    def last_seq(self) -> int:
        """The number of the last frame, or 0."""
        ...

    @property
    def last_at(self) -> float:
        """The time of the last frame."""
        ...

    @property
    def last_link(self) -> int:
        """The greatest number of an exchange, or 0."""
        ...

    @property
    def started_ms(self) -> float:
        """Unix time of the log's zero in ms; NaN where nobody knows it."""
        ...

    def append(self, frames: Sequence[Frame]) -> None:
        """Keep frames: once this returns they survive a kill of the process.

        UserError where the disk does not take them; they wait then and go with the next append, also an empty one.
        """
        ...

    def frame(self, seq: int) -> Frame:
        """One of the frames written or waiting; KeyError where there is none."""
        ...

    def close(self, give_up: bool = False) -> None:
        """Finish the file; UserError, and still open, where waiting frames cannot be written, unless we ``give_up``."""
        ...


class Store(Protocol):
    """Files: what can be opened, recorded to and written out."""

    def open_log(self, path: Path, progress: Progress = ...) -> Log:
        """Open a file to read. UserError in one sentence where that cannot be.

        ``progress`` is told from this thread how many bytes are read, of how many; what it raises ends the reading.
        """
        ...

    def record(
        self, path: Path, head: Mapping[str, Any], started_ms: float | None, extend: bool = False
    ) -> SessionWriter:
        """Begin a session file, or with ``extend`` go on with one that exists. UserError where that cannot be."""
        ...

    def export(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        path: Path,
        to: str,
        redactor: Redactor | None,
        progress: Progress,
        report: Mapping[str, Any],
        text: str,
    ) -> None:
        """Write frames in another format. UserError where that cannot be.

        ``redactor`` None: with all secrets. ``report`` and ``text`` are the verdicts, for programs and for people.
        """
        ...

    def recall(self, path: Path, known: Mapping[str, object]) -> Any | None:
        """What was derived from this file before, by the same code; None where that is not kept.

        ``known`` are objects that are kept by their names, because the program has them in one piece only.
        """
        ...

    def keep(self, path: Path, value: object, known: Mapping[str, object]) -> None:
        """Keep what was derived from this file for the next time; where that cannot be, nothing happens."""
        ...

    def annotate(self, path: Path, about: Frame, head: Mapping[str, Any], whole: bool) -> bool:
        """Keep a note about a frame of a file: in it where it is a session, else apart from it. UserError if neither.

        ``whole``: nobody writes the file, and nothing of it is missing. Returns whether it is in the file now.
        """
        ...

    def asides(self, path: Path, frame: Callable[[int], Frame]) -> Sequence[Mapping[str, Any]]:
        """The heads of the notes that are kept apart from a file, oldest first."""
        ...

    def write(self, path: Path, content: bytes) -> None:
        """Write a whole file, in place of one that is there. UserError where that cannot be."""
        ...

    def rehearse(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        redactor: Redactor,
        progress: Progress,
        report: Mapping[str, Any],
    ) -> None:
        """Let the redactor see all that an export would hold, and write nothing."""
        ...
