from __future__ import annotations

from typing import Any

from inspector.domain.actions import Action
from inspector.domain.case import Case
from inspector.protocols.langgraph.actions import actions
from tests.protocols.langgraph.fakes import (
    AT_RUN,
    AT_THREAD,
    LEFT,
    RUN,
    Log,
    busy,
    case,
    cut_short,
    finished,
    state,
    task,
    waiting,
)


def by_id(found: Case) -> dict[str, Action]:
    return {action.id: action for action in actions(found, 0.0)}


def possible(answers: dict[str, Any]) -> set[str]:
    return {name for name, action in by_id(case(answers)).items() if action.possible}


def test_what_is_possible_in_each_situation() -> None:
    assert possible(waiting()) == {"resume", "set_state", "rewind", "give_up", "copy_and_continue", "refresh"}
    assert possible(busy()) == {"cancel", "copy_and_continue", "refresh"}
    assert possible(finished()) == {"set_state", "rewind", "refresh"}
    assert possible(cut_short()) == {"continue", "set_state", "rewind", "give_up", "copy_and_continue", "refresh"}
    assert possible({**waiting(), "thread": None}) == {"refresh"}


def test_each_says_what_it_is_and_what_it_costs() -> None:
    for answers in (waiting(), busy(), finished(), cut_short()):
        for action in by_id(case(answers)).values():
            assert action.title
            assert action.consequence
            assert action.possible or action.why_not


def test_the_one_that_makes_sense_now() -> None:
    def primary(answers: dict[str, Any]) -> list[str]:
        return [action.id for action in actions(case(answers), 0.0) if action.primary]

    assert primary(waiting()) == ["resume"]
    assert primary(busy()) == ["cancel"]
    assert primary(cut_short()) == ["continue"]
    assert primary(finished()) == []
    assert primary({**finished(), "state": None}) == [], "a success is not continued because nobody knows what is next"


def test_an_answer_form_has_the_question() -> None:
    resume = by_id(case(waiting()))["resume"]

    assert resume.form == "answer"
    assert resume.context["interrupts"] == [{"id": LEFT, "node": "review", "value": {"question": "?"}}]
    assert "review" in resume.consequence
    assert by_id(case(waiting()))["copy_and_continue"].form == "answer"
    assert by_id(case(busy()))["copy_and_continue"].form == "none"


def test_cancels_by_kind() -> None:
    assert by_id(case(busy()))["cancel"].kinds == ("interrupt", "rollback")
    assert by_id(case(busy(), {"flavour": "aegra"}))["cancel"].kinds == ("interrupt",)


def test_what_would_run_again_and_what_would_not() -> None:
    log = Log()
    log.stream(
        AT_RUN + "/stream",
        ("metadata", {"run_id": RUN}),
        ("tasks", {"id": "t1", "name": "first", "input": {}}),
        ("tasks", {"id": "t1", "name": "first", "error": None, "result": {}, "interrupts": []}),
    )
    log.told(cut_short())

    words = by_id(log.case())["continue"].consequence

    assert "run of explode" in words
    assert "not repeated: first" in words


def test_a_state_form_has_the_nodes_and_the_values() -> None:
    log = Log()
    log.told(cut_short())
    nodes = [{"id": "__start__"}, {"id": "first"}, {"id": "sub:inner"}, {"id": "explode"}, {"id": "__end__"}]
    log.exchange("GET", "/assistants/a-1/graph?xray=true", {"nodes": nodes, "edges": []})

    form = by_id(log.case())["set_state"]

    assert form.context["nodes"] == ["explode", "first", "sub"]
    assert form.context["values"] == {"text": "x"}
    assert form.data == {"values": {}, "as_node": "explode"}


def test_a_checkpoint_form_has_those_from_which_something_runs() -> None:
    log = Log()
    log.told(finished())
    rows = [
        state(checkpoint="c3"),
        state(task("last"), checkpoint="c2", metadata={"step": 1, "source": "loop"}),
        state(task("first"), checkpoint="c1"),
    ]
    log.exchange("GET", AT_THREAD + "/history?limit=20", rows)

    found = by_id(log.case())["rewind"].context["checkpoints"]

    assert [row["checkpoint_id"] for row in found] == ["c2", "c1"]
    assert found[0]["next"] == ["last"]
    assert (found[0]["step"], found[0]["source"]) == (1, "loop")


def test_what_an_act_means_is_told_by_the_nodes_it_concerns() -> None:
    gone = by_id(case(cut_short()))

    assert "explode never runs" in gone["give_up"].consequence
    assert gone["set_state"].consequence.startswith("Skips explode: ")
    assert by_id(case(finished()))["set_state"].consequence.startswith("Writes values")
    assert "runs explode on the copy" in gone["copy_and_continue"].consequence
    assert "what is next never runs" in by_id(case(finished()))["give_up"].consequence
    assert "goes on if it is alive" in by_id(case(busy()))["copy_and_continue"].consequence
    assert "goes on if it is alive" not in gone["copy_and_continue"].consequence


def test_several_questions_go_in_one_map() -> None:
    two = {**waiting(), "state": state(task("left", (LEFT, 1)), task("right", ("b" * 32, 2)))}

    resume = by_id(case(two))["resume"]

    assert "in one map" in resume.consequence
    assert "in one map" not in by_id(case(waiting()))["resume"].consequence
    assert resume.data == {LEFT: None, "b" * 32: None}
    assert by_id(case(two))["copy_and_continue"].data == resume.data
    assert by_id(case(two))["continue"].context == {}
    assert by_id(case(two))["continue"].data is None


def test_only_nodes_of_the_root_graph_take_a_state() -> None:
    log = Log()
    events = (
        ("tasks", {"id": "t1", "name": "root", "input": {}}),
        ("tasks|root:t1", {"id": "t2", "name": "inside", "input": {}}),
    )
    log.stream(AT_RUN + "/stream", ("metadata", {"run_id": RUN}), *events)
    log.told(cut_short())

    assert by_id(log.case())["set_state"].context["nodes"] == ["explode", "root"]
    assert by_id(log.case())["set_state"].context["next"] == ["explode"]
