"""What a verdict needs besides frames survives in the log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.domain.adapter import Probe
from inspector.domain.case import Thresholds
from inspector.services.model import Connection, ConnectionSpec
from inspector.services.surroundings import Surroundings, connected


def test_what_is_written_is_read_back_and_no_secret_with_it() -> None:
    spec = ConnectionSpec("http://toy", headers={"x-key": "sesame"}, thresholds=Thresholds(silence=4.0))
    head = connected(Connection(1, spec, "toy", Probe(1.0, "Toy 1.0", capabilities={"v2": True}), "here"))
    text = json.dumps(head)
    assert "sesame" not in text
    assert Surroundings.told(json.loads(text)) == Surroundings(Thresholds(silence=4.0), {"v2": True})
    assert (head["connection"], head["protocol"], head["text"]) == ("here", "toy", "connected to here: Toy 1.0")


@pytest.mark.parametrize("odd", [{}, {"thresholds": 3, "capabilities": []}, {"thresholds": {"silence": "x", "no": 1}}])
def test_what_is_odd_keeps_its_default(odd: dict[str, Any]) -> None:
    assert Surroundings.told(odd) == Surroundings()
