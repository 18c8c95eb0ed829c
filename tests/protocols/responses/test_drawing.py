"""The items as a chain."""

from __future__ import annotations

from inspector.protocols.responses.drawing import draw
from tests.protocols.responses.wire import Log, call, fold, output, waiting

REASONING = {"type": "reasoning", "id": "rs_1", "summary": []}


def lit(log: Log, later: float = 0.0) -> dict[str, str]:
    seen = fold(log)
    drawing = draw(seen.case(), seen.book.now + later)
    assert drawing is not None
    return dict(drawing.lit)


def test_nothing_is_drawn_before_the_first_item() -> None:
    seen = fold(Log().open().tells("in_progress"))
    assert draw(seen.case(), 0.0) is None


def test_items_follow_each_other() -> None:
    log = Log().open().tells("in_progress").item(REASONING)
    log.says("response.output_item.added", output_index=1, item=call("call_1", arguments=""))
    drawing = draw(fold(log).case(), 0.0)
    assert drawing is not None
    assert drawing.nodes == (("rs_1", "reasoning"), ("call_1", "get_weather: function call"))
    assert drawing.edges == (("rs_1", "call_1", False),)
    assert lit(log) == {"rs_1": "done", "call_1": "active"}
    assert lit(log, 60_000)["call_1"] == "stuck"


def test_calls_are_lit_until_they_are_answered() -> None:
    log = waiting(call("call_1"))
    assert lit(log) == {"call_1": "waiting"}
    assert lit(log.open({"previous_response_id": "resp_1", "input": [output("call_1")]})) == {"call_1": "done"}


def test_what_went_wrong_is_lit_as_such() -> None:
    item = {"type": "mcp_call", "id": "mcp_1", "name": "n", "status": "in_progress"}
    log = Log().open().tells("in_progress").says("response.output_item.added", output_index=0, item=item)
    assert lit(log.says("response.mcp_call.failed", output_index=0, item_id="mcp_1")) == {"mcp_1": "failed"}
