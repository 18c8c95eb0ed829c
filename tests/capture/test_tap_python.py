"""The tap for Python tells all that happens, and no program ever notices it."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.capture.fake_sdk import TAP, lay_out, run, start
from tests.capture.sink import PATIENCE_S, Sink

USES = "import agents; agents.trace('demo'); agents.span('start', id='span_1'); "


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "packages")


@pytest.fixture(scope="module")
def tap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tap_under_test", TAP / "stream_inspector_tap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_start_is_told_while_the_program_hangs(sdk: Path) -> None:
    with Sink().listening() as sink, start(USES + "input()", sink.url, sdk) as program:
        trace, span = sink.next(), sink.next()
        program.kill()
    assert (trace["is"], trace["item"]["workflow_name"]) == ("trace_start", "demo")
    assert (span["is"], span["item"]["id"]) == ("span_start", "span_1")
    assert trace["app"] == span["app"] != ""
    assert sink.paths[0] == "/v1/traces/tap"
    assert sink.rest() == []


def test_a_kill_is_seen_by_the_request_that_it_holds_open(sdk: Path) -> None:
    with Sink().listening() as sink:
        with start(USES + "input()", sink.url, sdk) as program:
            app = sink.next()["app"]
            assert sink.held.wait(PATIENCE_S)
            assert sink.gone.empty()
            program.kill()
        assert sink.gone.get(timeout=PATIENCE_S) == app


def test_the_end_of_the_program_is_told_last(sdk: Path) -> None:
    with Sink().listening() as sink:
        assert run(USES + "agents.span('end', id='span_1')", sink.url + "/v1", sdk) == (0, "", "")
        assert sink.words_until("shutdown") == ["trace_start", "span_start", "span_end", "shutdown"]


def test_an_end_by_an_exception_is_told_too(sdk: Path) -> None:
    with Sink().listening() as sink:
        status, _, err = run(USES + "raise ValueError('mine')", sink.url, sdk)
        assert sink.words_until("shutdown")[-2:] == ["span_start", "shutdown"]
    assert status == 1
    assert "stream_inspector" not in err


def test_a_program_that_nobody_listens_to_ends_as_ever(sdk: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert run(USES + "print('mine')", address, sdk) == (0, "mine\n", "")


def test_a_listener_that_never_answers_delays_no_end(sdk: Path) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        code = USES + "import time; t = time.monotonic(); import atexit; "
        code += "agents.tracing.get_trace_provider().shutdown(); print(time.monotonic() - t < 4)"
        assert run(code, f"http://127.0.0.1:{mute.getsockname()[1]}", sdk) == (0, "True\n", "")


@pytest.mark.parametrize("address", ["nowhere", "http://[", "ftp://x:1", "http://127.0.0.1:99999", "http://", "\u2603"])
def test_an_address_that_is_none_hurts_nobody(address: str, sdk: Path) -> None:
    assert run(USES + "print('mine')", address, sdk) == (0, "mine\n", "")


def test_who_listens_later_is_told_what_waited(sdk: Path) -> None:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    with start(USES + "input()", f"http://127.0.0.1:{port}", sdk) as program:
        with Sink(port).listening() as sink:
            assert [sink.next()["is"], sink.next()["is"]] == ["trace_start", "span_start"]
        program.kill()


def test_what_is_refused_is_not_sent_again(sdk: Path) -> None:
    with Sink(status=400).listening() as sink:
        assert run(USES, sink.url, sdk) == (0, "", "")
        assert sink.words_until("shutdown") == ["trace_start", "span_start", "shutdown"]
    assert sink.rest() == []


def test_without_the_variable_there_is_no_tap(sdk: Path) -> None:
    code = "import sys; before = list(sys.meta_path); " + USES
    code += "print(agents.tracing.get_trace_provider().processors, any('inspector' in str(f) for f in before))"
    assert run(code, None, sdk) == (0, "() False\n", "")


def test_the_import_system_is_left_as_it_was(sdk: Path) -> None:
    with Sink().listening() as sink:
        code = "import agents, sys, inspect; print(type(agents.__loader__).__name__, agents.__spec__.loader is "
        code += (
            "agents.__loader__, any('tap' in type(f).__module__ for f in sys.meta_path), inspect.getsource(agents)[:4])"
        )
        assert run(code, sink.url, sdk) == (0, "SourceFileLoader True False from\n", "")


def test_another_package_called_agents_is_left_alone(tmp_path: Path) -> None:
    other = lay_out(tmp_path, {"agents.py": "mine = 1\n"})
    with Sink().listening() as sink:
        assert run("import agents; print(agents.mine)", sink.url, other) == (0, "1\n", "")
    assert sink.posts == 0


def test_a_package_that_cannot_be_imported_fails_with_its_own_error(tmp_path: Path) -> None:
    broken = lay_out(tmp_path, {"agents.py": "raise LookupError('mine')\n"})
    status, _, err = run("import agents", "http://127.0.0.1:1", broken)
    assert status == 1
    assert err.strip().endswith("LookupError: mine")


def test_the_programs_own_sitecustomize_runs_too(sdk: Path, tmp_path: Path) -> None:
    own = lay_out(tmp_path / "own", {"sitecustomize.py": "import builtins\nbuiltins.OWN = __file__\n"})
    with Sink().listening() as sink:
        code = USES + "import sitecustomize; print(OWN == sitecustomize.__file__)"
        assert run(code, sink.url, own, sdk) == (0, "True\n", "")
        assert sink.next()["is"] == "trace_start"


def test_an_error_in_the_own_sitecustomize_is_seen_as_ever(sdk: Path, tmp_path: Path) -> None:
    own = lay_out(tmp_path / "own", {"sitecustomize.py": "raise LookupError('own')\n"})
    with Sink().listening() as sink:
        status, out, err = run(USES + "print('mine')", sink.url, own, sdk)
        assert sink.next()["is"] == "trace_start"
    assert (status, out) == (0, "mine\n")
    assert "Error in sitecustomize" in err
    assert "LookupError: own" in err


@pytest.mark.parametrize(
    "choice",
    [
        "agents.set_trace_processors([]); ",
        "agents.set_trace_provider(agents.tracing.provider.DefaultTraceProvider()); ",
        "\nclass Own:\n    processors = ()\n    def register_processor(self, one): self.processors = (one,)\n"
        "agents.set_trace_provider(Own())\n",
    ],
)
def test_a_programs_choice_of_processors_or_provider_keeps_the_tap(choice: str, sdk: Path) -> None:
    with Sink().listening() as sink:
        code = "import agents; " + choice + "agents.span('start', id='span_1')"
        assert run(code, sink.url, sdk) == (0, "", "")
        assert sink.words_until("shutdown") == ["span_start", "shutdown"]


def test_an_export_that_fails_is_no_ones_trouble(sdk: Path) -> None:
    code = "import agents\nclass Bad:\n    def export(self): raise RuntimeError\n"
    code += "own = agents.tracing.get_trace_provider()\nfor one in own.processors: one.on_span_end(Bad())\n"
    with Sink().listening() as sink:
        assert run(code + "agents.trace('demo')", sink.url, sdk) == (0, "", "")
        assert sink.words_until("shutdown") == ["trace_start", "shutdown"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
def test_a_forked_child_speaks_for_itself(sdk: Path) -> None:
    code = "import warnings; warnings.simplefilter('ignore'); "  # Python 3.12 warns of a fork beside threads
    code += USES + "import os; agents.span('end', id='span_1'); child = os.fork(); "
    code += "agents.trace('child') if child == 0 else print(os.waitpid(child, 0)[1])"
    with Sink().listening() as sink:
        assert run(code, sink.url, sdk) == (0, "0\n", "")
        events = [sink.next() for _ in range(6)]
    names = {event["app"] for event in events if event["is"] == "trace_start"}
    assert len(names) == 2
    assert [event["is"] for event in events].count("shutdown") == 2


def _endless() -> dict[str, Any]:
    ring: dict[str, Any] = {"is": "span_end"}
    ring["item"] = ring
    return ring


@pytest.mark.parametrize(
    "item",
    [
        {"data": object()},
        {"data": float("nan")},
        {("a", 1): 2},
        {"data": "\ud800"},
        {"output": "x" * 3_000_000},
        {"many": ["y" * 300] * 20_000},
        _endless(),
    ],
    ids=["an object", "NaN", "no name", "half a character", "a long text", "a long list", "a ring"],
)
def test_every_event_becomes_json_of_a_bearable_length(item: dict[Any, Any], tap: ModuleType) -> None:
    body = tap.encoded({"is": "span_end", "item": item})
    assert len(body) <= tap.MOST_BYTES

    def refuse(name: str) -> None:
        raise AssertionError(name)

    assert json.loads(body, parse_constant=refuse)["is"] == "span_end"


def test_a_cut_text_says_how_long_it_was(tap: ModuleType) -> None:
    value = json.loads(tap.encoded({"is": "span_end", "item": {"output": "x" * 3_000_000}}))
    assert value["item"]["output"].endswith("… (3,000,000 characters)")
