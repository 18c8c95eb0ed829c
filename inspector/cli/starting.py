"""What holds from the start of the window to its end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting() -> Iterator[None]:
    """Entered before anything of the window is imported, left when it is closed.

    Nothing that a start makes is garbage, so none is looked for until the event loop collects.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
