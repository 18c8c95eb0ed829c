"""Every report gets an answer that its sender understands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.capture.ingest import MOST_BYTES, answer, holds, takes

SPAN = {"object": "trace.span", "id": "span_1", "trace_id": "trace_1"}


def said(status_and_body: tuple[int, Any]) -> str:
    return str(status_and_body[1]["error"]["message"])


@pytest.mark.parametrize("path", ["/v1/traces/ingest", "/traces/ingest", "/v1/traces/tap/", "/v1/traces/tap?x=1"])
def test_the_paths_of_both_senders(path: str) -> None:
    assert takes(path)


@pytest.mark.parametrize(
    "path", ["/v1/responses", "/v1/traces", "/v1/traces/ingest/x", "/v1/x?to=/traces/ingest", "//[/"]
)
def test_other_paths_belong_to_the_upstream(path: str) -> None:
    assert not takes(path)
    assert answer(path, b'{"data":[]}')[0] == 404


def test_only_a_tap_holds_a_request_open() -> None:
    assert holds("/v1/traces/tap")
    assert not holds("/v1/traces/ingest")


def test_an_export_has_arrived() -> None:
    body = json.dumps({"data": [{"object": "trace", "id": "trace_1"}, SPAN]}).encode()
    assert answer("/v1/traces/ingest", body) == (200, {"received": 2, "ignored": 0})


def test_what_a_tap_posts_has_arrived() -> None:
    entries = [{"is": "span_start", "t": 1.5, "item": SPAN}, {"is": "shutdown", "t": 9}, {"is": "span_end"}, None]
    body = json.dumps({"data": entries}).encode()
    assert answer("/v1/traces/tap", body) == (200, {"received": 2, "ignored": 2})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"data":' * 50_000])
def test_what_is_not_json_is_refused_with_a_sentence(body: bytes) -> None:
    status, _ = refused = answer("/v1/traces/tap", body)
    assert status == 400
    assert said(refused) == "The report is not JSON."


@pytest.mark.parametrize("body", [b"{}", b"3", b'{"data":{}}', b'"data"', b"null"])
def test_json_of_another_shape_is_refused_with_the_right_one(body: bytes) -> None:
    status, _ = refused = answer("/v1/traces/ingest", body)
    assert status == 400
    assert '{"data": [' in said(refused)


def test_a_report_beyond_all_measure_is_not_read() -> None:
    status, _ = refused = answer("/v1/traces/ingest", b" " * (MOST_BYTES + 1))
    assert status == 413
    assert "16 MB" in said(refused)


@given(st.sampled_from(["/v1/traces/ingest", "/v1/traces/tap"]), st.binary(max_size=60))
def test_no_body_hurts(path: str, body: bytes) -> None:
    status, value = answer(path, body)
    assert status in (200, 400)
    json.dumps(value)
