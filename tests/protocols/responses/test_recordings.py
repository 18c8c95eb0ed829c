"""Recorded exchanges: judged as a reader of the bytes judges them, assembled as the official client assembles them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inspector.store.open import open_log
from tests.protocols.responses.wire import FOLDER, Seen, fold

EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
NAMES = sorted(path.name.removesuffix(".wire.jsonl") for path in FOLDER.glob("*.wire.jsonl"))
CLIENTS = [(name, run) for name in NAMES for run in EXPECTED[name]["clients"]]


def recording(name: str) -> Seen:
    return fold(list(open_log(FOLDER / f"{name}.wire.jsonl")))


def test_recordings_and_expectations_go_together() -> None:
    assert set(NAMES) == set(EXPECTED)
    assert len(CLIENTS) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_gets_its_verdict(name: str) -> None:
    seen = recording(name)
    assert len(seen.runs) == len(EXPECTED[name]["runs"])
    for number, label in enumerate(EXPECTED[name]["runs"]):
        assert seen.runs[number].id == label["id"]
        found = seen.found(number)
        assert seen.ending(number) in label["ending"]
        assert set(label["must"]) <= found
        assert not set(label["never"]) & found


@pytest.mark.parametrize(("name", "ident"), CLIENTS)
def test_assembled_as_the_official_client_does(name: str, ident: str) -> None:
    client, run = EXPECTED[name]["clients"][ident], recording(name).book.run_by_id(ident)
    assert run is not None
    whole = "".join(message.text for message in run.messages.values())
    assert whole == (client["final_text"] or client["text"]), "a failed response keeps the text that came"
    if client["status"] is not None:
        assert run.stream_word is not None
        assert run.stream_word.status.raw == client["status"]
        assert [[tool.name, tool.arguments] for tool in run.tools.values()] == client["calls"]
