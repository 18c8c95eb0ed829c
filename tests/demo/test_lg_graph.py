from __future__ import annotations

from inspector.demo.lg_graph import END, START, Edge, Graph, Node, Pause, Values, Work, chain, merged, seeded


def _work(values: Values, attempt: int) -> Work:
    yield Pause(1.0)
    return {}


A, B, C = (Node(name, _work) for name in "abc")
FORKED = Graph(
    "forked",
    "",
    (A, B, C),
    (
        Edge(START, "a"),
        Edge(START, "b"),
        Edge("a", "c", lambda values: bool(values.get("on"))),
        Edge("a", END, lambda values: not values.get("on")),
        Edge("b", "c"),
        Edge("c", END),
    ),
)


def test_what_comes_next_follows_the_edges_each_node_once() -> None:
    assert FORKED.after([START], {}) == ["a", "b"]
    assert FORKED.after(["a", "b"], {"on": True}) == ["c"]
    assert FORKED.after(["a"], {}) == []
    assert FORKED.after(["c"], {}) == []


def test_the_drawing_has_the_shape_of_the_real_one() -> None:
    line = Graph("line", "", (A, B), chain(A, B))
    assert line.drawing() == {
        "nodes": [
            {"id": "__start__", "type": "runnable", "data": {"name": "__start__"}},
            {"id": "a", "type": "runnable", "data": {"name": "a"}},
            {"id": "b", "type": "runnable", "data": {"name": "b"}},
            {"id": "__end__"},
        ],
        "edges": [
            {"source": "__start__", "target": "a"},
            {"source": "a", "target": "b"},
            {"source": "b", "target": "__end__"},
        ],
    }
    assert {"source": "a", "target": "c", "conditional": True} in FORKED.drawing()["edges"]


def test_updates_are_merged_and_what_grows_grows() -> None:
    before = seeded({"question": "q"})
    after = merged(before, {"trail": ["a"], "question": "r"}, {"trail": ["b"], "messages": {"type": "ai"}})
    assert after == {"question": "r", "trail": ["a", "b"], "messages": [{"type": "ai"}]}
    assert before == {"question": "q", "trail": []}


def test_a_node_is_found_by_its_name() -> None:
    assert FORKED.node("b") is B
    assert FORKED.node("x") is None
    assert set(FORKED.schemas()) >= {"graph_id", "input_schema", "state_schema"}
