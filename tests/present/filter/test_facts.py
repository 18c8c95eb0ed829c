"""What filters may ask about runs, exchanges and findings."""

from __future__ import annotations

from inspector.domain.remarks import Remarks, mark
from inspector.present.filter.facts import Facts, FindingFacts, LinkFacts, RunFacts
from tests.present.filter.log import log


def test_the_facts_of_a_recording() -> None:
    rows, facts = log("langgraph/node_error")
    run = facts.runs[facts.focus]
    assert run.ending == "failed"
    assert run.id
    assert run.thread
    assert any(finding.severity == "error" and finding.frames for finding in facts.findings)
    assert facts.links[rows.link[0]].method == "POST"
    assert facts.links[rows.link[0]].status == 200
    assert facts.links[rows.link[0]].protocol == "langgraph"


def test_what_fields_rest_on_differs_when_it_does() -> None:
    remarks = Remarks()
    runs = {1: RunFacts("a", ending="running")}

    def now() -> Facts:
        told = dict(runs)
        return Facts(
            1, int, lambda: told, lambda: {1: LinkFacts()}, lambda: [FindingFacts("x", "warn", "X.", (1,))], remarks
        )

    for fields in (["run.ending", "thread"], ["status"], ["finding.id"], ["marked"], ["state"]):
        assert now().told(fields) == now().told(fields)
    before = now().told(["run.ending"]), now().told(["marked"]), now().told(["finding.severity"])
    runs[1] = RunFacts("a", ending="failed")
    remarks.take(mark((1, 0), True))
    assert [
        old == new
        for old, new in zip(
            before, (now().told(["run.ending"]), now().told(["marked"]), now().told(["finding.severity"])), strict=True
        )
    ] == [False, False, True]
