"""A Responses simulator on a clock turned by hand, without HTTP."""

from __future__ import annotations

from typing import Any

from inspector.demo.rs_engine import Refusal, Responses
from inspector.demo.rs_models import MODELS
from inspector.demo.rs_state import Response
from tests.demo.support import HandClock

QUESTION = "When does the ferry leave?"


class Desk:
    """A server and what it is asked for."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.server = Responses(self.clock, MODELS)

    def ask(self, model: str, seconds: float = 30.0, **more: Any) -> Response:
        """Ask for a response, and let time pass."""
        made = self.server.create({"model": model, "input": QUESTION, **more})
        assert isinstance(made, Response), made
        self.server.begin(made)
        self.clock.turn(seconds)
        return made

    def refused(self, model: str, **more: Any) -> Refusal:
        """Ask for a response, and be refused."""
        made = self.server.create({"model": model, "input": QUESTION, **more})
        assert isinstance(made, Refusal), made
        return made


def names(response: Response) -> list[str]:
    """The names of the events that were told."""
    return [str(event["type"]) for event in response.events]


def text_of(response: Response) -> str:
    """The text of its messages."""
    messages = [item for item in response.output if item["type"] == "message"]
    return "".join(part["text"] for message in messages for part in message["content"])


def outputs(response: Response, output: str = "7") -> list[dict[str, Any]]:
    """The same output for each of its calls, as items of the next request."""
    calls = [item["call_id"] for item in response.output if item["type"] == "function_call"]
    return [{"type": "function_call_output", "call_id": call, "output": output} for call in calls]
