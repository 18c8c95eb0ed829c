"""Findings that only GPT-Researcher has."""

from __future__ import annotations

from inspector.domain.adapter import Rule
from inspector.domain.rules_stream import noticed

RULES: tuple[Rule, ...] = (
    noticed("gpt_researcher.no_report"),
    noticed("gpt_researcher.report_restarted"),
    noticed("gpt_researcher.busy"),
    noticed("gpt_researcher.answer_swallowed"),
)
