"""Values that occur in a recording."""

from __future__ import annotations

from inspector.present.filter.columns import Columns
from inspector.present.filter.fields import FIELDS, Type
from inspector.present.filter.grammar import parse
from inspector.present.filter.masks import mask
from inspector.present.filter.occurring import occurring
from inspector.present.filter.tokens import Problem
from inspector.present.filter.tree import quoted
from tests.present.filter.log import log


def test_what_is_offered_finds_something() -> None:
    rows, facts = log("langgraph/node_error")
    columns = Columns(rows, facts)
    offered = {name: occurring(field, columns) for name, field in FIELDS.items()}
    assert {"running", "error"} <= offered["state"]
    for name in ("event", "state", "run", "thread", "protocol", "method", "url", "status", "finding.id", "comment"):
        assert offered[name], name
        for value in offered[name]:
            tree = parse(f"{name} == {quoted(value) if FIELDS[name].type is Type.TEXT else value}")
            assert not isinstance(tree, Problem)
            assert 1 in mask(tree, columns, 0, len(rows)), value
    assert not offered["gap"]
