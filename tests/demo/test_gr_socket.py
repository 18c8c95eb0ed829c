from __future__ import annotations

from websockets.frames import Close, Opcode

from inspector.demo.gr_scripts import task_of
from inspector.demo.gr_socket import PING_S
from tests.demo.gr_support import Visit


def visit(name: str, seconds: float = 60.0) -> Visit:
    made = Visit()
    made.start(task_of(name))
    made.turn(seconds)
    return made


def test_a_task_that_goes_well() -> None:
    steps = visit("healthy").steps()
    assert steps[:2] == ["accepted", "starting_research"]
    assert steps[-2:] == ["report_written", "path"]


def test_the_server_pings_and_answers_a_text_ping() -> None:
    made = visit("alive-stall", 3 * PING_S)
    assert made.ops().count(Opcode.PING) == 3
    idle = Visit()
    idle.say("ping")
    assert bytes(idle.frames[-1].data) == b"pong"


def test_a_stalled_task_holds_its_socket() -> None:
    made = visit("alive-stall")
    made.start("another")
    assert made.steps()[-1] == "warning"


def test_a_deaf_server_says_and_hears_nothing() -> None:
    made = visit("deaf-stall")
    heard = len(made.frames)
    made.say("ping")
    made.turn(120)
    made.close()
    assert len(made.frames) == heard


def test_the_first_answer_is_thrown_away_and_the_second_is_used() -> None:
    made = visit("plan-question")
    assert made.steps()[-1] == "request"
    made.say('{"type": "human_feedback", "content": "no"}')
    assert made.steps()[-1] == "warning"
    made.turn(60)
    assert made.steps()[-1] == "warning"
    made.say('{"type": "human_feedback", "content": "no"}')
    made.turn(60)
    assert made.steps()[-1] == "path"


def test_a_text_ping_is_taken_for_the_answer() -> None:
    made = visit("plan-question")
    made.say("ping")
    made.say("ping")
    made.turn(60)
    assert made.steps()[-1] == "path"


def test_what_is_said_after_our_close_comes_before_the_answer_to_it() -> None:
    made = visit("written-after-close", 5)
    made.close()
    assert made.ops()[-3:] == [Opcode.TEXT, Opcode.TEXT, Opcode.CLOSE]
    assert made.wire.closed


def test_a_server_that_is_told_to_stop_closes_and_one_that_is_killed_does_not() -> None:
    made = visit("restarting")
    assert Close.parse(bytes(made.frames[-1].data)).code == 1012
    killed = visit("killed")
    assert killed.wire.closed
    assert Opcode.CLOSE not in killed.ops()


def test_what_is_refused_aloud_and_what_in_silence() -> None:
    made = Visit()
    made.start("x", report_type="")
    made.say("start {}")
    made.say("start nonsense")
    assert not made.frames
    made.say("hello")
    assert made.texts() == [{"type": "error", "content": "error", "output": made.texts()[0]["output"]}]
    assert visit("busy").steps() == ["warning"]


def test_an_error_ends_the_task_and_not_the_socket() -> None:
    made = visit("failed")
    assert made.steps()[-1] == "error"
    assert not made.wire.closed
    made.say('chat {"message": "why?"}')
    made.say("chat {}")
    made.turn(1)
    assert made.steps()[-1].startswith(("According", "No message"))


def test_a_lost_connection_stops_its_task() -> None:
    made = visit("healthy", 1)
    made.socket.lost(torn=False)
    assert made.clock.waiting == 0
