from __future__ import annotations

from inspector.domain.adapter import Page, Query, RunRef, ThreadRef
from inspector.domain.calls import Reply
from inspector.protocols.langgraph.discover import discover
from tests.protocols.langgraph.fakes import Server

SEARCH, COUNT, RUNS = "POST /threads/search", "POST /threads/count", "GET /threads/t1/runs"
ROW = {"thread_id": "t1", "status": "busy", "updated_at": "2026", "metadata": {"graph_id": "hitl"}}
RUN = {"run_id": "r1", "thread_id": "t1", "status": "success", "created_at": "2025", "metadata": {"graph_id": "g"}}


def test_threads_with_filters() -> None:
    server = Server().on(SEARCH, [ROW])

    page = server.drive(discover(Query("threads", status="busy", metadata={"user": "u"}, limit=5)))

    assert page == Page((ThreadRef("t1", "busy", "2026", "hitl", {"graph_id": "hitl"}),))
    sent = server.calls[0].json
    assert (sent["limit"], sent["offset"], sent["status"], sent["metadata"]) == (5, 0, "busy", {"user": "u"})
    assert sent["sort_by"] == "updated_at"
    assert "values" not in sent["select"]
    assert server.writes == []


def test_a_next_page_and_a_total_that_is_only_a_lower_bound() -> None:
    headers = {"x-pagination-next": "1", "x-pagination-total": "2"}
    server = Server().on(SEARCH, Reply(200, headers, [ROW])).on(COUNT, 29)

    page = server.drive(discover(Query("threads", limit=1)))

    assert (page.next, page.total) == ("1", 29)


def test_later_pages_start_where_the_last_one_ended() -> None:
    server = Server().on(SEARCH, [ROW])

    server.drive(discover(Query("threads", after="40")))

    assert server.calls[0].json["offset"] == 40


def test_a_full_page_without_headers_may_have_a_next_one() -> None:
    assert Server().on(SEARCH, [ROW]).drive(discover(Query("threads", limit=1))).next == "1"
    told = Reply(200, {"X-Pagination-Total": "1"}, [ROW])
    page = Server().on(SEARCH, told).drive(discover(Query("threads", limit=1)))
    assert (page.next, page.total) == (None, 1)


def test_a_server_that_knows_no_sorting_is_asked_plainly() -> None:
    server = Server().on(SEARCH, Reply(422), Reply(422), [ROW])

    page = server.drive(discover(Query("threads")))

    assert len(page.items) == 1
    assert set(server.calls[-1].json) == {"limit", "offset"}


def test_refusals_are_sentences() -> None:
    assert Server().on(SEARCH, Reply(401)).drive(discover(Query("threads"))).error == (
        "The threads cannot be listed: 401: the key was refused."
    )
    assert "404" in (Server().drive(discover(Query("runs", "t1"))).error or "")
    assert "500" in (Server().on(SEARCH, Reply(500)).drive(discover(Query("runs"))).error or "")


def test_runs_of_a_thread() -> None:
    server = Server().on(RUNS, [RUN, {**RUN, "run_id": "r2", "status": "error"}, {"no": "id"}])

    page = server.drive(discover(Query("runs", "t1", status="success")))

    assert page.items == (RunRef("r1", "t1", "success", "2025", "g"),)
    assert ("status", "success") in server.calls[0].query


def test_runs_of_all_threads() -> None:
    server = Server().on(SEARCH, [ROW, {**ROW, "thread_id": "gone"}]).on(RUNS, [RUN])

    page = server.drive(discover(Query("runs")))

    assert page == Page((RunRef("r1", "t1", "success", "2025", "g"),))


def test_runs_of_many_threads_come_in_pages() -> None:
    server = Server().on(SEARCH, [{**ROW, "thread_id": f"t{n}"} for n in range(20)])

    assert server.drive(discover(Query("runs", after="20"))).next == "40"


def test_one_thread_is_read_by_its_id() -> None:
    server = Server().on("GET /threads/t1", {**ROW, "status": "interrupted"})
    page = server.drive(discover(Query("threads", "t1")))
    assert [(one.id, one.status) for one in page.items] == [("t1", "interrupted")]
    assert "cannot be read" in str(Server().drive(discover(Query("threads", "t2"))).error)
