"""The assistants of the scenes. What goes wrong on a thread's first run goes well on the next one."""

from __future__ import annotations

from inspector.demo.as_run import Actor, Assistant, Outputs, Script, Wait
from inspector.demo.events import Fault, Trouble

_ANSWER = "The harbour opens at nine, the ferry leaves at half past, and the weather will hold until the evening."
_LONG = " ".join(f"Page {page} of the archive has been read and holds nothing of interest." for page in range(1, 13))
_CALLS = (("get_weather", '{"city": "Oslo", "unit": "celsius"}'), ("get_time", '{"city": "Oslo"}'))


def _function(name: str, *parameters: str) -> dict[str, object]:
    properties = {parameter: {"type": "string"} for parameter in parameters}
    schema = {"type": "object", "properties": properties, "required": list(parameters)[:1]}
    return {"type": "function", "function": {"name": name, "description": "", "parameters": schema, "strict": False}}


_TOOLS = (_function("get_weather", "city", "unit"), _function("get_time", "city"))


def _begin(act: Actor) -> Script:
    yield Wait(0.6)
    act.begin()
    yield Wait(0.6)


def healthy(act: Actor, first: bool) -> Script:
    """Answers, and completes."""
    yield from _begin(act)
    yield from act.say(_ANSWER)
    act.complete()


def two_tools(act: Actor, first: bool) -> Script:
    """Needs the outputs of two tools, and answers with them."""
    yield from _begin(act)
    yield from act.ask(_CALLS)
    outputs = yield Outputs()
    told = " and ".join(f"“{output}”" for output in outputs.values())
    yield from act.say(f"The tools say {told}.")
    act.complete()


def long(act: Actor, first: bool) -> Script:
    """Writes for three quarters of a minute; on the next runs for a few seconds."""
    yield from _begin(act)
    yield from act.say(_LONG if first else _ANSWER, every=0.28 if first else 0.12)
    act.complete()


def hanging(act: Actor, first: bool) -> Script:
    """Begins and never comes to an end."""
    if not first:
        yield from healthy(act, first)
        return
    yield from _begin(act)
    yield Wait()


def silent(act: Actor, first: bool) -> Script:
    """Takes a minute, and then completes."""
    yield from _begin(act)
    if first:
        yield Wait(55.0)
    yield from act.say(_ANSWER)
    act.complete()


def filtered(act: Actor, first: bool) -> Script:
    """Is stopped by the content filter in the middle of its answer."""
    yield from _begin(act)
    yield from act.say("This is how one gets into the house of a neighbour who" if first else _ANSWER)
    if first:
        act.incomplete("content_filter")
    else:
        act.complete()


def failing(act: Actor, first: bool) -> Script:
    """Fails in the middle of its answer."""
    yield from _begin(act)
    yield from act.say("I have begun to look into this and" if first else _ANSWER)
    if first:
        yield Wait(0.8)
        act.fail("rate_limit_exceeded", "Rate limit reached for requests per minute. Please try again in 20s.")
    else:
        act.complete()


ASSISTANTS: tuple[Assistant, ...] = (
    Assistant("asst_healthy", "Healthy", "Answers, and completes.", healthy),
    Assistant("asst_two_tool_outputs", "Two tools", "Waits for two tool outputs.", two_tools, _TOOLS),
    Assistant("asst_expiring", "Expiring", "Waits for tool outputs, and not for long.", two_tools, _TOOLS, lifetime=90),
    Assistant("asst_expired", "Expired", "Waits for tool outputs that come too late.", two_tools, _TOOLS, lifetime=8),
    Assistant(
        "asst_cut_midway",
        "Cut midway",
        "The stream breaks off after three seconds; the run goes on and completes.",
        long,
        fault=Fault(Trouble.CUT, 3.0),
    ),
    Assistant(
        "asst_no_final_event",
        "No final event",
        "The stream ends properly, but before the event that tells the end of the run.",
        healthy,
        fault=Fault(Trouble.NO_FINAL),
    ),
    Assistant(
        "asst_silent",
        "Silent",
        "The stream is opened and never sends a byte; the run completes after a minute.",
        silent,
        fault=Fault(Trouble.SILENT),
    ),
    Assistant(
        "asst_keepalives_only",
        "Keep-alives only",
        "The run begins, and then nothing comes but keep-alives.",
        hanging,
        beats=True,
    ),
    Assistant("asst_stuck", "Stuck", "Is taken up and never ends by itself.", hanging),
    Assistant("asst_content_filter", "Content filter", "Is stopped by the content filter.", filtered),
    Assistant("asst_failed", "Failed", "Fails in the middle of its answer.", failing),
    Assistant("asst_cancelled", "Cancelled", "Writes long enough to be cancelled.", long),
    Assistant("asst_zombie", "Zombie", "Belongs to a worker that is no more.", hanging, cancel_takes=5.0),
)
