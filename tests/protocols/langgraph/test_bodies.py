from __future__ import annotations

from inspector.protocols.langgraph.bodies import at, further_run, history, reads, streaming, taken_over
from inspector.protocols.langgraph.standing import Standing


def test_paths_quote_ids_and_keep_placeholders() -> None:
    assert at("a b", "runs", "x/y") == "/threads/a%20b/runs/x%2Fy"
    assert at("{thread_id}", "runs") == "/threads/{thread_id}/runs"
    assert history("t").path == "/threads/t/history"
    assert history("t").reads


def test_all_that_differs_between_servers_is_said() -> None:
    assert streaming({}) == {
        "stream_mode": ["values", "updates", "tasks", "messages-tuple", "custom"],
        "stream_subgraphs": True,
        "stream_resumable": True,
        "multitask_strategy": "reject",
        "on_disconnect": "continue",
    }


def test_only_modes_that_the_server_has() -> None:
    assert streaming({"stream_modes": ["values", "messages-tuple", "events"]})["stream_mode"] == [
        "values",
        "messages-tuple",
    ]


def test_a_further_run_keeps_what_the_user_configured_and_not_what_the_server_wrote() -> None:
    configurable = {"model": "m", "thread_id": "t", "langgraph_auth_user": None, "__after_seconds__": 0}
    config = {"configurable": configurable, "recursion_limit": 5, "tags": ["a"], "metadata": {"created_by": "system"}}
    run = {"kwargs": {"config": config, "context": {}, "interrupt_before": ["a"], "interrupt_after": None}}

    assert taken_over(run) == {
        "config": {"recursion_limit": 5, "tags": ["a"], "configurable": {"model": "m"}},
        "interrupt_before": ["a"],
    }


def test_context_goes_without_its_copy_in_configurable() -> None:
    run = {"kwargs": {"config": {"configurable": {"model": "m"}}, "context": {"model": "m"}}}

    assert taken_over(run) == {"context": {"model": "m"}}
    assert taken_over({}) == {}


def test_a_further_run() -> None:
    call = further_run(Standing("r", "t", "a-1"), "t", {"input": None}, {}, "continue")

    assert (call.method, call.path, call.reads, call.answer) == ("POST", "/threads/t/runs/stream", False, "stream")
    assert call.json["assistant_id"] == "a-1"
    assert call.json["input"] is None


def test_what_is_read() -> None:
    assert [about for about, _ in reads("r", "t")] == ["run", "runs", "thread", "state"]
    assert [about for about, _ in reads(None, "t", metrics=True)] == ["runs", "thread", "state", "metrics"]
    assert dict(reads(None, "t"))["state"].query == (("subgraphs", "true"),)
    assert dict(reads(None, "t", subgraphs=False))["state"].query == ()
    assert all(call.reads and call.method == "GET" for _, call in reads("r", "t", metrics=True))
