"""A step of one run that is a run itself."""

from __future__ import annotations

from inspector.domain.book import Book
from inspector.domain.case import Case
from inspector.domain.charts import StateKind
from inspector.domain.events import RunKey
from inspector.domain.inside import (
    agent_of,
    asked_within,
    exchange_of,
    exchanges_of,
    hanging,
    hanging_due,
    hung_exchange,
    inmost,
    place_of,
    stirred_at,
    to_nobody,
    told_afterwards,
    told_inside,
    up,
    waited_for,
)
from inspector.domain.run import Node, Run
from tests.domain.toy import CHART


def book(*nodes: Node, runs: int = 1, first_at: float = 1_050.0) -> tuple[Book, Run, list[Run]]:
    """A host with these steps, and exchanges that begin 10 ms after each other."""
    made = Book([])
    host = made.runs[RunKey(1)] = Run(RunKey(1), "host", CHART, id="trace")
    host.nodes = {node.task: node for node in nodes}
    made.hosts[host.key] = None
    inner = []
    for number in range(runs):
        run = Run(RunKey(number + 2), "inner", CHART, id=f"resp_{number}", first_at=first_at + 10 * number)
        made.runs[run.key] = run
        inner.append(run)
    return made, host, inner


def step(task: str, kind: str = "response", at: float = 1_000.0, **more: object) -> Node:
    return Node(task, more.pop("name", task), kind, at, **more)  # type: ignore[arg-type]


def test_the_id_of_the_response_joins_whatever_the_times_say() -> None:
    made, host, (first, second) = book(step("a", ref="resp_1"), step("b", at=90_000.0, ref="resp_0"), runs=2)
    assert exchange_of(made, host, host.nodes["a"]) is second
    assert exchange_of(made, host, host.nodes["b"]) is first
    assert exchanges_of(made, host.key) == {first.key, second.key}


def test_without_an_id_they_are_joined_in_the_order_in_which_they_began() -> None:
    agents = [step("A", "agent"), step("B", "agent")]
    made, _, (first, second) = book(*agents, step("a", parent="A"), step("b", at=1_001.0, parent="B"), runs=2)
    one, other = place_of(Case(first, made)), place_of(Case(second, made))
    assert one is not None
    assert other is not None
    assert (one.node.task, one.sure) == ("a", False)
    assert (other.node.task, other.sure) == ("b", True)


def test_a_span_that_is_long_over_is_not_the_one() -> None:
    made, host, (run,) = book(step("a", ended_at=1_200.0), first_at=9_000.0)
    assert place_of(Case(run, made)) is None
    assert exchange_of(made, host, host.nodes["a"]) is None


def test_a_slow_program_asks_long_after_its_step_began() -> None:
    """Where no step began just now: the oldest that has no exchange yet. A step of another day is not it."""
    made, host, (run,) = book(step("old", at=-90_000.0), step("a"), step("b", at=2_000.0), first_at=9_000.0)
    assert exchange_of(made, host, host.nodes["a"]) is run
    made, host, (run,) = book(step("a"), step("b", at=8_900.0), first_at=9_000.0)
    assert exchange_of(made, host, host.nodes["b"]) is run
    slow, quick = step("a", at=-5_000.0, ended_at=1_055.0, ref="resp_0"), step("b", at=1_058.0)
    made, host, (_, second) = book(slow, quick, runs=2)
    assert exchange_of(made, host, host.nodes["b"]) is second


def test_reports_that_all_come_late_are_late_alike() -> None:
    """What is joined by id tells how late; the rest is joined accordingly."""
    done = [step("a", at=6_000.0, ended_at=6_100.0, ref="resp_0"), step("b", at=6_020.0)]
    made, host, (_, second) = book(*done, runs=2)
    assert exchange_of(made, host, host.nodes["b"]) is second


def test_a_finding_about_the_exchange_names_the_agent() -> None:
    made, _, (run,) = book(step("A", "agent", name="Boss"), step("a", parent="A"))
    said = told_inside(Case(run, made), 3_000.0)
    assert said == {"inside": {"agent": "Boss", "span": "a", "run": "trace", "age": 2_000.0, "sure": True}}
    assert told_inside(Case(made.runs[RunKey(1)], made), 0.0) == {}


def test_progress_within_is_progress() -> None:
    made, host, (run,) = book(step("a"))
    assert stirred_at(Case(host, made)) == 1_050.0
    run.content_at = 7_000.0
    assert stirred_at(Case(host, made)) == 7_000.0
    assert stirred_at(Case(run, made)) is None


def test_nothing_hangs_without_a_connection() -> None:
    made, host, _ = book(step("a"))
    assert hanging(Case(host, made), 60_000.0) == ()
    assert hung_exchange(Case(host, made), 60_000.0) is None
    assert hanging_due(Case(host, made), 2_000.0) == 11_050.0
    assert waited_for(Case(host, made), host.nodes["a"], 2_000.0) is None


def test_whose_step_it_is_and_which_one_all_wait_for() -> None:
    nodes = [step("A", "agent", name="Boss"), step("t", "turn", parent="A"), step("f", "function", parent="t")]
    _, host, _ = book(*nodes, step("loop", "turn", parent="loop"))
    assert [node.task for node in up(host, host.nodes["f"])] == ["t", "A"]
    assert agent_of(host, host.nodes["f"]) == "Boss"
    assert agent_of(host, host.nodes["loop"]) is None
    deepest = inmost(host, host.nodes.values())
    assert deepest is host.nodes["f"]
    call = step("r", at=2_000.0, parent="t")
    assert inmost(host, [*nodes, call]) is call
    assert inmost(host, []) is None


def test_a_handoff_whose_agent_began_before_it_led_to_nobody() -> None:
    handoff = step("h", "handoff", at=2_000.0, name="A → B")
    _, host, _ = book(handoff, step("b", "agent", name="B"))
    assert to_nobody(host) == [("A", "B", 0)]
    host.nodes["c"] = step("c", "agent", at=2_001.0, name="B")
    assert to_nobody(host) == []


def test_what_the_last_call_asked_for_is_asked_of_the_host_unless_something_came_of_it() -> None:
    made, host, (run,) = book(step("r", ref="resp_0"))
    case = Case(host, made)
    run.state = next(state.id for state in CHART.states if state.kind is StateKind.WAITS)
    assert asked_within(case) is run
    host.nodes["f"] = step("f", "function", at=1_500.0)
    assert asked_within(case) is None
    del host.nodes["f"]
    run.answered_by = RunKey(9)
    assert asked_within(case) is None
    assert asked_within(Case(run, made)) is None


def test_outputs_go_on_with_the_agent_that_made_the_calls() -> None:
    """Two agents ask at once; the one whose call is answered is known, whichever began first."""
    agents = [step("A", "agent"), step("B", "agent")]
    done = step("b0", parent="B", ref="resp_0", at=100.0, ended_at=900.0)
    made, _, (first, second) = book(*agents, done, step("a", parent="A"), step("b", parent="B", at=1_010.0), runs=2)
    second.answers = first.key
    place = place_of(Case(second, made))
    assert place is not None
    assert (place.node.task, place.sure) == ("b", True)


def test_what_was_only_reported_when_it_was_over_was_told_afterwards() -> None:
    def host(ended: float | None, told: int) -> Run:
        return book(Node("s", "response", "response", 1_000.0, ended_at=ended, seq=told, first_seq=5), runs=0)[1]

    assert told_afterwards(host(2_000.0, 5))
    assert not told_afterwards(host(2_000.0, 9))
    assert not told_afterwards(host(None, 5))
    assert not told_afterwards(book(runs=0)[1])
