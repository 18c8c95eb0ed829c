"""An Assistants-compatible simulator on a clock turned by hand, without HTTP."""

from __future__ import annotations

from typing import Any

from inspector.demo.as_engine import Assistants
from inspector.demo.as_scripts import ASSISTANTS
from inspector.demo.as_state import Run, Thread
from tests.demo.support import HandClock


class Desk:
    """One thread with a question, and everything that its runs told."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.server = Assistants(self.clock, ASSISTANTS)
        self.thread: Thread = self.server.create_thread()
        self.server.add_message(self.thread, "user", "When does the ferry leave?")
        self.told: list[tuple[str, Any]] = []

    def run(self, assistant: str, seconds: float = 30.0) -> Run:
        """Start a run, and let time pass."""
        made = self.server.create_run(self.thread, {"assistant_id": assistant})
        assert isinstance(made, Run), made
        made.listen(lambda event, data: self.told.append((event, data)))
        self.server.begin(made)
        self.clock.turn(seconds)
        return made

    def submit(self, run: Run, output: str = "7", seconds: float = 30.0) -> None:
        """Submit the same output for each wanted call."""
        given = [{"tool_call_id": call.id, "output": output} for call in run.wanted]
        outputs = self.server.outputs(run, given)
        assert isinstance(outputs, dict), outputs
        self.server.submit(run, outputs)
        self.clock.turn(seconds)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.told]

    def last(self, name: str) -> Any:
        return [data for told, data in self.told if told == name][-1]

    @property
    def answer(self) -> str:
        """The text of the newest message."""
        return list(self.thread.messages.values())[-1].text
