"""The tap for Node tells all that happens, and no program ever notices it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from inspector import assets
from tests.capture.sink import PATIENCE_S, Sink

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="there is no Node on this machine")

MODULE = assets.path("tap/node/stream-inspector-tap.cjs")

PROVIDER = """
const SYMBOL = Symbol.for('openai.agents.core.traceProvider');
class Provider {
  #all = [];
  constructor() {
    process.once('beforeExit', async () => { for (const one of this.#all) await one.shutdown(5000); });
  }
  registerProcessor(one) { this.#all.push(one); }
  setProcessors(all) { for (const one of this.#all) one.shutdown(); this.#all = all; }
  async tell(word, item) { for (const one of this.#all) await one[word]({ toJSON: () => item }); }
}
function provider() {
  const descriptor = Object.getOwnPropertyDescriptor(globalThis, SYMBOL);
  if (!globalThis[SYMBOL]) {
    const empty = { value: undefined, writable: true, configurable: true };
    if (!descriptor) Object.defineProperty(globalThis, SYMBOL, empty);
    globalThis[SYMBOL] = new Provider();
  }
  return globalThis[SYMBOL];
}
"""
"""What @openai/agents-core does with its provider, in both of its builds."""

BEGIN = """
await provider().tell('onTraceStart', { object: 'trace', id: 'trace_1', workflow_name: 'demo' });
await provider().tell('onSpanStart', { object: 'trace.span', id: 'span_1', trace_id: 'trace_1' });
"""
STARTED = ["trace_start", "span_start"]


def start(folder: Path, code: str, address: str | None, kind: str = "mjs", **more: str) -> subprocess.Popen[str]:
    """A tapped program of this code."""
    assert NODE is not None
    own = {"NODE_OPTIONS": f'--require "{MODULE.as_posix()}"', **more}
    if address is not None:
        own["STREAM_INSPECTOR_TAP"] = address
    program = folder / f"app.{kind}"
    text = PROVIDER + (code if kind == "mjs" else f"(async () => {{ {code} }})();")
    program.write_text(text, encoding="utf-8")
    environment: Mapping[str, str] = {"PATH": os.environ["PATH"], **own}
    return subprocess.Popen(
        [NODE, str(program)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, code: str, address: str | None, kind: str = "mjs", **more: str) -> tuple[int, str, str]:
    """Exit status, output and errors of such a program. Fails where it does not end."""
    with start(folder, code, address, kind, **more) as process:
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return process.returncode, out, err


@pytest.mark.parametrize("kind", ["mjs", "cjs"])
def test_a_start_is_told_while_the_program_hangs(kind: str, tmp_path: Path) -> None:
    with Sink().listening() as sink:
        with start(tmp_path, BEGIN + "process.stdin.resume();", sink.url, kind) as program:
            trace, span = sink.next(), sink.next()
            program.kill()
        assert [trace["is"], span["is"]] == STARTED
        assert span["item"] == {"object": "trace.span", "id": "span_1", "trace_id": "trace_1"}
        assert sink.paths[0] == "/v1/traces/tap"
        assert sink.rest() == []


def test_a_start_is_told_while_the_program_is_too_busy_to_send(tmp_path: Path) -> None:
    with Sink().listening() as sink, start(tmp_path, BEGIN + "for (;;) {}", sink.url) as program:
        assert [sink.next()["is"], sink.next()["is"]] == STARTED
        program.kill()


def test_a_kill_is_seen_by_the_request_that_it_holds_open(tmp_path: Path) -> None:
    with Sink().listening() as sink:
        with start(tmp_path, BEGIN + "process.stdin.resume();", sink.url) as program:
            app = sink.next()["app"]
            assert sink.held.wait(PATIENCE_S)
            assert sink.gone.empty()
            program.kill()
        assert sink.gone.get(timeout=PATIENCE_S) == app


@pytest.mark.parametrize("end", ["", "process.exit(0);"], ids=["by itself", "at once"])
def test_the_end_of_the_program_is_told_last(end: str, tmp_path: Path) -> None:
    code = BEGIN + "await provider().tell('onSpanEnd', { id: 'span_1', trace_id: 'trace_1', big: 10n });" + end
    with Sink().listening() as sink:
        assert run(tmp_path, code, sink.url + "/v1") == (0, "", "")
        assert sink.words_until("shutdown") == [*STARTED, "span_end", "shutdown"]


def test_an_end_by_an_exception_is_told_too(tmp_path: Path) -> None:
    with Sink().listening() as sink:
        status, _, err = run(tmp_path, BEGIN + "throw new RangeError('mine');", sink.url)
        assert sink.words_until("shutdown") == [*STARTED, "shutdown"]
    assert status == 1
    assert "RangeError: mine" in err
    assert "stream-inspector" not in err


def test_a_program_that_nobody_listens_to_ends_as_ever(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert run(tmp_path, BEGIN + "console.log('mine');", address) == (0, "mine\n", "")


def test_a_listener_that_never_answers_delays_no_end(tmp_path: Path) -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        assert run(tmp_path, BEGIN + "console.log('mine');", address) == (0, "mine\n", "")


@pytest.mark.parametrize("address", ["nowhere", "http://[", "ftp://x", "http://127.0.0.1:99999"])
def test_an_address_that_is_none_hurts_nobody(address: str, tmp_path: Path) -> None:
    assert run(tmp_path, BEGIN + "console.log('mine');", address) == (0, "mine\n", "")


def test_a_programs_choice_of_processors_keeps_the_tap(tmp_path: Path) -> None:
    with Sink().listening() as sink:
        assert run(tmp_path, "provider().setProcessors([]);" + BEGIN, sink.url) == (0, "", "")
        assert sink.words_until("shutdown") == [*STARTED, "shutdown"]


def test_what_cannot_be_told_is_no_ones_trouble(tmp_path: Path) -> None:
    code = "const ring = {}; ring.ring = ring; await provider().tell('onSpanStart', ring);" + BEGIN
    with Sink().listening() as sink:
        assert run(tmp_path, code, sink.url) == (0, "", "")
        assert sink.words_until("shutdown") == [*STARTED, "shutdown"]


def test_a_long_text_is_cut_and_says_how_long_it_was(tmp_path: Path) -> None:
    code = "await provider().tell('onSpanEnd', { id: 'span_1', output: 'x'.repeat(3000000) });"
    with Sink().listening() as sink:
        assert run(tmp_path, code, sink.url) == (0, "", "")
        output = sink.next()["item"]["output"]
    assert output.endswith("… (3000000 characters)")
    assert len(output) < 1_000_000


def test_without_the_variable_there_is_no_tap(tmp_path: Path) -> None:
    code = "console.log(Object.getOwnPropertyDescriptor(globalThis, SYMBOL));" + BEGIN
    assert run(tmp_path, code, None) == (0, "undefined\n", "")
