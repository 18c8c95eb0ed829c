"""Writes frames out in other formats: each a function of the same shape, in :data:`EXPORTS`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, BinaryIO

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame, Frames
from inspector.domain.redactor import Redactor
from inspector.store.atomic import replacing
from inspector.store.database import beside, looks_like_sqlite
from inspector.store.har_export import write_har
from inspector.store.redaction import redacted
from inspector.store.wirelog import dumps, entry_line, head_line

Progress = Callable[[int, int], None]
"""Told how many frames are written, of how many (0 = not known). What it raises ends the export."""

BUNDLE = 1
"""The version of the evidence in a bundle's head."""

EVERY = 500
LIBRARIES = ("httpx", "websockets", "msgspec", "zstandard", "PySide6-Essentials")


@dataclass(frozen=True, slots=True)
class Job:
    """What to write. ``frames`` are gone through twice where secrets are taken out; ``redactor`` None = as they are.

    ``report`` and ``text`` are the verdicts, as an object and for people to read.
    """

    head: Mapping[str, Any]
    frames: Frames
    redactor: Redactor | None = field(default_factory=Redactor)
    report: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    progress: Progress = lambda done, total: None

    def clean_head(self) -> dict[str, Any]:
        """The head of the log as it may be shown."""
        return dict(self.head) if self.redactor is None else self.redactor.head(self.head)

    def clean_frames(self) -> Iterator[Frame]:
        """The frames as they may be shown, with progress."""
        total = len(self.frames)
        if self.redactor is None:
            yield from _Told(self.frames, self.progress, 1)
        else:
            yield from redacted(_Told(self.frames, self.progress, 2), self.redactor)
        self.progress(total, total)

    def clean_report(self) -> dict[str, Any]:
        """The verdicts as they may be shown."""
        return dict(self.report) if self.redactor is None else self.redactor.head(self.report)

    def clean_text(self) -> str:
        """The same for people."""
        return self.text if self.redactor is None else self.redactor.text(self.text)


class _Told:
    """Frames that tell how far they were gone through, which will be done so many ``times``."""

    def __init__(self, frames: Frames, progress: Progress, times: int) -> None:
        self._frames = frames
        self._progress = progress
        self._times = times
        self._begun = 0

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[Frame]:
        total = len(self._frames)
        before, self._begun = self._begun * total, self._begun + 1
        for done, frame in enumerate(self._frames, 1):
            yield frame
            if done % EVERY == 0:
                self._progress((before + done) // self._times, total)


def write(job: Job, to: str, path: Path) -> None:
    """Write in one of the formats. UserError where that cannot be; then nothing at ``path`` has changed."""
    if to not in EXPORTS:
        raise UserError(f"There is no export to {to}; known are: {', '.join(EXPORTS)}.")
    _refuse_session(path)
    try:
        with replacing(path) as file:
            EXPORTS[to](job, file)
    except OSError as error:
        raise UserError(f"{path.name} cannot be written: {error.strerror or error}.") from None


def rehearse(job: Job) -> None:
    """Go through everything that a bundle holds, so that the redactor can tell what it took."""
    job.clean_head()
    job.clean_report()
    for _ in job.clean_frames():
        pass


def _wire(job: Job, file: BinaryIO) -> None:
    file.write(head_line(job.clean_head()))
    file.writelines(entry_line(frame) for frame in job.clean_frames())


def _har(job: Job, file: BinaryIO) -> None:
    write_har(job.clean_head(), job.clean_frames(), file, _version("stream-inspector"))


def _json(job: Job, file: BinaryIO) -> None:
    job.progress(0, 1)
    file.write(json.dumps(job.clean_report(), ensure_ascii=False, indent=1, default=dict).encode("utf-8", "replace"))
    file.write(b"\n")


def _markdown(job: Job, file: BinaryIO) -> None:
    job.progress(0, 1)
    file.write(job.clean_text().encode("utf-8", "replace"))


def _bundle(job: Job, file: BinaryIO) -> None:
    """A wire log that has the verdicts, the journal and the versions in its head: it can be opened and replayed."""
    evidence = {
        "bundle": BUNDLE,
        "versions": {name: _version(name) for name in ("stream-inspector", *LIBRARIES)},
        "redacted": job.redactor is not None,
        "report": job.clean_report(),
    }
    file.write(dumps({"wire": 1, **job.clean_head(), **evidence}) + b"\n")
    file.writelines(entry_line(frame) for frame in job.clean_frames())


EXPORTS: Mapping[str, Callable[[Job, BinaryIO], None]] = {
    "wire": _wire,
    "har": _har,
    "json": _json,
    "markdown": _markdown,
    "bundle": _bundle,
}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _refuse_session(path: Path) -> None:
    """An export replaces an older one, but never a recording."""
    if path.is_dir():
        raise UserError(f"{path.name} is a folder; name the file to write.")
    try:
        if beside(path):
            raise UserError(f"{path.name} is being recorded; export under another name.")
        with path.open("rb") as file:
            if looks_like_sqlite(file.read(16)):
                raise UserError(f"{path.name} is a session and is not overwritten; export under another name.")
    except OSError:
        return
