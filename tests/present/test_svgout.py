"""Diagrams as SVG documents."""

from __future__ import annotations

from xml.etree import ElementTree

from inspector.present.drawing import link_diagram, run_diagram
from inspector.present.svgout import svg
from tests.domain.toy import Story

COLORS = {"raised": "#111", "text": "#222", "muted": "#333", "faint": "#444", "accent": "#555", "bad": "#f00"}


def test_the_document_is_whole_and_holds_every_state() -> None:
    story = Story().request().response().state(1, "busy").state(2, "queued").state(3, "<odd>")
    case = story.case()
    text = svg([run_diagram(case.run, 4_000), link_diagram(case, 4_000)], COLORS)
    root = ElementTree.fromstring(text)
    labels = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"busy", "<odd>", "connecting", "broken"} <= labels
    assert 'stroke="#f00" stroke-dasharray' in text
    assert float(root.get("width", "0")) > 600
