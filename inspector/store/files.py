"""The files of the program behind one face: what can be opened, recorded to and written out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Frames
from inspector.domain.redactor import Redactor
from inspector.store.atomic import replacing
from inspector.store.derived import keep, recall
from inspector.store.log import Log
from inspector.store.open import open_log
from inspector.store.remarks import annotate, asides
from inspector.store.session import SessionWriter

if TYPE_CHECKING:
    from inspector.store.export import Progress


class Files:
    """Opens, records and exports. Holds nothing."""

    def open_log(self, path: Path, progress: Progress = lambda done, total: None) -> Log:
        """Open a file to read. UserError in one sentence where that cannot be. ``progress`` may raise to end it."""
        return open_log(path, progress)

    def recall(self, path: Path, known: Mapping[str, object]) -> Any | None:
        """What was derived from this file before, by the same code; None where that is not kept."""
        return recall(path, known)

    def keep(self, path: Path, value: object, known: Mapping[str, object]) -> None:
        """Keep what was derived from this file, where there is room for it."""
        keep(path, value, known)

    def record(
        self, path: Path, head: Mapping[str, Any], started_ms: float | None, extend: bool = False
    ) -> SessionWriter:
        """Begin a session file, or with ``extend`` go on with one that exists. UserError where that cannot be.

        ``started_ms`` None = nobody knows when the log's zero was.
        """
        if extend and path.exists():
            return SessionWriter.append_to(path)
        return SessionWriter.create(path, head, math.nan if started_ms is None else started_ms)

    def annotate(self, path: Path, about: Frame, head: Mapping[str, Any], whole: bool) -> bool:
        """Keep a note about a frame of a file; whether it is in the file itself. UserError where that cannot be."""
        return annotate(path, about, head, whole)

    def asides(self, path: Path, frame: Callable[[int], Frame]) -> Sequence[Mapping[str, Any]]:
        """The heads of the notes that are kept apart from a file."""
        return asides(path, frame)

    def write(self, path: Path, content: bytes) -> None:
        """Write a whole file: what was there stays until all of the new is safe. UserError where that cannot be."""
        try:
            with replacing(path) as file:
                file.write(content)
        except OSError as error:
            raise UserError(f"{path.name} cannot be written: {error.strerror or error}.") from None

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
        """Write frames in another format. UserError where that cannot be."""
        # All formats that can be written take long to import, and no start of the program writes one.
        from inspector.store.export import Job, write

        write(Job(head, frames, redactor, report, text, progress), to, path)

    def rehearse(
        self,
        frames: Frames,
        head: Mapping[str, Any],
        redactor: Redactor,
        progress: Progress,
        report: Mapping[str, Any],
    ) -> None:
        """Let the redactor see all that an export would hold, and write nothing."""
        from inspector.store.export import Job, rehearse  # not at the start: see export()

        rehearse(Job(head, frames, redactor, report, "", progress))
