"""Findings that only GPT-Researcher has."""

from __future__ import annotations

from inspector.domain.adapter import Rule
from inspector.domain.rules_stream import noticed

RULES: tuple[Rule, ...] = (
    noticed("gpt_researcher.no_report", ("refresh", "start_again")),
    noticed("gpt_researcher.report_restarted", ("refresh", "start_again")),
    noticed("gpt_researcher.report_differs", ("refresh",)),
    noticed("gpt_researcher.busy"),
    noticed("gpt_researcher.answer_swallowed", ("answer_plan",)),
)
