"""Assistants-compatible servers: threads and runs in the manner of the Assistants API, OpenAI-style or Azure's."""

from __future__ import annotations

from inspector.domain.adapter import Adapter
from inspector.protocols.assistants.adapter import AssistantsAdapter

ADAPTER: Adapter = AssistantsAdapter()
