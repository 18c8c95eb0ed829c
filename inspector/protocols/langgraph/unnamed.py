"""Which run a request started whose answer did not name it: some servers send no header for it, some proxies eat it."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from inspector.protocols.exchange import Exchange
from inspector.protocols.jsons import items, text
from inspector.protocols.langgraph.rows import Rows

_SLACK_S = 2.0
"""A ``Date`` counts whole seconds, and a run is made a little before or after its request is answered."""


class Unnamed:
    """The newest such request of each thread."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._starts: dict[str, tuple[Exchange, float]] = {}

    def started(self, x: Exchange, now: float) -> None:
        """A request for a run of a thread was made, at log time ``now`` (ms)."""
        if "thread" in x.ids:
            self._starts[x.ids["thread"]] = (x, now)

    def found(self, x: Exchange, body: Any) -> tuple[Exchange, str] | None:
        """The request and the id of its run, where the answer to ``x``, a row or the rows of its thread, tells it.

        It is the only row that nobody has named so far and that was made while the request was answered, by the
        server's own clock. Where that shows no clock, the request has to be over.
        """
        listed = {"run": [body], "runs": items(body)}.get(x.about, [])
        start, asked_at = self._starts.get(x.ids.get("thread", ""), (None, 0.0))
        if start is None or start.run is None or start.status is None or not start.ok:
            return None
        if self._rows.run(start.run, None, None).id is not None:
            return None
        took = float(start.memory.get("answered", asked_at)) - asked_at
        fitting = [ident for row in listed if (ident := text(row, "run_id")) and self._fits(start, took, ident, row)]
        return (start, fitting[0]) if len(fitting) == 1 else None

    def _fits(self, start: Exchange, took: float, ident: str, row: Any) -> bool:
        key = self._rows.keys.find(ident)
        known = None if key is None else self._rows.runs.get(key)
        if known is not None and (known.body is not None or known.contents or known.state is not None):
            return False
        try:
            date = parsedate_to_datetime(str(start.answer["date"]))
            late = (datetime.fromisoformat(text(row, "created_at") or "") - date).total_seconds()
        except (KeyError, ValueError, TypeError, IndexError):
            return start.over
        return -took / 1000 - _SLACK_S <= late <= _SLACK_S
