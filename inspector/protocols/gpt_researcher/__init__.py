"""GPT-Researcher: one WebSocket, which is the run."""

from __future__ import annotations

from inspector.domain.adapter import Adapter
from inspector.protocols.gpt_researcher.adapter import GptResearcherAdapter

ADAPTER: Adapter = GptResearcherAdapter()
