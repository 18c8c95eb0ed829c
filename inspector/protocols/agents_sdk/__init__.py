"""Traces of the OpenAI Agents SDK, Python and JavaScript, and the run states that it saves for approvals."""

from __future__ import annotations

from inspector.protocols.agents_sdk.adapter import AgentsAdapter

ADAPTER = AgentsAdapter()
