"""What is written beside the frames of an export: the verdicts and the journal as an object, and for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from inspector.domain.diagnosis import Verdict
from inspector.domain.findings import Finding
from inspector.domain.remarks import Remarks
from inspector.domain.run import Run
from inspector.present.compare import stays
from inspector.present.mermaid import mermaid
from inspector.present.report import finding_object, log_object
from inspector.present.times import since_start, span
from inspector.present.words import ENDING_WORDS

MARKS = {"error": "✖", "warn": "⚠", "note": "·"}
NOTHING = Remarks()
MOST_TEXT = 4_000
"""A longer message or output is cut in what people read; the object has it whole."""


class Entry(Protocol):
    """One entry of the journal."""

    @property
    def at(self) -> float:
        """When, in ms of the log."""
        ...

    @property
    def action(self) -> str:
        """What was done."""
        ...

    @property
    def run(self) -> str | None:
        """The server's id of the run it was done to."""
        ...

    @property
    def effect(self) -> str:
        """Whether it was seen to work."""
        ...

    @property
    def why(self) -> str:
        """What proves that."""
        ...

    @property
    def who(self) -> str:
        """The name of the local user."""
        ...

    @property
    def when(self) -> str:
        """ISO time."""
        ...

    @property
    def requests(self) -> Sequence[Any]:
        """What was sent, with ``method``, ``url`` and ``body``."""
        ...

    @property
    def answers(self) -> Sequence[tuple[int, Any]]:
        """Status and body of each answer; status 0 = none came."""
        ...


def report_object(
    version: str,
    source: str,
    protocol: str | None,
    runs: Sequence[tuple[Run, Verdict]],
    loose: Sequence[Finding],
    journal: Sequence[Entry],
    now: float,
    remarks: Remarks = NOTHING,
) -> dict[str, Any]:
    """The report of ``diagnose`` with the states of each run, the journal and the remarks. Times in ms of the log."""
    report = log_object(version, source, protocol, runs, loose)
    for told, (run, _) in zip(report["runs"], runs, strict=True):
        told["states"] = [
            {"state": stay.state, "at": run.first_at + stay.at, "ms": stay.ms, "frame": stay.seq}
            for stay in stays(run, now)
        ]
    report["journal"] = [
        {
            "at": entry.at,
            "when": entry.when,
            "who": entry.who,
            "action": entry.action,
            "run": entry.run,
            "requests": [{"method": sent.method, "url": sent.url, "body": sent.body} for sent in entry.requests],
            "answers": [{"status": status, "body": body} for status, body in entry.answers],
            "effect": entry.effect,
            "why": entry.why,
        }
        for entry in journal
    ]
    report["remarks"] = [
        {"frame": spot[0], "part": spot[1], "marked": spot in remarks.marks, "text": remarks.comments.get(spot, "")}
        for spot in sorted(remarks.marks | remarks.comments.keys())
    ]
    return report


def markdown(
    report: Mapping[str, Any],
    version: str,
    source: str,
    protocol: str | None,
    runs: Sequence[tuple[Run, Verdict]],
    loose: Sequence[Finding],
    journal: Sequence[Entry],
) -> str:
    """The same to be read: for a bug report, or whoever helps."""
    lines = [f"# {_inline(source)}", "", f"{protocol or 'unknown protocol'} · Stream Inspector {version}", ""]
    if runs:
        lines += ["| run | ending | why |", "|---|---|---|"]
        lines += [
            f"| {_cell(told['id'] or '(no id)')} | {ENDING_WORDS[verdict.ending]} | {_cell(told['why'])} |"
            for told, (_, verdict) in zip(report["runs"], runs, strict=True)
        ]
    else:
        lines.append("No run in it.")
    lines += _findings([finding_object(finding) for finding in loose], "Findings without a run")
    for told, (run, verdict) in zip(report["runs"], runs, strict=True):
        lines += _run(told, run, verdict)
    if journal:
        heads = ("at", "when", "who", "action", "run", "sent", "answer", "effect", "why")
        lines += ["", "## Done by hand", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
        lines += [f"| {' | '.join(map(_cell, _done(entry)))} |" for entry in journal]
    if report["remarks"]:
        lines += ["", "## Remarks", ""]
        lines += [f"- #{told['frame']}: {_inline(told['text']) or 'marked'}" for told in report["remarks"]]
    return "\n".join(lines) + "\n"


def _done(entry: Entry) -> Iterator[str]:
    """One act as the cells of a row; the bodies are in the object."""
    yield from (since_start(entry.at), entry.when, entry.who, entry.action, entry.run or "")
    yield ", ".join(f"{sent.method} {sent.url}" for sent in entry.requests)
    yield ", ".join(str(status or "none") for status, _ in entry.answers)
    yield from (entry.effect.replace("_", " "), entry.why)


def _run(told: Mapping[str, Any], run: Run, verdict: Verdict) -> Iterator[str]:
    yield from ("", f"## {_inline(told['id'] or 'A run without an id')}", "")
    yield f"**{ENDING_WORDS[verdict.ending]}**: {told['why']}"
    if told["thread"]:
        yield from ("", f"Thread `{told['thread']}`")
    yield from _findings(told["findings"], "")
    if told["states"]:
        yield from ("", "| state | from | for | entry |", "|---|---|---|---|")
        for stay in told["states"]:
            times = f"{since_start(stay['at'])} | {span(stay['ms'])}"
            yield f"| {_cell(stay['state'])} | {times} | {_entry(stay['frame'])} |"
    yield from ("", "```mermaid", travelled(run), "```")
    for message in told["messages"]:
        yield from ("", f"### {message['role'] or 'message'}", "", *_quoted(message["text"]))
    if told["tool_calls"]:
        yield from ("", "### Tool calls")
        for call in told["tool_calls"]:
            yield from ("", f"`{call['name'] or '?'}` (`{call['id']}`)", "", *_fenced(call["arguments"]))
            yield from (
                ["", "answered", "", *_fenced(call["output"])] if call["output"] is not None else ["", "**no output**"]
            )


def travelled(run: Run) -> str:
    """The run's lifecycle as Mermaid, with the way that it went: states passed, the present one, forbidden changes."""
    lines = [mermaid(run.chart)]
    odd = dict.fromkeys((c.source, c.target) for c in run.transitions if not c.declared and c.source is not None)
    lines += [f"    {source} --> {target}: not declared" for source, target in odd if _is_word(source, target)]
    passed = dict.fromkeys(change.target for change in run.transitions if _is_word(change.target))
    lines += ["    classDef passed stroke-width:3px", "    classDef here stroke-width:3px,fill:#f6c945,color:#222"]
    lines += [f"    class {state} passed" for state in passed if state != run.state]
    if run.state is not None and _is_word(run.state):
        lines.append(f"    class {run.state} here")
    return "\n".join(lines)


def _is_word(*states: str) -> bool:
    """A state that nobody declared may be any text; only plain words can be drawn."""
    return all(state.replace("_", "").isalnum() for state in states)


def _entry(frame: int | None) -> str:
    """The frame that told something; None = it is not in this part of the log."""
    return "" if frame is None else f"#{frame}"


def _findings(found: Sequence[Mapping[str, Any]], title: str) -> list[str]:
    if not found:
        return []
    lines = ["", f"## {title}", ""] if title else [""]
    for finding in found:
        frames = "".join(f" #{frame}" for frame in finding["frames"][:5])
        lines.append(f"- {MARKS[finding['severity']]} `{finding['id']}`{frames}: {finding['text']}")
    return lines


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in (_cut(text) or "(empty)").splitlines()]


def _fenced(text: str) -> list[str]:
    fence = "```"
    while fence in text:
        fence += "`"
    return [fence, _cut(text), fence]


def _cut(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}… ({len(text) - MOST_TEXT:,} more characters)"


def _inline(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _inline(text).replace("|", "\\|")
