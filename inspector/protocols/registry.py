"""All backends, in the order in which a server is asked whether it speaks them."""

from __future__ import annotations

from collections.abc import Mapping

from inspector.domain.adapter import Adapter
from inspector.protocols import agents_sdk, assistants, gpt_researcher, langgraph, proxy, responses

ADAPTERS: Mapping[str, Adapter] = {
    adapter.name: adapter
    for adapter in (
        langgraph.ADAPTER,
        assistants.ADAPTER,
        responses.ADAPTER,
        agents_sdk.ADAPTER,
        gpt_researcher.ADAPTER,
        proxy.ADAPTER,
    )
}
