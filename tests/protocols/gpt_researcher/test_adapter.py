"""The adapter's own answers: what can be asked, joined and fetched."""

from __future__ import annotations

from inspector.domain.adapter import Target
from inspector.protocols.gpt_researcher import ADAPTER
from inspector.protocols.gpt_researcher.adapter import GptResearcherAdapter
from tests.protocols.gpt_researcher.talk import Talk


def test_a_run_on_a_socket_can_be_neither_asked_for_nor_joined() -> None:
    assert isinstance(ADAPTER, GptResearcherAdapter)
    target = Target("gpt_researcher")
    assert not ADAPTER.look(target, {})
    assert not ADAPTER.attach(target, {})
    assert ADAPTER.recognise("ws://127.0.0.1:8000/ws") is not None
    assert ADAPTER.poll_after({"retry-after": "3"}) is None
    assert ADAPTER.draw(Talk().start(0).case(), 0) is None


def test_a_saved_report_can_be_asked_for() -> None:
    (call,) = ADAPTER.look(Target("gpt_researcher", "r1"), {})
    assert (call.method, call.path, call.reads) == ("GET", "/api/reports/r1", True)


def test_the_file_of_the_report_is_fetched_once_it_is_named() -> None:
    talk = Talk().start(0).accepted(1).report(2, "# T\n")
    assert ADAPTER.drawing_call(talk.case()) is None
    call = ADAPTER.drawing_call(talk.path(3).case())
    assert call is not None
    assert (call.method, call.path, call.reads) == ("GET", "/outputs/x.md", True)
    assert ADAPTER.drawing_call(talk.fetched(4, "# T").case()) is None


def test_a_run_whose_files_were_not_made_has_nothing_to_fetch() -> None:
    talk = Talk().start(0).accepted(1).told(2, type="path", output={"md": "", "pdf": ""})
    assert ADAPTER.drawing_call(talk.case()) is None
