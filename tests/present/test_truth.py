"""The conclusion reads like one, and the witnesses stand side by side."""

from __future__ import annotations

import pytest

from inspector.domain.charts import Ending
from inspector.domain.truth import Truth
from inspector.present.sentences import sentence, why
from inspector.present.truth import LOUD, TRUTHS, headline, stands, witnesses
from tests.domain.test_truth import started
from tests.domain.toy import Story
from tests.present.test_sentences import faults, recorded


@pytest.mark.parametrize(
    ("story", "now", "told"),
    [
        (started().end(3, "cut").server(4, "busy"), 4, "Alive, the stream died: it broke off; the server says busy."),
        (
            started().end(3).server(4, "done"),
            4,
            "Over, the final event was lost: the server says done; the stream's last word was busy.",
        ),
        (
            started().end(3),
            3,
            "Unknown, because the stream ended without a last word, and nobody has asked the server since.",
        ),
        (started(), 44, "Unknown, because nothing has come for 42 s, and nobody has asked the server since."),
        (Story().request().end(9, "closed", "client"), 9, "Never started: the client left before anything had begun."),
        (started("done"), 3, "It ended well."),
    ],
)
def test_how_it_stands_is_one_sentence(story: Story, now: float, told: str) -> None:
    assert stands(story.verdict(now)) == told


def test_every_recording_is_told_in_sentences() -> None:
    for verdict in recorded()[1]:
        assert not list(faults(stands(verdict))), stands(verdict)
        assert witnesses(verdict) is not None


def test_the_witnesses_say_what_when_and_where_it_stands() -> None:
    found = witnesses(started().end(3, "cut").server(4.5, "done").verdict())
    assert found is not None
    stream, server = found
    assert (stream.said, stream.frames) == ("busy at 2.000 s; it broke off at 3.000 s.", (4, 5))
    assert (server.said, server.frames) == ("done at 4.500 s, 1.5 s after the stream's end.", (7,))
    alone = witnesses(started().verdict())
    assert alone is not None
    assert alone[1].said == "nothing: it was not asked."
    assert alone[0].said.endswith("it is open.")


def test_every_sentence_belongs_to_a_truth() -> None:
    assert {name.partition(".")[0] for name in TRUTHS} | {"over", "waiting"} == {truth.value for truth in Truth}
    assert set(LOUD) <= set(Truth)


def test_the_headline_names_the_error_and_not_only_that_there_was_one() -> None:
    failed = [verdict for verdict in recorded()[1] if verdict.why == "state.failed"]
    alone = [verdict for verdict in failed if stands(verdict) == why(verdict)]
    assert alone
    for verdict in alone:
        assert headline(verdict) == sentence(verdict.findings[0])


def test_the_headline_of_a_run_without_a_fault_is_how_it_stands() -> None:
    told = started("done").verdict(3)
    assert headline(told) == stands(told) == "It ended well."
    for verdict in recorded()[1]:
        if verdict.ending is Ending.WAITING or not verdict.findings:
            assert headline(verdict) == stands(verdict)
