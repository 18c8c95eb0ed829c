"""The words that the API declares."""

from __future__ import annotations

from inspector.protocols.responses.words import ERROR_CODES, EVENTS, HOSTED, HTTP_EVENTS, LIFECYCLE, OUTPUT_OF, REASONS


def test_all_have_the_number_that_the_published_types_have() -> None:
    assert (len(HTTP_EVENTS), len(ERROR_CODES), len(REASONS)) == (59, 21, 4)


def test_lifecycle_events_are_events() -> None:
    assert set(LIFECYCLE) <= EVENTS
    assert set(LIFECYCLE) - HTTP_EVENTS == {"response.cancelled"}, "no server of OpenAI sends it"


def test_a_call_is_the_clients_or_the_servers() -> None:
    assert not set(OUTPUT_OF) & HOSTED
    assert "mcp_call" in HOSTED
    assert OUTPUT_OF["function_call"] == "function_call_output"
