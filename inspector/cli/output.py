"""Printing: JSON lines for programs, short text for people, one sentence for an error."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from textwrap import wrap
from typing import Any, TextIO

from inspector.domain.errors import UserError
from inspector.present.meaning import meaning
from inspector.present.words import ENDING_WORDS, age

MARKS = {"error": "✖", "warn": "⚠", "note": "·"}
BAR_AFTER_S = 0.5
WIDTH = 110
_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What a server could send to move a terminal's cursor, or to turn the order of a line round."""


def say(text: str) -> None:
    """A text for people on standard output, at once."""
    print(_fitting(_UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", text), sys.stdout), flush=True)


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    line = " ".join(_UNSHOWN.sub(" ", sentence).split())
    print(_fitting(f"stream-inspector: {line}", sys.stderr), file=sys.stderr, flush=True)


def json_line(value: Mapping[str, Any], pretty: bool = False) -> None:
    """One object a line; over several lines for a person who looks at a single one."""
    indent = 2 if pretty else None
    try:
        line = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:  # a server wrote NaN, which is none of JSON's numbers
        value = json.loads(json.dumps(value), parse_constant=lambda _: None)
        line = json.dumps(value, ensure_ascii=False, indent=indent)
    if _fitting(line, sys.stdout) != line:
        line = json.dumps(value, indent=indent)
    print(line, flush=True)


def _fitting(text: str, stream: TextIO) -> str:
    """The text as the stream's encoding can tell it; half characters out of a broken stream fit into none."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def data_of(text: str | None) -> Any:
    """The JSON value of ``--data``: given as it is, or in a file named after an ``@``."""
    if text is None:
        return None
    source = "--data"
    if text.startswith("@"):
        source = text[1:]
        try:
            with open(source, encoding="utf-8-sig") as file:
                text = file.read()
        except (OSError, ValueError) as error:
            raise UserError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{source} is no JSON: {error}. A text goes in double quotes.") from error


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number there")


def run_text(run: Mapping[str, Any], protocol: str | None = None, plays: Sequence[str] = ()) -> str:
    """The run object of a report for a person: ending and why, then what was found, with its frames.

    With its ``protocol`` also what each finding means, for the run and for the code that waits for it; with ``plays``
    its playbook in place of the bare next steps.
    """
    word = ENDING_WORDS[run["ending"]]
    lines = [f"{run['id'] or '(no id)'}  {word.upper()}  {run['why']}"]
    if run["ended_ms"] is not None and run["ended_ms"] > run["started_ms"]:
        lines[0] += f"  [after {age(run['ended_ms'] - run['started_ms'])}]"
    for finding in run["findings"]:
        lines += [f"  {finding_text(finding)}", *(meaning_lines(finding, protocol) if protocol else ())]
    steps = list(dict.fromkeys(step for finding in run["findings"] for step in finding["next"]))
    if plays:
        some = any(not play.startswith("–") for play in plays)
        lines.append("  What can be done, in this order:" if some else "  Nothing can be done now:")
        for play in plays:
            lines += wrap(play, WIDTH, initial_indent="    ", subsequent_indent=" " * 7)
    elif steps:
        lines.append(f"  → {', '.join(steps)}")
    return "\n".join(lines)


def finding_text(finding: Mapping[str, Any]) -> str:
    """One finding on a line, with the entries of the log that prove it."""
    frames = "".join(f" #{frame}" for frame in finding["frames"][:5])
    more = " …" if len(finding["frames"]) > 5 else ""
    return f"{MARKS[finding['severity']]} {finding['text']}  ({finding['id']}{frames}{more})"


def meaning_lines(finding: Mapping[str, Any], protocol: str) -> Iterator[str]:
    """What follows from a finding, indented below it; a note explains itself."""
    if finding["severity"] != "note":
        told = meaning(finding["id"], protocol)
        for title, text in (("It means: ", told.what), ("Your code: ", told.code)):
            if text:
                yield from wrap(text, WIDTH, initial_indent=f"      {title}", subsequent_indent=" " * 8)


def moment(value: str | float | None) -> str:
    """When a server says that something was made: its own text, or its Unix seconds as a date."""
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return str(value)


class Bar:
    """The progress of long work: a bar on a terminal once it takes a while, nothing in a pipe."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        """Told how far it is; 0 of all = not known."""
        if total <= 0 or not sys.stderr.isatty() or time.monotonic() - self._since < BAR_AFTER_S:
            return
        share = min(1.0, done / total)
        bar = _fitting("█" * int(share * 30), sys.stderr)
        print(f"\r{bar:<30} {share:4.0%}  {done:,} of {total:,} ", end="", file=sys.stderr, flush=True)
        self._shown = True

    def clear(self) -> None:
        """Take it away again."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = False
