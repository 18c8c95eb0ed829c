"""A stretch of pieces of one text is told at once, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.book import Keys
from inspector.domain.events import Opened, Purpose, RunKey
from inspector.protocols.exchange import Exchange
from inspector.protocols.responses.memory import Memory
from inspector.protocols.responses.pieces import PIECE, stretch

Told = tuple[Memory, Keys, Exchange]


def told(**more: Any) -> Told:
    """A response of which number 4 came last."""
    keys = Keys(iter(map(RunKey, range(1, 9))).__next__)
    memory = Memory(keys)
    known = memory.known(RunKey(1))
    known.id, known.last = "resp_1", 4
    return memory, keys, Exchange(1, run=RunKey(1), memory={"numbers": {id(known): 4}}, **more)


def pieces(*changes: dict[str, Any]) -> list[str]:
    """One for each change to the usual one."""
    usual = {"type": PIECE, "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": "a"}
    return [json.dumps(usual | {"sequence_number": number} | change) for number, change in enumerate(changes, 5)]


def test_the_text_grows_by_all_of_them_and_the_numbers_are_noted() -> None:
    memory, keys, x = told()
    texts = stretch(memory, keys, x, pieces({}, {"delta": " b"}, {"logprobs": []}))
    assert texts is not None
    assert texts.texts == ["a", " b", "a"]
    assert [(fact.id, fact.text, fact.append, last) for fact, last in texts.grown] == [("msg_1", "a ba", True, 2)]
    known = memory.known(RunKey(1))
    assert (known.last, known.numbered, x.memory["numbers"][id(known)], x.memory["told"]) == (7, True, 7, True)


@pytest.mark.parametrize(
    "odd",
    [
        {"delta": ""},
        {"delta": 5},
        {"item_id": "msg_2"},
        {"content_index": 1},
        {"sequence_number": 9},
        {"sequence_number": None},
        {"response_id": "resp_2"},
        {"response": {"id": "resp_2"}},
        {"type": "response.output_text.done"},
    ],
)
def test_anything_more_is_left_as_it_was(odd: dict[str, Any]) -> None:
    memory, keys, x = told()
    assert stretch(memory, keys, x, pieces({}, {}, odd)) is None
    known = memory.known(RunKey(1))
    assert (known.last, known.parts, x.memory["numbers"][id(known)]) == (4, {}, 4)
    assert "told" not in x.memory


def test_a_stream_that_was_opened_again_and_a_response_that_is_over_are_looked_at_one_by_one() -> None:
    assert stretch(*told(opened=Opened(Purpose.JOIN)), pieces({}, {})) is None
    memory, keys, x = told()
    memory.known(RunKey(1)).over = True
    assert stretch(memory, keys, x, pieces({}, {})) is None


def test_a_part_before_the_last_does_not_grow_at_the_end() -> None:
    memory, keys, x = told()
    memory.known(RunKey(1)).parts["msg_1"] = {0: ["a"], 1: ["b"]}
    assert stretch(memory, keys, x, pieces({}, {})) is None
