"""Printing: JSON lines for programs, short text for people, one sentence for an error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from inspector.domain.errors import UserError
from inspector.present.words import ENDING_WORDS, age

MARKS = {"error": "✖", "warn": "⚠", "note": "·"}


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    print(f"stream-inspector: {sentence}", file=sys.stderr)


def json_line(value: Mapping[str, Any], pretty: bool = False) -> None:
    """One object a line; over several lines for a person who looks at a single one."""
    print(json.dumps(value, ensure_ascii=False, indent=2 if pretty else None), flush=True)


def data_of(text: str | None) -> Any:
    """The JSON value of ``--data``: given as it is, or in a file named after an ``@``."""
    if text is None:
        return None
    source = "--data"
    if text.startswith("@"):
        source = text[1:]
        try:
            with open(source, encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{source} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    try:
        return json.loads(text)
    except ValueError as error:
        raise UserError(f"{source} is no JSON: {error}.") from error


def run_text(run: Mapping[str, Any]) -> str:
    """The run object of a report for a person: ending and why, then what was found, with its frames."""
    word = ENDING_WORDS[run["ending"]]
    lines = [f"{run['id'] or '(no id)'}  {word.upper()}  {run['why']}"]
    if run["ended_ms"] is not None:
        lines[0] += f"  [after {age(run['ended_ms'] - run['started_ms'])}]"
    for finding in run["findings"]:
        frames = ", ".join(f"#{frame}" for frame in finding["frames"][:5])
        more = "…" if len(finding["frames"]) > 5 else ""
        lines.append(f"  {MARKS[finding['severity']]} {finding['text']}  ({finding['id']} {frames}{more})")
    steps = list(dict.fromkeys(step for finding in run["findings"] for step in finding["next"]))
    if steps:
        lines.append(f"  → {', '.join(steps)}")
    return "\n".join(lines)


def progress(done: int, total: int) -> None:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty() or total <= 0:
        return
    share = min(1.0, done / total)
    bar = "█" * int(share * 30)
    end = "\n" if done >= total else ""
    print(f"\r{bar:<30} {share:4.0%}  {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)
