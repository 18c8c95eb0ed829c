"""A diagram as an SVG document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from inspector.present.curves import arrow, path_text
from inspector.present.drawing import Diagram

GAP, MARGIN, TITLE = 70.0, 30.0, 26.0


def svg(diagrams: Sequence[Diagram], colors: Mapping[str, str]) -> str:
    """The diagrams side by side. ``colors``: raised, text, muted, faint, accent, bad."""
    parts, x, height = [], MARGIN, 0.0
    for each in diagrams:
        left = min(node.box.left for node in each.nodes)
        top = min(node.box.top for node in each.nodes)
        parts.append(f'<g transform="translate({x - left:.1f},{MARGIN + TITLE - top:.1f})">{_one(each, colors)}</g>')
        x += max(node.box.right for node in each.nodes) - left + GAP
        height = max(height, max(node.box.bottom for node in each.nodes) - top)
    width, full = x - GAP + MARGIN, height + 2 * MARGIN + TITLE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{full:.0f}" '
        f'viewBox="0 0 {width:.0f} {full:.0f}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="{colors["raised"]}"/>{"".join(parts)}</svg>'
    )


def _one(diagram: Diagram, colors: Mapping[str, str]) -> str:
    parts = []
    for edge in diagram.edges:
        color = colors["bad"] if not edge.declared else colors["muted"] if edge.count else colors["faint"]
        dash = "" if edge.declared else ' stroke-dasharray="5 4"'
        head = " ".join(f"{px:.1f},{py:.1f}" for px, py in arrow(edge.curve))
        parts.append(f'<path d="{path_text(edge.curve)}" fill="none" stroke="{color}"{dash}/>')
        parts.append(f'<polygon points="{head}" fill="{color}"/>')
    for node in diagram.nodes:
        box = node.box
        fill = colors["accent"] if node.current else colors["raised"]
        line = colors["text"] if node.visits else colors["faint"]
        ink = colors["raised"] if node.current else line
        parts.append(
            f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.w:.1f}" height="{box.h:.1f}" rx="8" '
            f'fill="{fill}" stroke="{line}"/>'
            f'<text x="{box.x:.1f}" y="{box.y + 4:.1f}" text-anchor="middle" fill="{ink}">{escape(node.id)}</text>'
        )
    return "".join(parts)
