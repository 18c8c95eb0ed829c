"""The OpenAI Responses API, and servers and proxies that speak it."""

from __future__ import annotations

from inspector.protocols.responses.adapter import ResponsesAdapter

ADAPTER = ResponsesAdapter()
