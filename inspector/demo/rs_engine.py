"""The simulated Responses server: what it allows, and in which words it refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.demo.clock import Clock, unix
from inspector.demo.ids import Ids
from inspector.demo.rs_run import Actor, Model
from inspector.demo.rs_state import Conversation, Response

_CALLS = ("function_call", "custom_tool_call")
_OUTPUTS = ("function_call_output", "custom_tool_call_output")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: status, and the message, code and parameter of the error object."""

    status: int
    message: str
    code: str | None = None
    param: str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What a request goes on from: the items so far, and its conversation where it has one."""

    items: tuple[dict[str, Any], ...] = ()
    conversation: Conversation | None = None


class Responses:
    """All of the server's state."""

    def __init__(self, clock: Clock, models: Sequence[Model], seed: int = 3) -> None:
        self.clock = clock
        self.ids = Ids(clock, seed)
        self.models = {model.id: model for model in models}
        self.responses: dict[str, Response] = {}
        self.conversations: dict[str, Conversation] = {}
        self._actors: dict[str, Actor] = {}
        self._attempts: dict[str, int] = {}
        self._tried: set[str] = set()

    def hangs(self, body: Mapping[str, Any]) -> bool:
        """Whether this attempt at a request gets no answer. The attempts at one request bring the same body."""
        model = self.models.get(str(body.get("model")))
        key = _key(body)
        count = self._attempts.pop(key, 0) + 1
        if model is None or count > model.unanswered:
            return False
        self._attempts[key] = count
        return True

    def create(self, body: Mapping[str, Any], age: float = 0.0) -> Response | Refusal:
        """A new response, which has not begun: :meth:`begin` it once its stream is open. It is ``age`` seconds old."""
        model = self.models.get(str(body.get("model")))
        if model is None:
            named = body.get("model")
            if not named:
                return Refusal(400, "Missing required parameter: 'model'.", "missing_required_parameter", "model")
            return Refusal(400, f"The requested model '{named}' does not exist.", "model_not_found", "model")
        before = self._before(body)
        if isinstance(before, Refusal):
            return before
        given = items_of(body.get("input"))
        wrong = _unanswered(before.items, given)
        if wrong is not None:
            return wrong
        if not given and not before.items:
            return Refusal(400, "One of 'input', 'previous_response_id' or 'conversation' is needed.", None, "input")
        return self._new(model, body, before, given, age)

    def begin(self, response: Response) -> None:
        """Let the response play."""
        self._actors[response.id].start()

    def cancel(self, response: Response) -> Refusal | None:
        """Cancel a background response, at once; what was cancelled before stays so."""
        if not response.background:
            return Refusal(400, "Cannot cancel a synchronous response.")
        if response.active:
            self.abandon(response)
        elif response.status != "cancelled":
            return Refusal(400, f"Cannot cancel a {response.status} response.")
        return None

    def abandon(self, response: Response) -> None:
        """The connection of a foreground response is gone, or somebody cancelled a background one: it stops."""
        if response.active:
            self._actors[response.id].stop()

    def forget(self, response: Response) -> None:
        """Delete a response."""
        self.abandon(response)
        self.responses.pop(response.id, None)

    def converse(self, metadata: Any, items: Any) -> Conversation:
        """A new conversation."""
        given = dict(metadata) if isinstance(metadata, dict) else {}
        conversation = Conversation(self.ids.prefixed("conv"), self._now(), given)
        conversation.items += self._named(items_of(items))
        self.conversations[conversation.id] = conversation
        return conversation

    def add_items(self, conversation: Conversation, items: Any) -> list[dict[str, Any]]:
        """Put items at the end of a conversation."""
        added = self._named(items_of(items))
        conversation.items += added
        return added

    def _before(self, body: Mapping[str, Any]) -> Before | Refusal:
        previous, wanted = body.get("previous_response_id"), body.get("conversation")
        wanted = wanted.get("id") if isinstance(wanted, dict) else wanted
        if previous and wanted:
            return Refusal(400, "Only one of 'previous_response_id' and 'conversation' can be given.")
        if previous:
            response = self.responses.get(str(previous))
            if response is None:
                message = f"Previous response with id '{previous}' not found."
                return Refusal(400, message, "previous_response_not_found", "previous_response_id")
            return Before(tuple(self._history(response)))
        if not wanted:
            return Before()
        conversation = self.conversations.get(str(wanted))
        if conversation is None:
            return Refusal(404, f"Conversation with id '{wanted}' not found.")
        if conversation.locked:
            message = "Another process is currently operating on this conversation. Please retry in a few seconds."
            return Refusal(409, message, "conversation_locked")
        return Before(tuple(conversation.items), conversation)

    def _history(self, response: Response) -> list[dict[str, Any]]:
        earlier = self.responses.get(str(response.request.get("previous_response_id")))
        before = [] if earlier is None else self._history(earlier)
        return [*before, *response.input, *response.output]

    def _new(
        self, model: Model, body: Mapping[str, Any], before: Before, given: list[dict[str, Any]], age: float
    ) -> Response:
        key, first = _key(body), True
        if key in self._tried:
            self._tried.remove(key)
            first = False
        else:
            self._tried.add(key)
        conversation = before.conversation
        response = Response(
            id=self.ids.prefixed("resp"),
            created_at=self._now() - int(age),
            request=dict(body),
            input=self._named(given),
            born=self.clock.now() - age,
            first=first,
            conversation=None if conversation is None else conversation.id,
        )
        if response.stored:
            self.responses[response.id] = response
        if conversation is not None:
            self._occupy(conversation, response)
        outputs = _outputs(before.items, given)
        self._actors[response.id] = Actor(self.clock, self.ids, response, model, first, outputs)
        return response

    def _occupy(self, conversation: Conversation, response: Response) -> None:
        """What the response takes and makes belongs to the conversation once it is over."""
        conversation.holder = response

        def heard(event: dict[str, Any] | None) -> None:
            if event is None:
                conversation.items += [*response.input, *response.output]

        response.listen(heard)

    def _named(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"id": self.ids.prefixed("msg" if one.get("type") == "message" else "item"), **one} for one in items]

    def _now(self) -> int:
        return unix(self.clock.wall())


def items_of(given: Any) -> list[dict[str, Any]]:
    """The input of a request as items; a text is a user's message."""
    if isinstance(given, str):
        content = [{"type": "input_text", "text": given}]
        return [{"type": "message", "role": "user", "content": content}] if given else []
    rows = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return [one if one.get("type") else {"type": "message", **one} for one in rows]


def _unanswered(before: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> Refusal | None:
    """Every call so far has to have its output, and every approval that was asked for its decision."""
    items = [*before, *given]
    called = {str(one.get("call_id")): one for one in items if one.get("type") in _CALLS}
    put = {str(one.get("call_id")) for one in items if one.get("type") in _OUTPUTS}
    for call in called:
        if call not in put:
            return Refusal(400, f"No tool output found for function call {call}.", None, "input")
    for call in put - called.keys():
        message = f"No tool call found for function call output with call_id {call}."
        return Refusal(400, message, None, "input")
    asked = [str(one.get("id")) for one in items if one.get("type") == "mcp_approval_request"]
    decided = {str(one.get("approval_request_id")) for one in items if one.get("type") == "mcp_approval_response"}
    open_ = [one for one in asked if one not in decided]
    if open_:
        message = f"The following MCP approval requests do not have an approval: {', '.join(open_)}"
        return Refusal(400, message, None, "input")
    return None


def _outputs(before: Sequence[dict[str, Any]], given: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the request brings for the calls before it: an output by call, or a decision with what it is about."""
    found: dict[str, Any] = {}
    for one in given:
        if one.get("type") in _OUTPUTS:
            found[str(one.get("call_id"))] = one.get("output")
        elif one.get("type") == "mcp_approval_response":
            ident = str(one.get("approval_request_id"))
            request = next((item for item in before if item.get("id") == ident), {})
            found[ident] = {"approve": one.get("approve") is True, "reason": one.get("reason"), "request": request}
    return found


def _key(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True)
