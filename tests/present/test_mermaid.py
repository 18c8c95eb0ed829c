"""Charts as Mermaid, and the README's copy of them. ``python -m tests.present.test_mermaid`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from inspector.domain.link import LINK_CHART
from inspector.present.mermaid import mermaid
from inspector.protocols.registry import ADAPTERS
from tests.domain.toy import CHART

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- charts:begin -->\n", "<!-- charts:end -->"


def charts() -> str:
    """The README's section."""
    titled = [(adapter.title, chart) for adapter in ADAPTERS.values() for chart in adapter.charts]
    titled.append(("The connection that carries a run's events", LINK_CHART))
    return "\n".join(f"**{title}**\n\n```mermaid\n{mermaid(chart)}\n```\n" for title, chart in titled)


def test_a_chart_begins_changes_and_ends() -> None:
    lines = mermaid(CHART).splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert "    [*] --> queued" in lines
    assert "    busy --> done" in lines
    assert "    done --> [*]" in lines
    assert len(lines) == 1 + 1 + len(CHART.edges) + sum(state.terminal for state in CHART.states)


def test_the_readme_has_the_charts_as_they_are() -> None:
    text = README.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0] == charts()


if __name__ == "__main__":
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(before + BEGIN + charts() + END + rest.partition(END)[2], encoding="utf-8")
