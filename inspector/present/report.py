"""The verdict of a log as the JSON object that ``diagnose`` prints (schema 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.charts import Ending
from inspector.domain.diagnosis import Verdict
from inspector.domain.findings import Finding, Severity
from inspector.domain.run import Run
from inspector.present.sentences import sentence
from inspector.present.truth import stands


def finding_object(finding: Finding) -> dict[str, Any]:
    """One finding with its sentence."""
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "text": sentence(finding),
        "frames": list(finding.frames),
        "next": list(finding.next),
    }


def run_object(run: Run, verdict: Verdict) -> dict[str, Any]:
    """One run: ids, the server's last own word, ending, findings, messages and tool calls as assembled."""
    attempts = next((f.values.get("times", 1) for f in verdict.findings if f.id == "stream.attempts"), 1)
    return {
        "id": run.id,
        "thread": run.thread,
        "status": _last_word(run, verdict),
        "ending": verdict.ending.value,
        "why": stands(verdict),
        "state": run.state,
        "attempts": attempts,
        "started_ms": run.first_at,
        "ended_ms": run.terminal_at,
        "findings": [finding_object(finding) for finding in verdict.findings],
        "messages": [{"role": m.role, "text": m.text} for m in run.messages.values()],
        "tool_calls": [
            {"id": c.id, "name": c.name, "arguments": c.arguments, "output": c.output} for c in run.tools.values()
        ],
    }


def _last_word(run: Run, verdict: Verdict) -> str | None:
    """What the server called it last, be it in its stream or when it was asked."""
    told, asked = run.stream_word, run.server_word
    newer = told is not None and asked is not None and told.seq > asked.seq
    return verdict.stream if verdict.server is None or newer else verdict.server


def log_object(
    version: str,
    source: str,
    protocol: str | None,
    runs: Sequence[tuple[Run, Verdict]],
    loose: Sequence[Finding] = (),
) -> dict[str, Any]:
    """The whole answer for one file."""
    return {
        "schema": 1,
        "tool": version,
        "source": source,
        "protocol": protocol,
        "findings": [finding_object(finding) for finding in loose],
        "runs": [run_object(run, verdict) for run, verdict in runs],
    }


def healthy(report: Mapping[str, Any]) -> bool:
    """Whether nothing is abnormal: every run completed, or at work or waiting without an error."""
    for run in report["runs"]:
        errors = any(finding["severity"] == Severity.ERROR for finding in run["findings"])
        if run["ending"] == Ending.COMPLETED:
            continue
        if run["ending"] not in (Ending.RUNNING, Ending.WAITING) or errors:
            return False
    return not any(finding["severity"] == Severity.ERROR for finding in report["findings"])
