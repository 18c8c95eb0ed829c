"""A filter worked out row by row, as slowly and plainly as can be: what the columns are compared with."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from inspector.domain.frames import Frame, Kind
from inspector.domain.rows import Rows
from inspector.present.filter.columns import direction
from inspector.present.filter.facts import Facts, LinkFacts, RunFacts
from inspector.present.filter.fields import FIELDS, kind_of
from inspector.present.filter.tree import And, Compared, Focus, Not, Op, Or, Pattern, Tree, Value

Told = str | float


def fits(tree: Tree, rows: Rows, row: int, facts: Facts) -> bool:
    """Whether one row fits."""
    if isinstance(tree, Compared):
        if tree.op in (Op.NE, Op.UNLIKE):
            positive = {Op.NE: Op.EQ, Op.UNLIKE: Op.LIKE}[tree.op]
            return not fits(Compared(tree.field, positive, tree.values), rows, row, facts)
        told = values(tree.field, rows, row, facts)
        return any(_one(tree, value, each, rows, row, facts) for value in tree.values for each in told)
    if isinstance(tree, Not):
        return not fits(tree.inner, rows, row, facts)
    if isinstance(tree, And):
        return all(fits(part, rows, row, facts) for part in tree.parts)
    assert isinstance(tree, Or)
    return any(fits(part, rows, row, facts) for part in tree.parts)


def _one(test: Compared, value: Value, told: Told, rows: Rows, row: int, facts: Facts) -> bool:
    if isinstance(value, Focus):
        return facts.focus != 0 and facts.same(rows.run[row]) == facts.focus
    if isinstance(value, Pattern):
        return re.search(value.source, str(told), re.IGNORECASE if value.any_case else 0) is not None
    if test.op is Op.CONTAINS:
        return str(value).lower() in str(told).lower()
    if test.op in (Op.EQ, Op.IN):
        return told == value
    order = FIELDS[test.field].choices
    if order:
        if told not in order:
            return False
        told, value = float(order.index(str(told))), float(order.index(str(value)))
    assert isinstance(told, float | int)
    assert isinstance(value, float | int)
    return {Op.LT: told < value, Op.LE: told <= value, Op.GT: told > value, Op.GE: told >= value}[test.op]


def values(field: str, rows: Rows, row: int, facts: Facts) -> list[Told]:
    """What a row has to say about a field; a finding's fields can have several answers."""
    if field == "any":
        return [rows.name(row), rows.text(row), *([rows.state(row)] if rows.state(row) else [])]
    if field.startswith("finding."):
        findings = [finding for finding in facts.findings if rows.seq[row] in finding.frames]
        told = {"id": [f.id for f in findings], "severity": [f.severity for f in findings]}
        return list(told.get(field.partition(".")[2], [f.text for f in findings])) or [""]
    if field == "raw":
        return [_raw(rows.seq[row], facts)]
    if field in FRAME:
        return [FRAME[field](_frame(rows.seq[row], facts))]
    if field in RUN:
        return [RUN[field](facts.runs.get(facts.same(rows.run[row]), RunFacts()))]
    if field in LINK:
        return [LINK[field](facts.links.get(rows.link[row], LinkFacts()))]
    spot = (rows.seq[row], rows.part[row])
    if field == "marked":
        return ["true" if spot in facts.remarks.marks else "false"]
    if field == "comment":
        return [facts.remarks.comments.get(spot, "")]
    if field == "routine":
        return ["true" if facts.routine.mask(rows, row, row + 1) == b"\1" else "false"]
    if field in ("gap", "silence"):
        return [_since(rows, row, facts, content=field == "silence")]
    return [ROW[field](rows, row)]


RUN: dict[str, Callable[[RunFacts], Told]] = {
    "run": lambda run: run.id,
    "run.name": lambda run: run.name,
    "run.state": lambda run: run.state,
    "run.ending": lambda run: run.ending,
    "thread": lambda run: run.thread,
}
LINK: dict[str, Callable[[LinkFacts], Told]] = {
    "protocol": lambda link: link.protocol,
    "connection": lambda link: link.connection,
    "method": lambda link: link.method,
    "url": lambda link: link.url,
    "status": lambda link: math.nan if link.status is None else link.status,
}
FRAME: dict[str, Callable[[Frame], Told]] = {
    "direction": lambda frame: direction(frame.kind, frame.head),
    "size": lambda frame: len(frame.body),
}
ROW: dict[str, Callable[[Rows, int], Told]] = {
    "event": lambda rows, row: rows.name(row),
    "state": lambda rows, row: rows.state(row),
    "text": lambda rows, row: rows.text(row),
    "at": lambda rows, row: rows.at[row],
    "seq": lambda rows, row: rows.seq[row],
    "part": lambda rows, row: rows.part[row],
    "link": lambda rows, row: rows.link[row],
    "kind": lambda rows, row: "event" if rows.content[row] else kind_of(rows.name(row)),
    "content": lambda rows, row: "true" if rows.content[row] else "false",
}


def _frames(upto: int, facts: Facts) -> list[Frame]:
    found = []
    for batch in facts.batches(0):
        columns = zip(batch.seqs, batch.links, batch.kinds, range(len(batch)), strict=True)
        found += [
            Frame(seq, 0.0, link, kind, batch.heads.get(place, {}), batch.body(place))
            for seq, link, kind, place in columns
            if seq <= upto
        ]
    return found


def _frame(seq: int, facts: Facts) -> Frame:
    return _frames(seq, facts)[-1]


def _raw(seq: int, facts: Facts) -> str:
    """The bytes of a frame behind those of the event that was not whole before it."""
    frames = _frames(seq, facts)
    asked = frames[-1]
    body = b""
    if asked.kind in (Kind.DATA, Kind.END):
        chunks = [each.body for each in frames if each.link == asked.link and each.kind is Kind.DATA]
        before = b"".join(chunks if asked.kind is Kind.END else chunks[:-1])
        body = re.split(rb"\n\n|\r\n\r\n|\r\r", before)[-1]
    return (body + asked.body).decode("utf-8", "replace")


def _since(rows: Rows, row: int, facts: Facts, content: bool) -> float:
    if content and not rows.content[row]:
        return math.nan
    run = facts.same(rows.run[row])
    for other in range(row - 1, -1, -1):
        if facts.same(rows.run[other]) == run and (rows.content[other] or not content):
            return rows.at[row] - rows.at[other]
    return math.nan
