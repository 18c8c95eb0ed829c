"""What is done before Qt is loaded, so that the window is there sooner."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting() -> Iterator[None]:
    """Entered before anything imports PySide6, left when the window is closed.

    Nothing that a start makes is garbage, so none is looked for until the event loop collects. What has no use for Qt
    is imported before it, because PySide6 reads the source of every module that is imported after itself, to learn
    whether that uses Qt (``_mod_uses_pyside`` in its ``feature.py``).
    """
    gc.disable()
    try:
        import inspector.wiring  # noqa: F401

        yield
    finally:
        gc.enable()
