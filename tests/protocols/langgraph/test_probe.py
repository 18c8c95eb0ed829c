from __future__ import annotations

from typing import Any

from inspector.domain.adapter import Probe
from inspector.domain.calls import Reply
from inspector.protocols.langgraph.probe import probe
from tests.protocols.langgraph.fakes import Server

ASSISTANTS = [
    {"assistant_id": "a-1", "graph_id": "hitl", "name": "hitl"},
    {"assistant_id": "a-2", "graph_id": "hitl", "name": "Careful"},
]
MODES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"enum": ["values", "tasks"]}}]}
PATHS: dict[str, Any] = {
    "/threads/search": {"post": {}},
    "/threads/{thread_id}/copy": {"post": {}},
    "/threads/{thread_id}/stream": {"get": {}},
    "/threads/{thread_id}/stream/events": {"post": {}},
}


def python() -> Server:
    info = {"version": "0.16.7", "langgraph_py_version": "1.2.22", "flags": {}, "host": {"kind": "self-hosted"}}
    schemas = {"RunCreateStateful": {"properties": {"stream_mode": MODES}}}
    return (
        Server()
        .on("GET /ok", {"ok": True})
        .on("GET /info", info)
        .on("GET /openapi.json", {"paths": PATHS, "components": {"schemas": schemas}})
        .on("GET /metrics", {"workers": {"active": 0}})
        .on("POST /assistants/search", ASSISTANTS)
    )


def test_a_python_server() -> None:
    server = python()

    found = server.drive(probe())

    assert found.sure > 0.9
    assert found.server == "LangGraph API 0.16.7 (Python, langgraph 1.2.22), self-hosted"
    assert found.assistants == (("a-1", "hitl"), ("a-2", "Careful (hitl)"))
    assert found.problem is None
    assert found.capabilities == {
        "flavour": "python",
        "version": "0.16.7",
        "host": "self-hosted",
        "v2": True,
        "copy": True,
        "thread_stream": True,
        "stream_modes": ["values", "tasks"],
        "metrics": True,
    }
    assert found.tried[0] == ("GET /ok", "200")
    assert all(call.reads for call in server.calls)


def test_how_a_server_calls_the_parts_of_its_paths_does_not_matter() -> None:
    paths = {path.replace("{thread_id}", "{thread}"): methods for path, methods in PATHS.items()}

    found = python().on("GET /openapi.json", {"paths": paths}).drive(probe())

    assert all(found.capabilities[each] is True for each in ("v2", "copy", "thread_stream"))


def test_a_js_server_does_not_list_its_paths() -> None:
    server = Server().on("GET /ok", {"ok": True}).on("POST /assistants/search", ASSISTANTS)
    server.on("GET /info", {"version": "1.5.1", "langgraph_js_version": "1.4.18", "context": "js", "flags": {}})

    found = server.drive(probe())

    assert found.capabilities["flavour"] == "js"
    assert "v2" not in found.capabilities
    assert found.capabilities["metrics"] is False


def test_aegra_has_neither_ok_nor_thread_streams() -> None:
    server = Server().on("GET /info", {"name": "Aegra", "version": "0.1.0", "flags": {"assistants": True}})
    server.on("GET /openapi.json", {"paths": {"/threads/search": {}}}).on("POST /assistants/search", ASSISTANTS)

    found = server.drive(probe())

    assert found.sure > 0.9
    assert found.capabilities["flavour"] == "aegra"
    assert found.capabilities["v2"] is found.capabilities["thread_stream"] is found.capabilities["copy"] is False


def test_a_server_that_hides_what_it_is_is_known_by_its_assistants() -> None:
    found = Server().on("POST /assistants/search", ASSISTANTS).drive(probe())

    assert found.sure >= 0.9


def test_what_answers_without_a_meaning_has_no_metrics_and_no_flavour() -> None:
    server = Server().on("GET /ok", {"ok": True}).on("GET /info", {"version": "1", "context": "js"})
    server.on("GET /metrics", {"queue": {}})

    found = server.drive(probe())

    assert found.capabilities == {"flavour": "js", "version": "1", "metrics": False}
    assert dict(found.tried)["GET /openapi.json"] == "404: Not Found"
    assert dict(found.tried)["GET /info"] == "200"


def test_something_else() -> None:
    server = Server().on("GET /ok", "fine").on("GET /info", {"version": "3"}).on("POST /assistants/search", [])

    assert server.drive(probe()).sure == 0.0


def test_nobody_there() -> None:
    server = Server().on("GET /ok", Reply(0, error="Nothing listens on port 1."))

    found = server.drive(probe())

    assert found == Probe(0.0, tried=(("GET /ok", "Nothing listens on port 1."),), problem="Nothing listens on port 1.")
    assert len(server.calls) == 1


def test_a_refused_key() -> None:
    server = python()
    server.on("POST /assistants/search")
    refused = Server().on("GET /ok", {"ok": True}).on("POST /assistants/search", Reply(401, body={"detail": "no key"}))
    closed = Server()
    for call in ("GET /ok", "GET /info", "POST /assistants/search"):
        closed.on(call, Reply(403, body="Forbidden"))

    assert refused.drive(probe()).problem == "Its assistants cannot be listed: 401: no key."
    assert closed.drive(probe()).problem == "403: Forbidden"
