"""The plain values that the front ends hold."""

from __future__ import annotations

from inspector.domain.events import RunKey
from inspector.services.model import ConnectionSpec, RunId, Tried


def test_a_spec_never_shows_its_secrets() -> None:
    assert "sesame" not in repr(ConnectionSpec("http://toy", headers={"x-key": "sesame"}))


def test_runs_can_be_compared_and_kept_in_sets() -> None:
    assert {RunId(1, RunKey(2)), RunId(1, RunKey(2))} == {RunId(1, RunKey(2))}
    assert RunId(1, RunKey(2)) != RunId(2, RunKey(2))


def test_a_doctors_step_can_be_taken_apart() -> None:
    what, answer, good = Tried("GET /ok", "200", True)
    assert (what, answer, good) == ("GET /ok", "200", True)
