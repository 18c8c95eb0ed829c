"""The short ways of message chunks tell what the long way tells."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.book import Keys
from inspector.domain.events import RunKey
from inspector.domain.sse import SseEvent
from inspector.protocols.exchange import Exchange
from inspector.protocols.langgraph.memory import RunMemory
from inspector.protocols.langgraph.pieces import goes_on, grown, noted, piece
from inspector.protocols.langgraph.rows import Rows
from inspector.protocols.langgraph.streams import facts, numbering


@pytest.mark.parametrize("content", ["", " word", '\n"你好"'])
@pytest.mark.parametrize("kind", ["AIMessageChunk", "ai", "tool", "HumanMessageChunk", "Chunk"])
def test_the_short_way_of_a_chunk_tells_what_the_long_way_tells(kind: str, content: str) -> None:
    chunk = {"content": content, "additional_kwargs": {"a": [1]}, "type": kind, "id": "m", "tool_calls": []}
    data = [chunk, {"langgraph_node": "agent", "step": 1.5}]
    x = Exchange(1)
    rows = Rows(Keys(iter(map(RunKey, range(1, 9))).__next__))
    rows.run(RunKey(1), None, None).state = "running"
    row = grown(rows, x, RunKey(1), SseEvent("event", "messages", json.dumps(data)), 5.0)
    assert row is not None
    assert list(row.facts) == facts(RunMemory(RunKey(1)), "messages", "", data)


@pytest.mark.parametrize(
    "data",
    [
        '[{"id": "m", "type": "ai", "content": "x"}]',
        '[{"id": "m", "type": "ai", "content": [{"type": "text", "text": "x"}]}, {}]',
        '[{"id": null, "type": "ai", "content": "x"}, {}]',
        '[{"id": "", "type": "ai", "content": "x"}, {}]',
        '[{"id": "m", "type": "", "role": "user", "content": "x"}, {}]',
        '[{"id": "m", "type": "ai", "content": "x"}, {"half": ',
        '[{"id": "m", "type": "ai", "content": "x"}, NaN]',
        '[{"id": "m", "type": "ai", "content": "x", "more": "\\q"}, {}]',
        '{"id": "m", "type": "ai", "content": "x"}',
        "",
    ],
)
def test_what_is_no_plain_chunk_goes_the_long_way(data: str) -> None:
    assert piece(data) is None


IDS = st.one_of(
    st.none(), st.integers(0, 6).map(str), st.sampled_from(["a", "b", "", "07", "٣", "1-0", "1" * 19, "1" * 18])
)


@given(before=st.lists(IDS, max_size=3), ids=st.lists(IDS, min_size=1, max_size=4), counted=st.booleans())
def test_ids_of_which_there_is_nothing_to_say_are_noted_as_one_by_one(
    before: list[str | None], ids: list[str | None], counted: bool
) -> None:
    if counted:
        ids = [str(number) for number in range(len(before), len(before) + len(ids))]
    memory: dict[str, Any] = {}
    for ident in before:
        numbering(memory, ident)
    many = {name: set(value) if isinstance(value, set) else value for name, value in memory.items()}
    silent = goes_on(many, ids)
    said = [fact for ident in ids for fact in numbering(memory, ident)]
    if silent:
        noted(many, ids)
        assert not said
        assert many == memory
    assert silent or not counted or before
