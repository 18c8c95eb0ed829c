"""Whatever a stream lost, success is never guessed: a recording that is torn off anywhere is not called completed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.domain.charts import Ending
from inspector.domain.frames import Frame, Kind
from tests.protocols.recorded import NAMES, adapter_of, fold, frames_of, verdicts
from tests.protocols.test_conformance import TERMINAL_WORD

HEALTHY = [
    name
    for name in NAMES
    if {verdict.ending for _, verdict in verdicts(fold(frames_of(name), adapter_of(name).name))} == {Ending.COMPLETED}
]


def torn(frames: Sequence[Frame], place: int, share: float, how: str, by: str) -> list[Frame]:
    """The frames before this one, so much of its body, and an end of its exchange."""
    last = frames[place]
    part = Frame(last.seq, last.at, last.link, last.kind, last.head, last.body[: int(len(last.body) * share)])
    end = Frame(last.seq + 1, last.at + 1, last.link, Kind.END, {"how": how, "by": by})
    return [*frames[:place], part, end]


@pytest.mark.parametrize("name", HEALTHY)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1, exclude_max=True),
    st.sampled_from(["eof", "cut", "reset", "closed"]),
    st.sampled_from(["server", "client"]),
)
def test_no_prefix_of_a_healthy_recording_is_called_completed(
    name: str, at: float, share: float, how: str, by: str
) -> None:
    frames = frames_of(name)
    left = torn(frames, int(at * len(frames)), share, how, by)
    bytes_of: dict[int, bytes] = {}
    for frame in left:
        bytes_of[frame.link] = bytes_of.get(frame.link, b"") + frame.body
    if any(TERMINAL_WORD.search(body) for body in bytes_of.values()):
        return
    for run, verdict in verdicts(fold(left, adapter_of(name).name)):
        assert verdict.ending is not Ending.COMPLETED or verdict.why == "answered", (run.id, verdict.why)


def test_there_are_healthy_recordings_of_every_backend() -> None:
    assert {name.partition("/")[0] for name in HEALTHY} == {name.partition("/")[0] for name in NAMES}
