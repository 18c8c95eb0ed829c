"""Writes frames out in other formats: each a function of the same shape, in :data:`EXPORTS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from inspector.domain.errors import UserError
from inspector.domain.frames import Frame
from inspector.store.atomic import replacing
from inspector.store.database import beside, looks_like_sqlite
from inspector.store.redaction import redacted, redacted_head
from inspector.store.wirelog import entry_line, head_line

Progress = Callable[[int, int], None]
"""Told how many frames are written, of how many (0 = not known)."""

Export = Callable[[Mapping[str, Any], Iterable[Frame], Path, bool, Progress, int], None]

EVERY = 500


def export_wire(
    head: Mapping[str, Any],
    frames: Iterable[Frame],
    out_path: Path,
    redact: bool = True,
    progress: Progress = lambda done, total: None,
    total: int = 0,
) -> None:
    """Writes a wire log. UserError where that cannot be; then nothing at ``out_path`` has changed."""
    _refuse_session(out_path)
    if redact:
        head, frames = redacted_head(head), redacted(frames)
    try:
        with replacing(out_path) as file:
            file.write(head_line(head))
            done = 0
            for done, frame in enumerate(frames, 1):
                file.write(entry_line(frame))
                if done % EVERY == 0:
                    progress(done, total)
            progress(done, total)
    except OSError as error:
        raise UserError(f"{out_path.name} cannot be written: {error.strerror or error}.") from None


EXPORTS: Mapping[str, Export] = {"wire": export_wire}


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
