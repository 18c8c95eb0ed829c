"""Assembles messages and steps from their deltas, by the rules that the official clients share.

Missing or null: set. ``index``, ``type`` and ``id``: replace. Two strings: join. Two numbers: add. Two objects:
recurse. An array of objects: merge by ``index``. An array of plain values: append. Anything else keeps what was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEP = 40


class Pieces:
    """A string that grows: joined only when it is read, so that a long text costs its length and not its square."""

    __slots__ = ("_parts",)

    def __init__(self, *parts: str) -> None:
        self._parts = list(parts)

    def add(self, text: str) -> None:
        """Append."""
        self._parts.append(text)

    def __str__(self) -> str:
        if len(self._parts) > 1:
            self._parts[:] = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""


def merge(into: dict[str, Any], delta: Mapping[str, Any], depth: int = 0) -> None:
    """Merge ``delta`` into the snapshot ``into``, in place."""
    for key, value in delta.items():
        have = into.get(key)
        if have is None:
            into[key] = _placed(value, depth)
        elif key in ("index", "type", "id"):
            into[key] = value
        else:
            into[key] = _joined(have, value, depth)


def plain(value: Any, depth: int = 0) -> Any:
    """A snapshot's value as JSON: strings that grew are joined. Nothing below the depth of merging ever grew."""
    if isinstance(value, Pieces):
        return str(value)
    if depth > 2 * _DEEP:
        return value
    if isinstance(value, dict):
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    return value


def _joined(have: Any, value: Any, depth: int) -> Any:
    if isinstance(value, str) and isinstance(have, str | Pieces):
        grown = have if isinstance(have, Pieces) else Pieces(have)
        grown.add(value)
        return grown
    if _number(have) and _number(value):
        try:
            return have + value
        except OverflowError:  # an integer beyond every float, to a float
            return value
    if depth < _DEEP and isinstance(have, dict) and isinstance(value, Mapping):
        merge(have, value, depth + 1)
    elif isinstance(have, list) and isinstance(value, list):
        _extend(have, value, depth + 1)
    return have


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _placed(value: Any, depth: int) -> Any:
    """A first value: objects with an ``index`` go to their place even when a later one comes first."""
    if not isinstance(value, list) or not any(_index(entry) is not None for entry in value):
        return value
    placed: list[Any] = []
    _extend(placed, value, depth + 1)
    return placed


def _extend(have: list[Any], delta: list[Any], depth: int) -> None:
    for entry in delta:
        index = _index(entry)
        at = None if index is None else _find(have, index)
        if at is not None and depth < _DEEP:
            merge(have[at], entry, depth + 1)
        elif index is None:
            have.append(entry)
        elif at is None:
            have.insert(_place(have, index), entry)


def _index(entry: Any) -> int | None:
    index = entry.get("index") if isinstance(entry, Mapping) else None
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def _find(have: list[Any], index: int) -> int | None:
    """Where the entry with this index is; in an array that came whole, entries have no index but their place."""
    last = len(have) - 1
    if 0 <= index <= last and _index(have[index]) in (index, None) and isinstance(have[index], dict):
        return index
    return next((at for at, entry in enumerate(have) if _index(entry) == index), None)


def _place(have: list[Any], index: int) -> int:
    for at, entry in enumerate(have):
        theirs = _index(entry)
        if theirs is not None and theirs > index:
            return at
    return len(have)
