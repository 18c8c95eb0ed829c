"""Asking a server what it is and what it has, and the ways to watch a response: all of it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.adapter import Page, Probe, Query, RunRef, Source, Target
from inspector.domain.calls import Answer, Call, Reply, Script
from inspector.protocols.asking import try_out
from inspector.protocols.jsons import items, number, obj, text
from inspector.protocols.responses.items import error_of
from inspector.protocols.responses.routes import conversation_path, response_path

NO_LIST = (
    "This server does not list its responses: paste the id of one (resp_…), or an error message, URL or log line "
    "with it, or record the traffic of the app."
)
NO_THREADS = "Servers of this protocol do not list conversations: paste the id of a response or of a conversation."
ONLY_MODELS = (
    "The server lists models and answers no question about responses. Whether it takes POST /responses shows with the "
    "first one; one that is over cannot be asked for here."
)
_NOWHERE = "resp_000000000000000000000000"
_PAGE = 100


def get(path: str, label: str, **query: str | int | None) -> Call:
    """A read."""
    given = tuple((name, str(value)) for name, value in query.items() if value is not None)
    return Call("GET", path, given, label=label)


def items_call(conversation: str) -> Call:
    """The newest items of a conversation."""
    return get(conversation_path(conversation, "items"), "items", limit=_PAGE, order="desc")


def input_call(response: str) -> Call:
    """What a response was given."""
    return get(response_path(response, "input_items"), "input items", limit=_PAGE)


def stream_call(ident: str, after: int | None = None) -> Call:
    """The events of a background response again: all of them, or those after number ``after``."""
    query: tuple[tuple[str, str], ...] = (("stream", "true"),)
    if after is not None:
        query += (("starting_after", str(after)),)
    return Call("GET", response_path(ident), query, answer=Answer.STREAM, label="stream of the response")


def probe() -> Script[Probe]:
    """Does it list responses, or know at least what a response is? Models alone are enough only where nothing else
    fits: many servers of this API have but the one POST."""
    tried: list[tuple[str, str]] = []
    nothing = yield from try_out(get(response_path(_NOWHERE), "a response that is not there"), tried, _said)
    if nothing.status == 0:
        return Probe(0.0, tried=tuple(tried), problem=nothing.error or "The server cannot be reached.")
    listed = yield from try_out(get("/responses", "its responses", limit=1), tried, _said)
    models = yield from try_out(get("/models", "its models", limit=20), tried, _said)
    lists = listed.ok and isinstance(obj(listed.body).get("data"), list)
    has_models = models.ok and isinstance(obj(models.body).get("data"), list)
    takes = listed.status == 405  # the path is there, and wants another method
    sure = max(0.85 if lists else 0.0, _sure_of_nothing(nothing), 0.7 if takes else 0.0, 0.5 if has_models else 0.0)
    refused = next((reply for reply in (nothing, listed, models) if reply.status in (401, 403)), None)
    problem = None
    if refused is not None:
        problem = f"The server answered {refused.status}: {error_of(refused.body)[0] or 'it wants another key'}"
    elif sure == 0.5:
        problem = ONLY_MODELS
    names = [name for entry in items(models.body, "data") if (name := text(entry, "id")) is not None]
    return Probe(
        sure,
        server=_server(nothing, listed, models),
        tried=tuple(tried),
        capabilities={"lists": lists, "retrieves": _sure_of_nothing(nothing) > 0, "threads": "none"},
        assistants=tuple((name, name) for name in names[:50]) if has_models else (),
        problem=problem,
    )


def _said(reply: Reply) -> str:
    return "" if reply.ok else error_of(reply.body)[0]


def _sure_of_nothing(reply: Reply) -> float:
    """How it denies a response that is not there: only who knows responses says so."""
    message = error_of(reply.body)[0].lower()
    if reply.status in (400, 404) and "response" in message and ("found" in message or _NOWHERE in message):
        return 0.8
    return 0.0


def _server(*replies: Reply) -> str:
    for reply in replies:
        names = {name.lower(): value for name, value in reply.headers.items()}
        if "apim-request-id" in names or "azureml-model-session" in names or "x-ms-region" in names:
            return "Azure"
        if "openai-version" in names:
            return "OpenAI"
        if any(name.startswith("x-litellm") for name in names):
            return "LiteLLM"
    return "Responses-compatible server"


def discover(query: Query) -> Script[Page]:
    """A page of responses, from the few servers that list them."""
    if query.kind == "threads":
        return Page(error=NO_THREADS)
    limit = max(1, min(query.limit, _PAGE))
    reply = yield get("/responses", "responses", limit=limit, order="desc", after=query.after)
    if reply is None or reply.status == 0:
        return Page(error=(reply.error if reply is not None else None) or "The server did not answer.")
    listed = obj(reply.body).get("data")
    if not reply.ok or not isinstance(listed, list):
        return Page(error=NO_LIST)
    rows = [_row(entry) for entry in listed if text(entry, "id") is not None]
    fits = [row for row in rows if query.status in (None, row.status) and query.thread in (None, row.thread)]
    more = obj(reply.body).get("has_more") is True and rows
    return Page(tuple(fits), rows[-1].id if more else None)


def _row(entry: Any) -> RunRef:
    thread = text(entry, "conversation") or text(entry, "conversation", "id")
    made = number(entry, "created_at")
    return RunRef(text(entry, "id") or "", thread, text(entry, "status"), made, text(entry, "model") or "")


def look(target: Target) -> Sequence[Call]:
    """The reads that tell how a response, or a conversation, stands; none for one that was never named."""
    ident = target.run or target.thread
    if ident is None:
        return ()
    if target.run is None and ident.startswith("conv"):
        return (get(conversation_path(ident), "conversation"), items_call(ident))
    return (get(response_path(ident), "response"),)


def attach(target: Target) -> Sequence[Source]:
    """A background response that was started with ``stream`` can be streamed again, for about five minutes. One that
    was never named cannot be asked for."""
    if target.run is None:
        return ()
    again = Source("stream of the response", stream_call(target.run), after="starting_after")
    return (again, Source("asking for the response again and again"))


def poll_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a ``Retry-After``, at most a minute; a date in it is nothing to count by without a clock."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    return min(max(float(value), 0.2), 60.0) if value.isdecimal() and len(value) < 10 else None
