"""The lifecycle of a GPT-Researcher run, inferred: the wire has no status, no run id and no end but ``path``.

Deep, detailed and multi-agent reports go round planning, searching and writing many times, in parallel branches without
ids; so every change between the working states is declared, and counted rather than drawn as a line.
"""

from __future__ import annotations

from inspector.domain.charts import Chart, Ending, State, StateKind

_WORK = ("accepted", "planning", "searching", "context_ready", "writing", "publishing")
_ENDS = ("completed", "no_report", "failed")

CHART = Chart(
    "gpt_researcher",
    (
        State("requested", StateKind.START),
        *(State(name, StateKind.BUSY) for name in _WORK),
        State("awaiting_human", StateKind.WAITS),
        State("completed", StateKind.GOOD_END, Ending.COMPLETED),
        State("no_report", StateKind.BAD_END, Ending.INCOMPLETE),
        State("failed", StateKind.BAD_END, Ending.FAILED),
        State("refused", StateKind.BAD_END, Ending.FAILED),
    ),
    frozenset(
        [("requested", "accepted"), ("requested", "refused"), ("requested", "failed")]
        + [(one, two) for one in _WORK for two in _WORK if one != two]
        + [(one, end) for one in _WORK for end in _ENDS]
        + [(one, "awaiting_human") for one in _WORK]
        + [("awaiting_human", to) for to in (*_WORK, *_ENDS)]
    ),
)

STEPS = {
    "planning": "starting_research agent_generated planning_research subqueries initial_research",
    "searching": "running_subquery_research added_source_url researching scraping_urls scraping_content"
    " scraping_images scraping_complete fetching_query_content subquery_context_not_found mcp_retriever"
    " parallel_research depth_research",
    "context_ready": "research_step_finalized context_combined",
    "writing": "writing_report writing_introduction introduction_written generating_subtopics generating_draft_sections"
    " writing_conclusion report_written draft_sections_generated subtopics_generated conclusion_written"
    " research_layout_content fact_checking visualizing",
    "publishing": "publishing research_report",
}
STATE_OF = {step: state for state, steps in STEPS.items() for step in steps.split()}
"""A ``logs`` frame's ``content`` to the state that it means; unknown steps mean none."""

BEGINS_TEXT = frozenset(["writing_report", "writing_introduction", "writing_conclusion"])
"""Steps after which a text begins; each may begin with the same line as another."""
