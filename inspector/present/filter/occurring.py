"""The values of a field that occur in a log, to be offered."""

from __future__ import annotations

from inspector.present.filter.columns import Columns
from inspector.present.filter.facts import LinkFacts, RunFacts
from inspector.present.filter.fields import Field

MOST = 2_000
"""So many exchanges and runs are looked at, the newest: enough to choose from."""

_RUN = {"run": "id", "run.name": "name", "run.state": "state", "thread": "thread"}
_LINK = ("protocol", "connection", "method", "url")


def occurring(field: Field, columns: Columns) -> set[str]:
    """As they are compared; empty for fields whose values are not worth a list."""
    facts = columns.facts
    if field.name in ("event", "state"):
        names, states = columns.rows.words()
        return names if field.name == "event" else states
    if field.name in _RUN:
        runs: list[RunFacts] = list(facts.runs.values())[-MOST:]
        return {getattr(run, _RUN[field.name]) for run in runs} - {""}
    links: list[LinkFacts] = list(facts.links.values())[-MOST:] if field.name in (*_LINK, "status", "link") else []
    if field.name == "link":
        return {str(number) for number in list(facts.links)[-20:]}
    if field.name == "status":
        return {str(link.status) for link in links if link.status is not None}
    if field.name in _LINK:
        return {getattr(link, field.name) for link in links} - {""}
    if field.name == "finding.id":
        return {finding.id for finding in facts.findings}
    if field.name == "finding.text":
        return {finding.text for finding in facts.findings}
    return set(facts.remarks.comments.values()) if field.name == "comment" else set()
