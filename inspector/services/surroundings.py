"""What a verdict needs besides the frames, put into the log, so that a recording is judged as it was judged live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from inspector.domain.case import Thresholds
from inspector.domain.notes import CONNECTED, note
from inspector.domain.redact import redact_url
from inspector.services.model import Connection


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A connection's thresholds, and what probing its server showed."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    capabilities: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def told(cls, head: Mapping[str, Any]) -> Surroundings:
        """Read back from the head of a note; what is missing or odd keeps its default."""
        given = head.get("thresholds")
        known = {
            name.name: float(value)
            for name in fields(Thresholds)
            if isinstance(given, Mapping) and isinstance(value := given.get(name.name), int | float)
        }
        capabilities = head.get("capabilities")
        return cls(Thresholds(**known), capabilities if isinstance(capabilities, Mapping) else {})


def connected(connection: Connection) -> dict[str, Any]:
    """The head of the note that tells of a connection."""
    return note(
        CONNECTED,
        f"connected to {connection.name}: {connection.probe.server or connection.protocol}",
        connection=connection.name,
        url=redact_url(connection.spec.base_url),
        protocol=connection.protocol,
        capabilities=dict(connection.probe.capabilities),
        thresholds=asdict(connection.spec.thresholds),
    )
