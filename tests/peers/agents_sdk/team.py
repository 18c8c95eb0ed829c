"""A program of the real Agents SDK that knows nothing of being watched: a coordinator, a researcher and a writer.

``team.py SCENE…`` plays each scene in a trace of that name, and prints for each one JSON object with what came of it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from agents import Agent, Runner, function_tool, set_default_openai_client, trace
from openai import AsyncOpenAI

IMPATIENT_S = 2.0
SCENES = {
    "normal": "calls-get_weather",
    "approval": "calls-delete_file",
    "approved": "calls-delete_file",
    "created": "says:created",
    "cut": "says:cut",
    "tool-timeout": "says:created",
    "hang": "says:no-headers",
    "killed": "says:never",
}
"""The model of the researcher."""
PATIENT = ("hang", "killed")


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


@function_tool(needs_approval=True)
def delete_file(name: str) -> str:
    """Delete a file."""
    return f"deleted {name}"


async def play(scene: str) -> dict[str, Any]:
    """One question to the team."""
    if scene not in PATIENT:
        set_default_openai_client(AsyncOpenAI(timeout=IMPATIENT_S, max_retries=0), use_for_tracing=False)
    researcher = Agent(name="Researcher", model=SCENES[scene], tools=[get_weather, delete_file])
    writer = Agent(name="Writer", model="says")
    if scene == "tool-timeout":
        tools: list[Any] = [researcher.as_tool("ask_researcher", "Asks the researcher.")]
        coordinator = Agent(name="Coordinator", model="calls-ask_researcher", tools=tools)
    else:
        coordinator = Agent(name="Coordinator", model="calls-transfer_to_researcher", handoffs=[researcher, writer])
    with trace(scene, group_id=scene):
        if scene == "tool-timeout":
            return {"final": (await Runner.run(coordinator, "When does the ferry leave?")).final_output}
        result = Runner.run_streamed(coordinator, "When does the ferry leave?")
        async for _ in result.stream_events():
            pass
        if scene == "approved":
            state = result.to_state()
            for asked in result.interruptions:
                state.approve(asked)
            return {"final": (await Runner.run(coordinator, state)).final_output}
        return {"final": result.final_output, "asks": len(result.interruptions)}


async def main() -> None:
    """All scenes, one after the other."""
    for scene in sys.argv[1:]:
        try:
            told = await play(scene)
        except Exception as error:  # noqa: BLE001  whatever it is, it is printed
            told = {"error": type(error).__name__}
        sys.stdout.write(json.dumps({"scene": scene, **told}) + "\n")
        sys.stdout.flush()


asyncio.run(main())
