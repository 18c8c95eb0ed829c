"""A llamphouse server whose assistants need no model: run as a script with its port, it serves until it is ended.

With the word ``idle`` after the port it has no workers, so that runs stay queued.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import warnings
from typing import Any

from llamphouse import Agent, AssistantAPIAdapter, AsyncWorker, LLAMPHouse

CALL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}', "output": None},
}


class Talks(Agent):
    async def run(self, context: Any) -> None:
        for piece in ("Grüße ", "aus ", "llamphouse ✓"):
            await context.asend_chunk(piece)
        await context.reply("Grüße aus llamphouse ✓")


class Asks(Agent):
    """Wants a tool's output and waits for it. (What is submitted over HTTP does not reach the step in 1.3.0.)"""

    async def run(self, context: Any) -> None:
        details = {"type": "tool_calls", "tool_calls": [CALL]}
        await context.insert_tool_calls_step(details)
        for _ in range(1200):
            run = await context.data_store.get_run_by_id(context.thread_id, context.run_id)
            if run.status != "requires_action":
                break
            await asyncio.sleep(0.05)
        await context.reply("Thank you.")


class Fails(Agent):
    async def run(self, context: Any) -> None:
        raise RuntimeError("no such luck")


class Hangs(Agent):
    async def run(self, context: Any) -> None:
        await asyncio.sleep(3600)


def main() -> None:
    warnings.simplefilter("ignore")
    agents = [Talks(id="talks"), Asks(id="asks"), Fails(id="fails"), Hangs(id="hangs")]
    adapter = AssistantAPIAdapter(prefix="/v1")
    house = LLAMPHouse(agents=agents, adapters=[adapter], worker=AsyncWorker(time_out=120))
    house._skip_worker = "idle" in sys.argv
    logging.getLogger("llamphouse.worker").setLevel(logging.CRITICAL)
    house.ignite(host="127.0.0.1", port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
