"""A program with the official client: asks what it is told to, and prints what that client made of the answers.

``client.py BASE_URL REQUEST…``: each request is a JSON object, the body of a response; ``outputs`` are then sent for
its calls. One JSON object a line: ``id``, ``status``, ``text``, ``calls`` and ``error`` of each response.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import openai


def ask(client: openai.OpenAI, body: dict[str, Any]) -> dict[str, Any]:
    """One response, as the client sees it."""
    told: dict[str, Any] = {"id": None, "status": None, "text": "", "calls": [], "error": None}
    try:
        made = client.responses.create(**body)
        for event in made if body.get("stream") else ():
            if event.type == "response.output_text.delta":
                told["text"] += event.delta
            response = getattr(event, "response", None)
            if response is not None:
                note(told, response)
        if not body.get("stream"):
            note(told, made)
            told["text"] = made.output_text
    except openai.OpenAIError as error:
        told["error"] = type(error).__name__
    return told


def note(told: dict[str, Any], response: Any) -> None:
    """What the client's own object of the response says."""
    told["id"], told["status"] = response.id, response.status
    calls = [item for item in response.output if item.type == "function_call"]
    told["calls"] = [{"id": item.call_id, "name": item.name, "arguments": item.arguments} for item in calls]


def say(told: dict[str, Any]) -> None:
    """One line."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Everything that was asked for."""
    client = openai.OpenAI(base_url=sys.argv[1], api_key="sk-only-for-this-test-0123456789", timeout=2.0, max_retries=2)
    for text in sys.argv[2:]:
        body = json.loads(text)
        outputs = body.pop("outputs", None)
        told = ask(client, body)
        say(told)
        if outputs is not None:
            made = [
                {"type": "function_call_output", "call_id": call["id"], "output": outputs} for call in told["calls"]
            ]
            again = {**body, "input": made, "previous_response_id": told["id"]}
            say(ask(client, again))


if __name__ == "__main__":
    main()
