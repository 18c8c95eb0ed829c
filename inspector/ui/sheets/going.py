"""What an act began and what is still at work when nobody waits for it any more: neither proof nor failure so far."""

from __future__ import annotations

from inspector.domain.charts import Ending
from inspector.present.truth import headline
from inspector.present.words import ENDING_WORDS
from inspector.services.hub import Hub
from inspector.services.model import RunId, Step

AT_WORK = (Ending.RUNNING, Ending.NOT_STARTED)


def at_work(hub: Hub, run: RunId) -> bool:
    """Whether a run goes on, as far as anybody knows."""
    return hub.verdict(run).ending in AT_WORK


def came_to(hub: Hub, run: RunId) -> Step | None:
    """What became of a run that was at work; None while it still is."""
    verdict = hub.verdict(run)
    if verdict.ending in AT_WORK:
        return None
    good = verdict.ending in (Ending.COMPLETED, Ending.WAITING)
    return Step("seen" if good else "not_seen", f"{ENDING_WORDS[verdict.ending]}: {headline(verdict)}")
