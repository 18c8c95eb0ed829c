"""The HTTP interface of the simulated Responses server, below ``/v1``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inspector.capture.http import Reply
from inspector.demo.as_http import refused
from inspector.demo.clock import unix
from inspector.demo.events import NO_FAULT, Dialect, EventStream, Fault, Trouble
from inspector.demo.routes import Answer, Exchange, Routes, compact
from inspector.demo.rs_engine import Refusal, Responses
from inspector.demo.rs_run import WINDOW
from inspector.demo.rs_state import Conversation, Response

DIALECT = Dialect(
    end="\n",
    beat=b": keepalive\n\n",
    headers=(
        ("server", "stream-inspector-demo"),
        ("cache-control", "no-cache"),
        ("content-type", "text/event-stream; charset=utf-8"),
    ),
)
PATHS = ("/v1/responses", "/v1/conversations", "/v1/models")
"""Below these it is this server that answers."""

_FINAL = ("response.completed", "response.failed", "response.incomplete")
OfResponse = Callable[[Exchange, Response], Answer | None]
OfConversation = Callable[[Exchange, Conversation], Answer | None]


class ResponsesHttp:
    """The table of endpoints, and what each does."""

    def __init__(self, server: Responses, beat_every: float) -> None:
        self._server = server
        self._beat_every = beat_every
        self._began = unix(server.clock.wall())
        self.routes = Routes(missing=_no_such_url, not_allowed=_not_allowed, bad_json=_bad_json)
        self._add()

    def _add(self) -> None:
        add, one, talk = self.routes.add, self._of_response, self._of_conversation
        add("GET", "/v1/models", self._models)
        add("POST", "/v1/responses", self._create)
        add("GET", "/v1/responses/{response}", one(self._read))
        add("DELETE", "/v1/responses/{response}", one(self._delete))
        add("POST", "/v1/responses/{response}/cancel", one(self._cancel))
        add("GET", "/v1/responses/{response}/input_items", one(lambda x, each: _page(x, each.input)))
        add("POST", "/v1/conversations", self._converse)
        add("GET", "/v1/conversations/{conversation}", talk(lambda _, each: Answer(200, each.wire())))
        add("POST", "/v1/conversations/{conversation}", talk(_modify))
        add("DELETE", "/v1/conversations/{conversation}", talk(self._end))
        add("GET", "/v1/conversations/{conversation}/items", talk(lambda x, each: _page(x, each.items)))
        add("POST", "/v1/conversations/{conversation}/items", talk(self._add_items))

    def _of_response(self, handler: OfResponse) -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange) -> Answer | None:
            ident = exchange.ids["response"]
            response = self._server.responses.get(ident)
            return handler(exchange, response) if response else refused(404, f"Response with id '{ident}' not found.")

        return handle

    def _of_conversation(self, handler: OfConversation) -> Callable[[Exchange], Answer | None]:
        def handle(exchange: Exchange) -> Answer | None:
            ident = exchange.ids["conversation"]
            found = self._server.conversations.get(ident)
            return handler(exchange, found) if found else refused(404, f"Conversation with id '{ident}' not found.")

        return handle

    # responses

    def _create(self, exchange: Exchange) -> Answer | None:
        body = exchange.body if isinstance(exchange.body, dict) else {}
        if self._server.hangs(body):
            return None
        response = self._server.create(body)
        if isinstance(response, Refusal):
            return _refused(response)
        if response.streamed:
            self._stream(exchange.reply, response)
            self._server.begin(response)
            return None
        if not response.background:
            _answer_at_the_end(self.routes, exchange.reply, response)
            exchange.reply.on_gone(lambda: self._server.abandon(response))
        self._server.begin(response)
        return Answer(200, response.wire()) if response.background else None

    def _read(self, exchange: Exchange, response: Response) -> Answer | None:
        query = exchange.request.query
        if query.get("stream") != "true":
            return Answer(200, response.wire())
        if not (response.background and response.streamed):
            return refused(400, f"Response with id '{response.id}' was not created with background and stream.")
        left = response.born + WINDOW - self._server.clock.now()
        if left < 0:
            return refused(400, f"Response with id '{response.id}' can no longer be streamed.")
        after = query.get("starting_after", "-1")
        if not after.removeprefix("-").isdigit():
            return refused(400, f"Invalid 'starting_after': expected an integer, got '{after}'.")
        stream = EventStream(exchange.reply, self._server.clock, DIALECT, fault=Fault(Trouble.CUT, left))
        self._play(stream, response, int(after))
        return None

    def _delete(self, exchange: Exchange, response: Response) -> Answer:
        self._server.forget(response)
        return Answer(200, {"id": response.id, "object": "response", "deleted": True})

    def _cancel(self, exchange: Exchange, response: Response) -> Answer:
        refusal = self._server.cancel(response)
        return _refused(refusal) if refusal else Answer(200, response.wire())

    def _stream(self, reply: Reply, response: Response) -> None:
        """The stream of whoever asked for the response. A foreground response ends with it, unless it breaks off."""
        model = self._server.models[str(response.request["model"])]
        fault = model.fault if response.first else NO_FAULT
        beat_every = self._beat_every if model.beats and response.first else None
        stream = EventStream(reply, self._server.clock, DIALECT, beat_every=beat_every, fault=fault)
        self._play(stream, response, -1, fault)
        if not response.background and fault.trouble is Trouble.NONE:
            stream.on_gone(lambda: self._server.abandon(response))

    def _play(self, stream: EventStream, response: Response, after: int, fault: Fault = NO_FAULT) -> None:
        """Write the events after this number that there are, and those that come."""

        def take(event: dict[str, Any] | None) -> None:
            if event is None or (event["type"] in _FINAL and fault.trouble is Trouble.NO_FINAL):
                stream.end()
            else:
                stream.event(event["type"], compact(event))

        for event in response.events[after + 1 :]:
            take(event)
        if response.active:
            stream.on_gone(response.listen(take))
        else:
            stream.end()

    # conversations and models

    def _models(self, exchange: Exchange) -> Answer:
        return Answer(
            200, {"object": "list", "data": [model.wire(self._began) for model in self._server.models.values()]}
        )

    def _converse(self, exchange: Exchange) -> Answer:
        return Answer(200, self._server.converse(exchange.field("metadata"), exchange.field("items")).wire())

    def _end(self, exchange: Exchange, conversation: Conversation) -> Answer:
        del self._server.conversations[conversation.id]
        return Answer(200, {"id": conversation.id, "object": "conversation.deleted", "deleted": True})

    def _add_items(self, exchange: Exchange, conversation: Conversation) -> Answer:
        return _listed(self._server.add_items(conversation, exchange.field("items")), more=False)


def _answer_at_the_end(routes: Routes, reply: Reply, response: Response) -> None:
    def heard(event: dict[str, Any] | None) -> None:
        if event is None:
            routes.send(reply, Answer(200, response.wire()))

    response.listen(heard)


def _modify(exchange: Exchange, conversation: Conversation) -> Answer:
    metadata = exchange.field("metadata")
    conversation.metadata = dict(metadata) if isinstance(metadata, dict) else {}
    return Answer(200, conversation.wire())


def _page(exchange: Exchange, items: list[dict[str, Any]]) -> Answer:
    """A page of items; the newest first, unless asked for the other way round."""
    query = exchange.request.query
    rows = list(items) if query.get("order", "desc") == "asc" else list(reversed(items))
    ids = [row["id"] for row in rows]
    if query.get("after") in ids:
        rows = rows[ids.index(query["after"]) + 1 :]
    limit = query.get("limit", "20")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        return refused(400, f"Invalid 'limit': expected an integer between 1 and 100, got '{limit}'.")
    return _listed(rows[: int(limit)], more=len(rows) > int(limit))


def _listed(rows: list[dict[str, Any]], more: bool) -> Answer:
    first, last = (rows[0]["id"], rows[-1]["id"]) if rows else (None, None)
    return Answer(200, {"object": "list", "data": rows, "first_id": first, "last_id": last, "has_more": more})


def _refused(refusal: Refusal) -> Answer:
    error = {"message": refusal.message, "type": "invalid_request_error", "param": refusal.param, "code": refusal.code}
    return Answer(refusal.status, {"error": error})


def _no_such_url(exchange: Exchange) -> Answer:
    return refused(404, f"Invalid URL ({exchange.request.method} {exchange.request.path})", "unknown_url")


def _not_allowed(exchange: Exchange) -> Answer:
    return refused(405, f"Not allowed to {exchange.request.method} on {exchange.request.path}.")


def _bad_json(exchange: Exchange) -> Answer:
    return refused(400, "We could not parse the JSON body of your request.")
