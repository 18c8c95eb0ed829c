"""LangGraph Agent Server: Python, JS and compatible servers."""

from __future__ import annotations

from inspector.domain.adapter import Adapter
from inspector.protocols.langgraph.adapter import LangGraphAdapter

ADAPTER: Adapter = LangGraphAdapter()
