"""The notes that our own recorder writes, so that a recording judged later is judged as it was judged live.

A note is a frame of kind ``note`` on link 0 whose head holds ``text`` and, for ours, ``inspector``: the word below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TICK = "tick"
"""Time passed and nothing came: the log's clock, written at least every 5 s while a link is open."""

CONNECTED = "connected"
"""A server was asked what it is: ``connection``, ``url``, ``protocol``, ``capabilities``, ``thresholds`` (seconds)."""

WATCH = "watch"
"""How a run is watched from now on: ``run`` (server id), ``thread``, ``connection``, ``source`` (its name; empty: not),
``live`` (whether changes would be seen), ``polls`` (true where it is by asking again and again)."""

JOURNAL = "journal"
"""What a person did by hand: ``action``, ``run``, ``connection``, ``plan``, ``answers``, ``effect``, ``why``, ``who``,
``when``."""

PROXIED = "proxied"
"""The log is that of a capture proxy: ``url`` (its own address), ``upstream``."""

REMARK = "remark"
"""A person's comment: ``frame`` (the number it is about), ``part`` (the event in it, where it is not the first),
``text``; an empty one takes an earlier one away."""

MARK = "mark"
"""A person's mark, to find something again: ``frame``, ``part``, ``on``."""


def note(word: str, text: str, /, **values: Any) -> dict[str, Any]:
    """The head of a note of ours."""
    return {"inspector": word, "text": text, **values}


def word_of(head: Mapping[str, Any]) -> str | None:
    """Which of our notes this is, or None for a foreign remark."""
    word = head.get("inspector")
    return word if isinstance(word, str) else None
