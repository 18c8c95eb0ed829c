"""A run that is shown as running and that nobody executes: its worker died, and the server's rows never heard of it."""

from __future__ import annotations

from inspector.domain.adapter import Rule
from inspector.domain.book import Said
from inspector.domain.case import Case
from inspector.domain.ending import silence
from inspector.domain.findings import Evidence
from inspector.domain.rules_run import lost as common_lost
from inspector.protocols.jsons import number

STEPS = ("refresh", "cancel", "copy_and_continue")


def idle(said: Said) -> bool:
    """Whether the server counts runs as running while not one of the workers that it has is busy."""
    active, most = number(said.data, "workers", "active"), number(said.data, "workers", "max")
    return active == 0 and bool(most) and bool(number(said.data, "queue", "n_running"))


def lost(case: Case, now: float) -> Evidence | None:
    """Unknown to the server; or silent, called running, and executed by nobody as often as the workers were counted.

    One process counts only its own workers, so one count is no proof: behind one address there may be several.
    """
    found, run = common_lost(case, now), case.run
    if found is not None or run.state != "running" or silence(case, now) < case.thresholds.silence_ms:
        return found
    heard = run.content_seq or run.first_seq
    counts = [said for said in case.answers("metrics", "server") if said.status == 200 and said.seq > heard]
    if len(counts) < 2 or not all(idle(said) for said in counts):
        return None
    return Evidence(tuple(said.seq for said in counts), {"idle": True, "times": len(counts)}, STEPS)


RULE = Rule("run.lost", lost)
