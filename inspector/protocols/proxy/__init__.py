"""A running capture proxy: its exchanges, which can be sent again or ended by hand."""

from __future__ import annotations

from inspector.protocols.proxy.adapter import ADAPTER

__all__ = ["ADAPTER"]
