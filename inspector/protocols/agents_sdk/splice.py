"""Puts values into a JSON text and leaves every other character of it as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from json.decoder import JSONDecoder
from typing import Any

from inspector.domain.errors import UserError

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is written: ``unit`` of its indentation (None = all in one line), and what stands after ``,`` and
    ``:``. ``ascii``: other characters are escaped."""

    unit: str | None
    newline: str
    comma: str
    colon: str
    ascii: bool

    @classmethod
    def of(cls, text: str) -> Style:
        """As the text itself does it, by its first members."""
        inner = re.match(r"[ \t\r\n]*\{((\r?\n)([ \t]*))?", text)
        newline = inner[2] if inner is not None and inner[2] else "\n"
        unit = inner[3] if inner is not None and inner[1] else None
        colon = re.search(r'"[ \t]*:([ \t]*)', text)
        comma = re.search(r'[}\]"0-9el],([ \t]*)[\["{]', text)
        return cls(unit, newline, comma[1] if comma else "", colon[1] if colon else " ", text.isascii())

    def write(self, value: Any, depth: int) -> str:
        """A value that stands at this depth, its following lines indented."""
        if self.unit is None:
            return json.dumps(value, ensure_ascii=self.ascii, separators=("," + self.comma, ":" + self.colon))
        lines = json.dumps(value, ensure_ascii=self.ascii, indent=self.unit, separators=(",", ":" + self.colon))
        return lines.replace("\n", self.newline + self.unit * depth)


def put(text: str, path: Sequence[str | int], name: str, value: Any) -> str:
    """The text with this member of the object at ``path``: in the old one's place, else as its last."""
    style = Style.of(text)
    at = _blank(text, 0)
    for step in path:
        at = _step(text, at, step)
    if text[at : at + 1] != "{":
        raise UserError("The run state is not built as expected; it was left alone.")
    depth = len(path) + 1
    members = list(_members(text, at))
    shown = style.write(value, depth)
    for key, start, end in reversed(members):
        if key == name:
            return text[:start] + shown + text[end:]
    new = f"{json.dumps(name)}:{style.colon}{shown}"
    if members:
        last = members[-1][2]
        gap = style.comma if style.unit is None else style.newline + style.unit * depth
        return f"{text[:last]},{gap}{new}{text[last:]}"
    if style.unit is None:
        return f"{text[: at + 1]}{new}{text[_blank(text, at + 1) :]}"
    outer = style.newline + style.unit * (depth - 1)
    return f"{text[: at + 1]}{outer}{style.unit}{new}{outer}{text[_blank(text, at + 1) :]}"


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return at if found is None else found.end()


def _step(text: str, at: int, step: str | int) -> int:
    """Where the value of this member, or of this entry, begins."""
    if isinstance(step, str) and text[at : at + 1] == "{":
        found = [start for key, start, _ in _members(text, at) if key == step]
    elif isinstance(step, int) and text[at : at + 1] == "[":
        found = _entries(text, at)[step : step + 1]
    else:
        found = []
    if not found:
        raise UserError("The run state is not built as expected; it was left alone.")
    return found[-1]


def _members(text: str, at: int) -> list[tuple[str, int, int]]:
    """The members of the object that begins here: name, and where its value begins and ends."""
    found = []
    at = _blank(text, at + 1)
    while text[at : at + 1] == '"':
        key, at = _DECODER.raw_decode(text, at)
        start = _blank(text, _blank(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        found.append((key, start, end))
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at : at + 1] == "," else at
    return found


def _entries(text: str, at: int) -> list[int]:
    """Where the entries of the array that begins here begin."""
    found = []
    at = _blank(text, at + 1)
    while text[at : at + 1] not in ("]", ""):
        found.append(at)
        _, end = _DECODER.raw_decode(text, at)
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at : at + 1] == "," else at
    return found
