"""The one conclusion from the stream's word and the server's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.events import Ask, Purpose, ServerSaid, StatusSeen, Wanted
from inspector.domain.truth import Truth, server_said, stream_said
from tests.domain.test_diagnosis import STEP, tell
from tests.domain.toy import Story


def started(state: str = "busy") -> Story:
    return Story().request().response().state(1, "queued").state(2, state)


def truth(story: Story, now: float | None = None, terminal: bool = True) -> str:
    found = story.verdict(now, terminal).truth
    assert found is not None
    return f"{found.truth.value} {found.because}"


@pytest.mark.parametrize(
    ("story", "told"),
    [
        (started(), "alive at_work"),
        (started().end(3, "cut").server(4, "busy"), "stream_died active"),
        (started().end(3).server(4, "busy"), "stream_died active"),
        (started().end(3).server(4, "done"), "final_lost lost"),
        (started().end(3, "cut").server(4, "failed"), "final_lost lost"),
        (started("done").end(3).server(4, "done"), "over over"),
        (started("done").end(3, "cut").server(4, "done"), "over over"),
        (started().event(3, StatusSeen("asking", "asking"), Wanted((Ask("tool", "c"),))).end(4), "waiting waiting"),
        (Story().request().response().state(1, "queued"), "never_started queued"),
        (Story().request(), "never_started queued"),
        (Story().request().end(9, "closed", "client"), "never_started gave_up"),
        (started().end(3, "cut"), "unknown not_asked"),
        (started().end(3), "unknown not_asked"),
        (started().end(3, "closed", "client"), "unknown not_asked"),
        (started().server(4, "busy").request(5, Purpose.READ, ServerSaid("run", "r1", None, 404)), "nobody missing"),
    ],
)
def test_each_state_of_stream_and_server_has_its_conclusion(story: Story, told: str) -> None:
    assert truth(story) == told


def test_a_protocol_without_a_last_word_loses_none_by_a_clean_end() -> None:
    assert truth(started().end(3).server(4, "done"), terminal=False) == "over over"
    assert truth(started().end(3, "cut").server(4, "done"), terminal=False) == "final_lost lost"
    assert truth(started().end(3), terminal=False) == "unknown not_asked"


def test_silence_is_no_proof_of_death_and_the_word_of_the_server_none_of_life() -> None:
    assert truth(started(), 31) == "alive at_work"
    assert truth(started(), 32) == "unknown silent_not_asked"
    assert truth(started().server(33, "busy"), 34) == "unknown silent_active"


def test_both_witnesses_are_kept_with_their_frames() -> None:
    story = started().end(3, "cut").server(4, "done")
    stream, server = stream_said(story.case(), 4_000), server_said(story.case())
    assert (stream.word, stream.seq, stream.ended, stream.ended_seq, stream.ended_at) == ("busy", 4, "broken", 5, 3_000)
    assert (server.word, server.seq, server.at) == ("done", 7, 4_000)
    nobody = server_said(started().case())
    assert (nobody.word, nobody.asked) == (None, False)
    assert not stream_said(Story().server(1, "busy").case(), 1_000).asked


@given(st.lists(STEP, max_size=12), st.booleans(), st.floats(0, 1000))
def test_exactly_one_holds_of_any_story(
    steps: list[tuple[str, str, str, str, Purpose, int, float]], terminal: bool, later: float
) -> None:
    story = tell(steps)
    found = story.verdict(story.at + later, terminal).truth
    assert found is not None
    assert found.truth in Truth
