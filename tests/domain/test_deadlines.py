"""Who gives up first, and when."""

from __future__ import annotations

from typing import Any

from inspector.domain.deadlines import CLIENT, WAIT, deadline
from inspector.domain.events import Ask, StatusSeen, Wanted
from tests.domain.toy import Story

ZERO = 1_000_000_000.0


def asked(**head: Any) -> Story:
    story = Story().request(2, **head)
    story.wall_ms = ZERO
    return story.state(3, "busy")


def test_a_read_timeout_counts_from_the_last_byte_on() -> None:
    story = asked(timeout_s=60)
    found = deadline(story.case())
    assert found is not None
    assert (found.kind, found.at) == (CLIENT, 1_000_063.0)
    later = deadline(story.beat(50).case())
    assert later is not None
    assert later.at == 1_000_110.0
    assert deadline(story.end(51).case()) is None


def test_the_timeout_of_openai_node_ends_with_the_headers() -> None:
    node: dict[str, Any] = {"headers": {"x-stainless-timeout": "600"}}
    story = Story().request(2, **node)
    story.wall_ms = ZERO
    found = deadline(story.case())
    assert found is not None
    assert found.at == 1_000_602.0
    assert deadline(story.response(3).case()) is None


def test_what_nobody_told_is_not_counted() -> None:
    assert deadline(asked().case()) is None
    assert deadline(asked(timeout_s=0).case()) is None
    assert deadline(asked(timeout_s=60, connection="mine").case()) is None, "our own requests wait for ever"
    timeless = asked(timeout_s=60)
    timeless.wall_ms = None
    assert deadline(timeless.case()) is None


def test_the_first_to_give_up_is_told() -> None:
    story = asked(timeout_s=60).event(4, StatusSeen("asking", "asking"), Wanted((Ask("tool", "c"),), until=1_000_030.0))
    found = deadline(story.case())
    assert found is not None
    assert (found.kind, found.at) == (WAIT, 1_000_030.0)
    assert deadline(story.state(5, "busy").end(6).case()) is None
