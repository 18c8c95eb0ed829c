"""What the tests of the catalogue ask of each finding."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

Found = Callable[[], Collection[str]]
"""Tells a story and gives the ids of its findings."""


@dataclass(frozen=True)
class Entry:
    """One finding: a story in which it fires, one in which it does not, and the two sides of its edge.

    The edge is its threshold, or where it has none the smallest change of a story that takes it away.
    """

    fires: Found
    calm: Found
    before: Found
    at: Found
