"""The scene of an app of several agents, which a capture proxy and a tap watch."""

from __future__ import annotations

from inspector.demo.scenes import Scene

AGENTS = "agents_sdk"
HANGING = "agents_sdk-hanging-subagent"
SCENES: tuple[Scene, ...] = (
    Scene(
        HANGING,
        "A sub-agent hangs for ever",
        "The researcher's request to the model is never answered, and nothing in the app says so: its spans stay open. "
        "Send the request again (kick), and the app goes on without noticing; or end it for the app (fail).",
        AGENTS,
    ),
)
