"""A lifecycle as values to paint."""

from __future__ import annotations

from inspector.present.drawing import Diagram, Edge, Node, link_changes, link_diagram, run_diagram
from tests.domain.toy import Story


def node(diagram: Diagram, name: str) -> Node:
    return next(each for each in diagram.nodes if each.id == name)


def edge(diagram: Diagram, source: str, target: str) -> Edge:
    return next(each for each in diagram.edges if (each.source, each.target) == (source, target))


def test_visits_dwell_and_the_present_state() -> None:
    story = Story().request().response().state(1, "queued").state(2, "busy").state(5, "asking").state(6, "busy")
    diagram = run_diagram(story.case().run, 10_000)
    assert (node(diagram, "busy").visits, node(diagram, "busy").dwell) == (2, 7_000)
    assert (node(diagram, "asking").visits, node(diagram, "asking").dwell) == (1, 1_000)
    assert [each.id for each in diagram.nodes if each.current] == ["busy"]
    assert diagram.live
    assert edge(diagram, "asking", "busy").count == 1


def test_an_end_is_not_lived_in() -> None:
    story = Story().request().response().state(1, "busy").state(2, "done")
    diagram = run_diagram(story.case().run, 99_000)
    assert not diagram.live
    assert (node(diagram, "done").visits, node(diagram, "done").dwell) == (1, 0)
    assert node(diagram, "busy").dwell == 1_000


def test_what_nobody_declared_is_there_and_marked() -> None:
    story = Story().request().response().state(1, "busy").state(2, "queued").state(3, "pondering")
    diagram = run_diagram(story.case().run, 4_000)
    assert not edge(diagram, "busy", "queued").declared
    assert not node(diagram, "pondering").known
    assert node(diagram, "pondering").current


def test_the_connection_is_told_by_its_times() -> None:
    story = Story().request().response(1).event(2).event(50).end(60)
    link = story.case().link
    assert link is not None
    assert [target for _, target, _ in link_changes(link, 60_000, 30_000)] == [
        "connecting",
        "open",
        "live",
        "silent",
        "live",
        "ended",
    ]
    diagram = link_diagram(story.case(), 60_000)
    assert [each.id for each in diagram.nodes if each.current] == ["ended"]
    assert not diagram.live


def test_a_silent_connection_is_silent_since_its_threshold() -> None:
    story = Story().request().response(1).event(2)
    link = story.case().link
    assert link is not None
    assert link_changes(link, 40_000, 30_000)[-1] == ("live", "silent", 32_000)


def test_a_run_that_was_only_asked_for_has_a_connection_without_a_state() -> None:
    diagram = link_diagram(Story().server(0, "busy").case(), 1_000)
    assert not any(each.visits or each.current for each in diagram.nodes)
