"""Each finding says what it means, and what somebody sees in the own code."""

from __future__ import annotations

import pytest

from inspector.domain.findings import CATALOGUE
from inspector.present.meaning import MEANINGS, meaning


def test_every_finding_of_the_catalogue_has_a_meaning() -> None:
    assert set(MEANINGS) == set(CATALOGUE)
    assert all(text[0].isupper() and text[-1] == "." and len(text) <= 240 for text in MEANINGS.values())


@pytest.mark.parametrize(
    ("name", "protocol", "part"),
    [
        ("run.incomplete", "assistants", "before 5.1.1 throws “Final run has not been received”"),
        ("stream.no_terminal", "assistants", "openai-python and azure-ai-agents stay silent"),
        ("stream.no_terminal", "responses", "Model did not produce a final response!"),
        ("stream.no_headers", "responses", "after half an hour"),
        ("run.timeout", "langgraph", "exactly as after a success"),
        ("gpt_researcher.answer_swallowed", "gpt_researcher", "once more"),
    ],
)
def test_people_find_the_words_that_they_saw(name: str, protocol: str, part: str) -> None:
    assert part in meaning(name, protocol).code


def test_what_holds_for_any_backend_is_told_where_nothing_special_is_known() -> None:
    special, general = meaning("stream.half_event", "assistants"), meaning("stream.half_event", "langgraph")
    assert special.code != general.code
    assert special.what == general.what != ""
    assert meaning("langgraph.hidden_wait", "assistants").code == ""
