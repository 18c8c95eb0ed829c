from __future__ import annotations

from inspector.protocols.assistants import ADAPTER
from inspector.protocols.assistants.adapter import AssistantsAdapter


def test_the_package_offers_its_backend() -> None:
    assert isinstance(ADAPTER, AssistantsAdapter)
