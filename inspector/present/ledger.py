"""The ledger of side effects in words: for the sheet of an act, for the plan on the command line, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.sideeffects import Entry, Fate

TITLES: Mapping[Fate, str] = {
    Fate.AGAIN: "Runs again, from the beginning",
    Fate.UNKNOWN: "Unknown",
    Fate.FIRST: "Runs",
    Fate.DONE: "Has run, and is not repeated",
}
"""In the order in which somebody has to know of them."""


def ledger_lines(entries: Sequence[Entry]) -> list[str]:
    """One line for each fate: what it is, how often it ran, how it stood, and the frames that prove it."""
    lines = []
    for fate, title in TITLES.items():
        some = [_told(entry) for entry in entries if entry.fate is fate]
        if some:
            lines.append(f"{title}: {'; '.join(some)}.")
    return lines


def ledger_object(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The ledger as JSON."""
    return [
        {
            "kind": entry.kind,
            "name": entry.name,
            "fate": entry.fate.value,
            "times": entry.times,
            "note": entry.note,
            "frames": list(entry.frames),
        }
        for entry in entries
    ]


def _told(entry: Entry) -> str:
    kind = "" if entry.kind == "node" else f"{entry.kind} " if entry.kind == "tool" else ""
    many = f" {entry.times}×" if entry.times > 1 else ""
    notes = [entry.note] if entry.note else []
    notes += [" ".join(f"#{frame}" for frame in entry.frames)] if entry.frames else []
    return f"{kind}{entry.name}{many}" + (f" ({', '.join(notes)})" if notes else "")
