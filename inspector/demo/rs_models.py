"""The models of the scenes. What goes wrong on a first request goes well when the same is asked again."""

from __future__ import annotations

from inspector.demo.events import Fault, Trouble
from inspector.demo.rs_run import Actor, Model, Script, Wait

ANSWER = "The harbour opens at nine, the ferry leaves at half past, and the weather will hold until the evening."
LONG = " ".join(f"Page {page} of the archive has been read and holds nothing of interest." for page in range(1, 13))
CALLS = (("get_weather", '{"city": "Oslo", "unit": "celsius"}'), ("get_time", '{"city": "Oslo"}'))
DANGEROUS = ("repo", "delete_branch", '{"branch": "release"}')


def _function(name: str, *parameters: str) -> dict[str, object]:
    properties = {parameter: {"type": "string"} for parameter in parameters}
    schema = {"type": "object", "properties": properties, "required": list(parameters)[:1]}
    return {"type": "function", "name": name, "description": "", "parameters": schema, "strict": False}


TOOLS = (_function("get_weather", "city", "unit"), _function("get_time", "city"))
MCP = ({"type": "mcp", "server_label": "repo", "server_url": "https://mcp.invalid/sse", "require_approval": "always"},)


def begin(act: Actor) -> Script:
    """What comes before anything is said."""
    yield Wait(0.4)
    act.begin()
    yield Wait(0.4)


def healthy(act: Actor, first: bool) -> Script:
    """Answers, and completes."""
    yield from begin(act)
    yield from act.say(ANSWER)
    act.complete()


def two_tools(act: Actor, first: bool) -> Script:
    """Wants two functions called, and answers with their outputs."""
    yield from begin(act)
    if act.outputs:
        told = " and ".join(f"“{output}”" for output in act.outputs.values())
        yield from act.say(f"The tools say {told}.")
    else:
        yield from act.call(CALLS)
    act.complete()


def approval(act: Actor, first: bool) -> Script:
    """Wants the call of a tool approved, makes it if it is, and says what came of it."""
    yield from begin(act)
    asked = [value for value in act.outputs.values() if isinstance(value, dict)]
    if not asked:
        act.ask_approval(*DANGEROUS)
    for decision in asked:
        if decision["approve"]:
            yield from act.mcp_call(decision["request"], "deleted")
            yield from act.say("The branch is deleted.")
        else:
            yield from act.say(f"The branch stays: {decision['reason'] or 'it was not approved'}.")
    act.complete()


def slow(act: Actor, first: bool) -> Script:
    """Writes for three quarters of a minute; for a few seconds when asked again."""
    yield from begin(act)
    yield from act.say(LONG if first else ANSWER, every=0.28 if first else 0.12)
    act.complete()


def silent_after_created(act: Actor, first: bool) -> Script:
    """Is created, and nothing more."""
    if first:
        yield Wait()
    yield from healthy(act, first)


def silent_mid_text(act: Actor, first: bool) -> Script:
    """Stops in the middle of a sentence."""
    yield from begin(act)
    if first:
        yield from _half(act, "The harbour opens at")
        yield Wait()
    yield from act.say(ANSWER)
    act.complete()


def failing(act: Actor, first: bool) -> Script:
    """Fails in the middle of its answer."""
    yield from begin(act)
    if first:
        yield from _half(act, "I have begun to look into this and")
        act.fail("server_error", "The model had an internal error while it was writing.")
    else:
        yield from act.say(ANSWER)
        act.complete()


def limited(act: Actor, first: bool) -> Script:
    """Runs into the limit of its output tokens."""
    yield from begin(act)
    if first:
        yield from _half(act, "There are seven ferries in the morning, and the first of them")
        act.incomplete("max_output_tokens")
    else:
        yield from act.say(ANSWER)
        act.complete()


def filtered(act: Actor, first: bool) -> Script:
    """Is stopped by the content filter."""
    yield from begin(act)
    if first:
        yield from _half(act, "This is how one gets into the house of a neighbour who")
        act.incomplete("content_filter")
    else:
        yield from act.say(ANSWER)
        act.complete()


def stuck_in_queue(act: Actor, first: bool) -> Script:
    """Is never taken up."""
    if first:
        yield Wait()
    yield from healthy(act, first)


def _half(act: Actor, text: str) -> Script:
    """A message that is begun and not ended: whatever ends the response ends it, too."""
    writing = act.say(text + " …")
    for _ in range(len(text.split(" ")) + 1):
        yield next(writing)
    yield Wait(0.6)


MODELS: tuple[Model, ...] = (
    Model("healthy", "Answers, and completes.", healthy),
    Model("no-headers", "The first attempt is never answered; the second is.", healthy, unanswered=1),
    Model("no-headers-twice", "Two attempts are never answered; the third is.", healthy, unanswered=2),
    Model("silent-after-created", "The stream says that there is a response, and no more.", silent_after_created),
    Model("silent-mid-text", "The stream stops in the middle of a sentence.", silent_mid_text, beats=True),
    Model(
        "no-terminal-event",
        "The stream ends properly, but before the event that tells the end of the response.",
        healthy,
        fault=Fault(Trouble.NO_FINAL),
    ),
    Model("cut-midway", "The stream breaks off after two seconds.", slow, fault=Fault(Trouble.CUT, 2.0)),
    Model("failing", "Fails in the middle of its answer.", failing),
    Model("token-limit", "Runs into the limit of its output tokens.", limited),
    Model("content-filter", "Is stopped by the content filter.", filtered),
    Model("two-tools", "Wants the outputs of two functions.", two_tools),
    Model("approval", "Wants the call of a tool approved.", approval),
    Model("stuck-in-queue", "Stays queued for ever.", stuck_in_queue),
    Model("slow", "Writes for three quarters of a minute.", slow),
)
