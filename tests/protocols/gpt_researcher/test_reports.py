from __future__ import annotations

from inspector.domain.events import MessageSeen, ServerSaid
from inspector.protocols.gpt_researcher import reports

REPORT = {
    "id": "r1",
    "question": "why?",
    "answer": "# Because",
    "chatMessages": [{"role": "user", "content": "so?"}],
    "timestamp": 1_795_223_043_000,
}


def test_a_path_names_a_report() -> None:
    assert reports.id_in("/base/api/reports/r1") == "r1"
    assert reports.id_in("/api/reports") is None
    assert reports.id_in("/api/reports/r1/chat") is None
    assert reports.listing().path == "/api/reports"
    assert reports.one("r1").reads


def test_rows_are_the_newest_first() -> None:
    rows = reports.rows({"reports": [{"id": "old", "timestamp": 5}, REPORT, {"question": "no id"}, 3]})
    assert [row.id for row in rows] == ["r1", "old"]
    assert (rows[0].created_at, rows[0].title, rows[0].status) == (1_795_223_043.0, "why?", "saved")


def test_a_report_tells_its_question_answer_and_talk() -> None:
    facts = list(reports.told("r1", {"report": REPORT}, 200))
    assert [(fact.role, fact.text) for fact in facts if isinstance(fact, MessageSeen)] == [
        ("user", "why?"),
        ("assistant", "# Because"),
        ("user", "so?"),
    ]


def test_a_report_that_is_not_there() -> None:
    (said,) = reports.told("r1", {"detail": "Report not found"}, 404)
    assert said == ServerSaid("run", "r1", None, 404)
