"""An exchange that hangs is told of as such, with the time that the proxy counts."""

from __future__ import annotations

from typing import Any

import pytest

from inspector.domain.diagnosis import Verdict, judge
from inspector.present.sentences import sentence
from inspector.present.truth import stands
from inspector.protocols.proxy.adapter import ADAPTER
from inspector.protocols.proxy.rules import RULES
from tests.protocols.proxy.doors import case, shown


def judged(*answers: tuple[int, Any], now: float = 40.0) -> Verdict:
    return judge(case(*answers), now, ADAPTER.rules, ADAPTER.has_terminal_event, ADAPTER.acts)


def test_a_request_without_an_answer_is_named_with_its_age_and_what_frees_it() -> None:
    verdict = judged((200, shown(silent_s=9.0)), now=3_030.0)
    (finding,) = verdict.findings
    assert (finding.id, finding.next) == ("stream.no_headers", ("kick", "fail"))
    assert "no answer for 12 s" in sentence(finding)
    assert "the request has no answer" in stands(verdict)
    assert "queue" not in stands(verdict)


def test_before_its_time_it_is_only_awaited() -> None:
    verdict = judged((200, shown(silent_s=2.0)))
    assert (verdict.ending, verdict.findings) == ("not_started", ())
    assert verdict.due == pytest.approx(8_040.0)
    odd = judged((200, shown(silent_s="long")))
    assert odd.findings == ()


@pytest.mark.parametrize("answer", [(200, shown("over", how="eof")), (200, shown("relaying")), (404, None)])
def test_only_what_waits_can_wait_too_long(answer: tuple[int, Any]) -> None:
    found = {finding.id for finding in judged(answer, now=60_000.0).findings}
    assert not found & {rule.id for rule in RULES}


def test_an_answer_that_stopped_is_stalled() -> None:
    verdict = judged((200, shown("relaying", silent_s=45.0)))
    assert verdict.ending == "stalled"
    assert judged((200, shown("relaying", silent_s=1.0))).ending == "running"
