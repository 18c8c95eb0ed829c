"""A program of the real Agents SDK whose model answers from a script: a keeper that asks before it deletes a branch.

``program.py save FILE`` runs until the approvals are asked for and saves the state; ``program.py resume FILE`` goes on
with a state and prints what the model was told of each call, and the final output, as one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from agents import Agent, Runner, RunState, function_tool, set_tracing_disabled
from agents.items import ModelResponse
from agents.models.interface import Model
from agents.usage import Usage
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText


class Scripted(Model):
    """Answers one turn after the other, and remembers what it was asked."""

    def __init__(self, *turns: list[Any]) -> None:
        self.turns = list(turns)
        self.asked: list[Any] = []

    async def get_response(self, system_instructions: Any, input: Any, *rest: Any, **more: Any) -> ModelResponse:
        self.asked.append(input)
        return ModelResponse(output=self.turns.pop(0), usage=Usage(), response_id=f"resp_{len(self.asked)}")

    def stream_response(self, *args: Any, **more: Any) -> Any:
        raise RuntimeError("nobody streams here")


@function_tool(needs_approval=True)
def delete_branch(branch: str) -> str:
    """Delete a branch."""
    return f"deleted {branch}"


def call(name: str, ident: str, arguments: str) -> ResponseFunctionToolCall:
    """A call of a function."""
    return ResponseFunctionToolCall(arguments=arguments, call_id=ident, name=name, type="function_call")


def say(text: str) -> ResponseOutputMessage:
    """A message."""
    part = ResponseOutputText(annotations=[], text=text, type="output_text")
    return ResponseOutputMessage(id="m", content=[part], role="assistant", status="completed", type="message")


def team(nested: bool, fresh: bool) -> tuple[Agent[Any], Scripted]:
    """The agent that is run, and the model that is told of the outputs. ``nested``: the keeper is another's tool."""
    asks = [call("delete_branch", f"call_{name}", json.dumps({"branch": name})) for name in ("a", "b")]
    inner = Scripted(*([asks] if fresh else []), [say("inner done")])
    keeper = Agent(name="Keeper", model=inner, tools=[delete_branch])
    if not nested:
        return keeper, inner
    outer = Scripted(*([[call("ask_keeper", "call_out", '{"input": "clean up"}')]] if fresh else []), [say("done")])
    return Agent(name="Boss", model=outer, tools=[keeper.as_tool("ask_keeper", "asks the keeper")]), inner


async def save(nested: bool) -> str:
    """The state at the approvals."""
    agent, _ = team(nested, True)
    return str((await Runner.run(agent, "clean up")).to_state().to_string())


async def resume(nested: bool, text: str) -> str:
    """What came of going on with this state: what the model was told of each call, and what is open or said at last."""
    agent, model = team(nested, False)
    result = await Runner.run(agent, await RunState.from_string(agent, text))
    asked = model.asked[-1] if model.asked else []
    told = {each["call_id"]: each["output"] for each in asked if each.get("type") == "function_call_output"}
    return json.dumps({"final": result.final_output, "told": told, "open": len(result.interruptions)})


if __name__ == "__main__":
    set_tracing_disabled(True)
    file, nested = Path(sys.argv[2]), "nested" in sys.argv
    if sys.argv[1] == "save":
        file.write_text(asyncio.run(save(nested)), encoding="utf-8")
    else:
        sys.stdout.write(asyncio.run(resume(nested, file.read_text(encoding="utf-8"))))
