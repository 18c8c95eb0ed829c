"""A diagram as an SVG document, as the window paints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from inspector.domain.charts import Ending
from inspector.present.curves import Curve, arrow, path_text
from inspector.present.drawing import Diagram, Edge, Node, look_of
from inspector.present.times import span

GAP, MARGIN, TITLE = 64.0, 24.0, 30.0

INKS = ("raised", "sunken", "text", "muted", "faint", "hairline", "on_accent")
"""The colours that a picture needs beside those of the endings."""


def svg(diagrams: Sequence[Diagram], colors: Mapping[str, str]) -> str:
    """The diagrams side by side. ``colors`` has those of INKS and one for the value of each ending."""
    parts, x = [], MARGIN
    height = max((each.frame.h for each in diagrams), default=0.0)
    middle = MARGIN + TITLE + height / 2
    for each in diagrams:
        frame = each.frame
        place = f"translate({x - (frame.x - frame.w / 2):.1f},{middle - frame.y:.1f})"
        parts.append(
            f'<text x="{x:.1f}" y="{MARGIN + 8:.1f}" font-weight="bold" fill="{colors["muted"]}">'
            f'{escape(each.title)}</text><g transform="{place}">{_one(each, colors)}</g>'
        )
        x += frame.w + GAP
    width, full = x - GAP + MARGIN, height + 2 * MARGIN + TITLE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{full:.0f}" '
        f'viewBox="0 0 {width:.0f} {full:.0f}" font-family="sans-serif" font-size="12">'
        f'<rect width="{width:.0f}" height="{full:.0f}" fill="{colors["raised"]}"/>{"".join(parts)}</svg>'
    )


def _one(diagram: Diagram, colors: Mapping[str, str]) -> str:
    present = next((colors[look_of(node).value] for node in diagram.nodes if node.current), colors["muted"])
    parts = []
    if diagram.start is not None:
        color = colors["muted" if diagram.begun else "hairline"]
        x, y = diagram.start.start
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{color}"/>')
        parts.append(_line(diagram.start, color, 2.0 if diagram.begun else 1.2))
    for edge in sorted(diagram.edges, key=lambda each: (bool(each.count), each.latest, not each.declared)):
        parts.append(_change(edge, colors, present))
    return "".join(parts) + "".join(_state(node, colors) for node in diagram.nodes)


def _change(edge: Edge, colors: Mapping[str, str], present: str) -> str:
    dash = "" if edge.declared else ' stroke-dasharray="6 4"'
    if edge.odd:
        color = colors[Ending.FAILED.value]
    else:
        color = (present if edge.latest else colors["muted"]) if edge.count else colors["hairline"]
    line = _line(edge.curve, color, 2.0 if edge.count else 1.2, dash)
    if edge.count < 2:
        return line
    x, y = edge.curve.middle()
    return (
        f'{line}<rect x="{x - 14:.1f}" y="{y - 8:.1f}" width="28" height="16" rx="8" fill="{colors["raised"]}" '
        f'stroke="{color}"/><text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle" font-size="11" fill="{color}">'
        f"{edge.count}×</text>"
    )


def _line(curve: Curve, color: str, width: float, dash: str = "") -> str:
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in arrow(curve))
    return (
        f'<path d="{path_text(curve)}" fill="none" stroke="{color}"{dash} stroke-width="{width}"/>'
        f'<polygon points="{head}" fill="{color}"/>'
    )


def _state(node: Node, colors: Mapping[str, str]) -> str:
    color, box = colors[look_of(node).value], node.box
    ink, fill, line = colors["muted"], colors["raised"], colors["hairline"]
    if not node.known:
        ink, fill, line = colors["text"], colors["sunken"], colors["muted"]
    elif node.current:
        ink, fill, line = colors["on_accent"], color, color
    elif node.visits:
        ink, line = color, color
    dash = "" if node.known else ' stroke-dasharray="5 4"'
    below = " · ".join([f"{node.visits}×"] * (node.visits > 1) + [span(node.dwell)] * (node.dwell > 0))
    weight = ' font-weight="bold"' if node.visits else ""
    x, lift = box.left + 12, -3 if below else 4
    text = f'<text x="{x:.1f}" y="{box.y + lift:.1f}" fill="{ink}"{weight}>{escape(node.id)}</text>'
    if below:
        text += f'<text x="{x:.1f}" y="{box.y + 12:.1f}" fill="{ink}" font-size="11">{below}</text>'
    return (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.w:.1f}" height="{box.h:.1f}" rx="8" '
        f'fill="{fill}" stroke="{line}" stroke-width="1.4"{dash}/>{text}'
    )
