from __future__ import annotations

import pytest

from inspector.protocols.assistants.drawing import draw
from tests.protocols.assistants.wire import Log, call, fold, step


def _log() -> Log:
    log = Log().create().status("in_progress")
    log.event("thread.run.step.completed", step(call("a", "f"), status="completed"))
    return log.event("thread.run.step.created", step(id="step_2"))


def test_before_the_first_step_there_is_nothing_to_draw() -> None:
    seen = fold(Log().create().status("in_progress"))
    assert draw(seen.case(), seen.book.now) is None


def test_steps_are_a_chain() -> None:
    seen = fold(_log())
    drawing = draw(seen.case(), seen.book.now)
    assert drawing is not None
    assert drawing.nodes == (("step_1", "tool calls: f"), ("step_2", "tool calls"))
    assert drawing.edges == (("step_1", "step_2", False),)
    assert drawing.lit == {"step_1": "done", "step_2": "active"}


@pytest.mark.parametrize(
    "status, light", [("requires_action", "waiting"), ("completed", "stuck"), ("in_progress", "active")]
)
def test_an_open_step_is_lit_as_the_run_stands(status: str, light: str) -> None:
    seen = fold(_log().status(status))
    drawing = draw(seen.case(), seen.book.now)
    assert drawing is not None
    assert drawing.lit["step_2"] == light


def test_an_open_step_of_a_silent_run_is_stuck() -> None:
    seen = fold(_log())
    drawing = draw(seen.case(), seen.book.now + 60_000)
    assert drawing is not None
    assert drawing.lit["step_2"] == "stuck"


def test_a_failed_step() -> None:
    seen = fold(_log().event("thread.run.step.failed", step(id="step_2", status="failed")))
    drawing = draw(seen.case(), seen.book.now)
    assert drawing is not None
    assert drawing.lit["step_2"] == "failed"
