"""Diagrams as SVG documents."""

from __future__ import annotations

from xml.etree import ElementTree

from inspector.domain.charts import Ending
from inspector.present.drawing import link_diagram, run_diagram
from inspector.present.svgout import INKS, svg
from tests.domain.toy import Story

COLORS = dict.fromkeys(INKS, "#111") | {ending.value: "#222" for ending in Ending} | {"failed": "#f00"}


def test_the_document_is_whole_and_holds_every_state() -> None:
    story = Story().request().response().state(1, "busy").state(2, "queued").state(3, "<odd>")
    case = story.case()
    text = svg([run_diagram(case.run, 4_000), link_diagram(case, 4_000)], COLORS)
    root = ElementTree.fromstring(text)
    labels = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"busy", "<odd>", "connecting", "broken"} <= labels
    assert 'stroke="#f00" stroke-dasharray' in text
    assert float(root.get("width", "0")) > 600


def test_counts_and_times_are_told() -> None:
    story = Story().request().response()
    for at, name in enumerate(("queued", "busy", "asking", "busy", "asking"), 1):
        story.state(at, name)
    text = svg([run_diagram(story.case().run, 9_000)], COLORS)
    assert ">2×<" in text
    assert ">2× · 5.0 s<" in text


def test_no_diagrams_make_an_empty_document() -> None:
    assert ElementTree.fromstring(svg([], COLORS)).get("height") == "78"
