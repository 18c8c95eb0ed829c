"""JSON that never raises, and reading values of unknown shape without a fault."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode


class NotJson:
    """Stands for a text that is no JSON value."""

    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON = NotJson()


def parse(text: str | bytes) -> Any:
    """The JSON value of a text, or ``NOT_JSON``. NaN and the like are accepted, as Python servers write them."""
    try:
        return _decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        pass
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return NOT_JSON


def obj(value: Any, *path: str) -> Mapping[str, Any]:
    """The object at ``path`` below ``value``; empty where there is none."""
    for name in path:
        value = value.get(name) if type(value) is dict or isinstance(value, Mapping) else None
    return value if type(value) is dict or isinstance(value, Mapping) else {}


def items(value: Any, *path: str) -> Sequence[Any]:
    """The array at ``path`` below ``value``; empty where there is none."""
    if path:
        value = obj(value, *path[:-1]).get(path[-1])
    return value if isinstance(value, list) else ()


def text(value: Any, *path: str) -> str | None:
    """The non-empty string at ``path`` below ``value``, or None."""
    if len(path) == 1:
        value = obj(value).get(path[0])
    elif path:
        value = obj(value, *path[:-1]).get(path[-1])
    return value if isinstance(value, str) and value else None


def number(value: Any, *path: str) -> float | None:
    """The number at ``path`` below ``value``, or None; what no clock can count with (NaN, 1e999) is none."""
    if path:
        value = obj(value, *path[:-1]).get(path[-1])
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def page_title(body: str) -> str | None:
    """What an HTML page calls itself, as proxies and login pages do; None for any other text."""
    if not body.lstrip()[:200].lower().startswith(("<!doctype html", "<html", "<head", "<body")):
        return None
    title = re.search(r"<(title|h1)\b[^>]*>([^<]*)<", body[:20_000], re.IGNORECASE)
    words = " ".join(html.unescape(title[2]).split()) if title is not None else ""
    return f"an HTML page: {words}" if words else "an HTML page without a title"


def short(value: Any, limit: int = 120) -> str:
    """One line of a JSON value, for a summary."""
    if isinstance(value, str):
        line = value
    else:
        try:
            line = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            line = repr(value)
        except RecursionError:
            line = "[…]" if isinstance(value, list) else "{…}"
    line = " ".join(line[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
