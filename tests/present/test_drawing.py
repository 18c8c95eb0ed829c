"""A lifecycle as values to paint."""

from __future__ import annotations

from dataclasses import replace

from inspector.domain.charts import Ending, StateKind
from inspector.present.curves import Box
from inspector.present.drawing import Diagram, Edge, Node, link_changes, link_diagram, look_of, run_diagram
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


def test_a_way_of_which_asking_missed_the_middle_is_no_fault() -> None:
    found = edge(run_diagram(Story().server(1, "queued").server(2, "asking").case().run, 3_000), "queued", "asking")
    assert (found.declared, found.skipped, found.odd) == (False, True, False)
    streamed = Story().request().response().state(1, "queued").state(2, "asking")
    odd = edge(run_diagram(streamed.case().run, 3_000), "queued", "asking")
    assert (odd.skipped, odd.odd) == (False, True)


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


def test_a_connection_that_told_the_end_and_stays_open_is_not_silent() -> None:
    told = Story().request().response(1).state(2, "busy").state(3, "done")
    assert [each.id for each in link_diagram(told.case(), 900_000).nodes if each.current] == ["live"]
    busy = Story().request().response(1).state(2, "busy")
    assert [each.id for each in link_diagram(busy.case(), 900_000).nodes if each.current] == ["silent"]
    lost = Story().request().response(1).state(2, "busy").server(3, "done")
    assert [each.id for each in link_diagram(lost.case(), 900_000).nodes if each.current] == ["silent"]


def test_a_run_that_was_only_asked_for_has_a_connection_without_a_state() -> None:
    diagram = link_diagram(Story().server(0, "busy").case(), 1_000)
    assert not any(each.visits or each.current for each in diagram.nodes)


def test_where_it_came_from_and_where_it_may_go() -> None:
    story = Story().request().response().state(1, "queued").state(2, "busy").state(3, "asking").state(4, "busy")
    diagram = run_diagram(story.case().run, 9_000)
    assert [(each.source, each.target) for each in diagram.edges if each.latest] == [("asking", "busy")]
    ahead = {each.target for each in diagram.edges if each.ahead}
    assert ahead == {"asking", "cancelled", "done", "short", "failed", "timeout"}
    assert diagram.begun
    assert diagram.start is not None


def test_a_run_that_was_joined_in_the_middle_did_not_begin_there() -> None:
    diagram = run_diagram(Story().request().response().state(1, "busy").case().run, 9_000)
    assert not diagram.begun
    assert [each.id for each in diagram.nodes if each.first] == ["busy"]


def test_the_frame_holds_every_box_and_every_declared_line() -> None:
    story = Story().request().response().state(1, "busy").state(2, "queued").state(3, "pondering")
    diagram = run_diagram(story.case().run, 4_000)
    frame = diagram.frame
    assert all(frame.holds((each.box.left, each.box.top), 1e-6) for each in diagram.nodes)
    assert all(frame.holds(point, 1) for each in diagram.edges if each.declared for point in each.curve.points(4))
    assert Diagram("none", (), ()).frame == (0, 0, 0, 0)


def test_states_without_an_ending_look_like_what_they_mean() -> None:
    busy = Node("busy", Box(0, 0, 108, 34), StateKind.BUSY, None)
    assert look_of(busy) is Ending.RUNNING
    assert look_of(replace(busy, ending=Ending.EXPIRED)) is Ending.EXPIRED
    assert look_of(replace(busy, kind=None)) is Ending.UNKNOWN


def test_a_clean_end_of_a_connection_looks_neither_good_nor_bad() -> None:
    diagram = link_diagram(Story().request().response(1).event(2).end(3).case(), 4_000)
    assert look_of(node(diagram, "ended")) is look_of(node(diagram, "closed")) is Ending.CANCELLED
    assert look_of(node(diagram, "broken")) is Ending.CUT
