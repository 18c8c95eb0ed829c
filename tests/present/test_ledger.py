"""The ledger in words and as JSON."""

from __future__ import annotations

import json

from inspector.domain.sideeffects import Entry, Fate
from inspector.present.ledger import TITLES, ledger_lines, ledger_object

ENTRIES = (
    Entry("node", "plan", Fate.DONE, 2, "", (4, 9)),
    Entry("node", "book", Fate.AGAIN, 1, "began and was not seen to end", (7,)),
    Entry("tool", "pay", Fate.UNKNOWN, 0, "asked for; no output was seen", (10,)),
    Entry("node", "mail", Fate.FIRST, 0, "not seen to run so far"),
)


def test_what_costs_most_is_told_first() -> None:
    assert ledger_lines(ENTRIES) == [
        "Runs again, from the beginning: book (began and was not seen to end, #7).",
        "Unknown: tool pay (asked for; no output was seen, #10).",
        "Runs: mail (not seen to run so far).",
        "Has run, and is not repeated: plan 2× (#4 #9).",
    ]
    assert ledger_lines(()) == []


def test_every_fate_has_its_title() -> None:
    assert set(TITLES) == set(Fate)


def test_it_is_json() -> None:
    told = json.loads(json.dumps(ledger_object(ENTRIES)))
    assert told[1] == {
        "kind": "node",
        "name": "book",
        "fate": "again",
        "times": 1,
        "note": "began and was not seen to end",
        "frames": [7],
    }
