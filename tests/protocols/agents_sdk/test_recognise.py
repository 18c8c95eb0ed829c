"""Pasted texts that name a trace."""

from __future__ import annotations

import pytest

from inspector.protocols.agents_sdk.recognise import recognise

TRACE = "trace_7739a97e5ea64d5f9cd4150ffefadac1"


@pytest.mark.parametrize(
    "text",
    [
        TRACE,
        f"https://platform.openai.com/traces/trace?trace_id={TRACE}",
        f"[Exporter] Export trace_id={TRACE}, name=x",
    ],
)
def test_a_trace_is_found_wherever_it_stands(text: str) -> None:
    target = recognise(text)
    assert target is not None
    assert (target.protocol, target.run) == ("agents_sdk", TRACE)


@pytest.mark.parametrize("text", ["", "trace_start", "backtrace_0123456789", "thread_abc", "trace_x"])
def test_other_words_are_none(text: str) -> None:
    assert recognise(text) is None
