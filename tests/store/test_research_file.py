from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from inspector.domain.errors import UserError
from inspector.domain.frames import Kind
from inspector.store.open import open_log
from inspector.store.research_file import BLIND, EMPTY, read, sniff

STEP = {"type": "event", "timestamp": "2026-11-21T01:00:01.5", "data": {"type": "logs", "content": "subqueries"}}


def saved(*events: Any, **content: Any) -> bytes:
    value = {"timestamp": "2026-11-21T01:00:00.5", "events": list(events), "content": {"query": "", **content}}
    return json.dumps(value, indent=2).encode()


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "anything.txt"
    path.write_bytes(saved(STEP))
    log = open_log(path)
    assert (log.kind, log.protocol, list(log.warnings)) == ("research", "gpt_researcher", list(BLIND))
    assert [frame.kind for frame in log] == [Kind.REQUEST, Kind.RESPONSE, Kind.DATA, Kind.END]
    assert log.frame(1).head["url"] == "/outputs/anything.txt.json"


def test_a_long_one_is_known_by_its_beginning() -> None:
    assert sniff(saved(*[STEP] * 2000)[: 64 * 1024])


@pytest.mark.parametrize(
    "other", [b"", b"[]", b'{"timestamp": "x"}', b'{"timestamp": 1, "events": [], "content": {}}', b'{"values": {}}']
)
def test_what_it_is_not(other: bytes) -> None:
    assert not sniff(other)


def test_an_empty_one_is_told_and_a_broken_one_refused() -> None:
    assert EMPTY in read(io.BytesIO(saved(query="x")), "a.json").warnings
    for broken in (saved(STEP)[:-3], b'{"a": 1}'):
        with pytest.raises(UserError):
            read(io.BytesIO(broken), "a.json")


def test_a_name_that_is_no_text_is_one_all_the_same() -> None:
    log = read(io.BytesIO(saved(STEP)), "caf\udce9.json")
    assert str(next(iter(log)).head["url"]).startswith("/outputs/caf%")
