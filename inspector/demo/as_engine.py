"""The simulated Assistants-compatible server: what it allows, and in which words it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.demo.as_run import Actor, Assistant
from inspector.demo.as_state import Message, Run, Thread
from inspector.demo.clock import Clock, unix
from inspector.demo.ids import Ids


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal: status, and the message and code of the error object."""

    status: int
    message: str
    code: str | None = None


class Assistants:
    """All of the server's state."""

    def __init__(self, clock: Clock, assistants: Sequence[Assistant], seed: int = 2) -> None:
        self.clock = clock
        self.ids = Ids(clock, seed)
        self.assistants = {one.id: one for one in assistants}
        self.threads: dict[str, Thread] = {}
        self._actors: dict[str, Actor] = {}

    def create_thread(self, metadata: Mapping[str, Any] | None = None) -> Thread:
        """A new thread without messages."""
        thread = Thread(self.ids.prefixed("thread"), self._now(), dict(metadata or {}))
        self.threads[thread.id] = thread
        return thread

    def delete_thread(self, thread: Thread) -> None:
        """Drop a thread. What runs on it is stopped, and its streams end."""
        for run in thread.runs.values():
            if run.active and run.id in self._actors:
                self._actors.pop(run.id).stop()
                run.tell("done", None)
        del self.threads[thread.id]

    def add_message(self, thread: Thread, role: str, text: str) -> Message | Refusal:
        """A message of a person or a program; refused while a run is active."""
        blocking = thread.blocked_by
        if blocking is not None:
            return Refusal(400, f"Can't add messages to {thread.id} while a run {blocking.id} is active.")
        message = Message(self.ids.prefixed("msg"), self._now(), thread.id, role, text)
        thread.messages[message.id] = message
        return message

    def create_run(self, thread: Thread, request: Mapping[str, Any]) -> Run | Refusal:
        """A new run, which has not begun: :meth:`begin` it once its stream is open."""
        assistant = self.assistants.get(str(request.get("assistant_id")))
        if assistant is None:
            return Refusal(404, f"No assistant found with id '{request.get('assistant_id')}'.")
        blocking = thread.blocked_by
        if blocking is not None:
            return Refusal(400, f"Thread {thread.id} already has an active run {blocking.id}.")
        for role, text in _messages(request.get("additional_messages")):
            self.add_message(thread, role, text)
        if not thread.messages:
            return Refusal(400, f"Thread {thread.id} has no messages; add one before running it.", "invalid_thread")
        return self._new(thread, assistant, request, self._now())

    def begin(self, run: Run) -> None:
        """Let the run play."""
        thread = self.threads[run.thread]
        actor = Actor(self.clock, self.ids, thread, run, self.assistants[run.assistant])
        self._actors[run.id] = actor
        actor.start()

    def orphan(self, thread: Thread, assistant_id: str, age: float) -> Run:
        """A run that was taken up ``age`` seconds ago by a worker that is no more: it stays ``in_progress``."""
        run = self._new(thread, self.assistants[assistant_id], {}, self._now() - int(age))
        run.status, run.started_at = "in_progress", run.created_at + 1
        self._actors[run.id] = Actor(self.clock, self.ids, thread, run, self.assistants[assistant_id])
        return run

    def outputs(self, run: Run, submitted: Any) -> dict[str, str] | Refusal:
        """The submitted outputs by call, if they are accepted: all wanted calls at once."""
        if run.status != "requires_action":
            return Refusal(400, f'Runs in status "{run.status}" do not accept tool outputs.')
        wanted = [call.id for call in run.wanted]
        rows = [one for one in submitted if isinstance(one, dict)] if isinstance(submitted, list) else []
        given = {str(one.get("tool_call_id")): one.get("output") for one in rows}
        if sorted(given) != sorted(wanted):
            return Refusal(400, f"Expected tool outputs for call_ids {wanted}, got {list(given)}")
        texts = {id_: output for id_, output in given.items() if isinstance(output, str)}
        if len(texts) < len(given):
            return Refusal(400, "Invalid type for 'tool_outputs': expected a string as the output of each call.")
        return texts

    def submit(self, run: Run, outputs: Mapping[str, str]) -> None:
        """Go on with outputs that were accepted."""
        self._actors[run.id].submit(outputs)

    def cancel(self, run: Run) -> Refusal | None:
        """Ask for a run to be cancelled: it is ``cancelling`` until it is."""
        if not run.active or run.status == "cancelling":
            return Refusal(400, f"Cannot cancel run with status '{run.status}'.")
        self._actors[run.id].cancel()
        return None

    def modify(self, run: Run, metadata: Any) -> Refusal | None:
        """Change a run's metadata, which is not allowed while it is active."""
        if run.active:
            return Refusal(400, f"Cannot update run with status '{run.status}'.")
        run.metadata |= metadata if isinstance(metadata, dict) else {}
        return None

    def start_thread(self, given: Any) -> Thread:
        """A new thread with the messages and metadata of a request's ``thread``."""
        given = given if isinstance(given, dict) else {}
        metadata = given.get("metadata")
        thread = self.create_thread(metadata if isinstance(metadata, dict) else None)
        for role, text in _messages(given.get("messages")):
            self.add_message(thread, role, text)
        return thread

    def _new(self, thread: Thread, assistant: Assistant, request: Mapping[str, Any], created_at: int) -> Run:
        metadata = request.get("metadata")
        run = Run(
            id=self.ids.prefixed("run"),
            thread=thread.id,
            assistant=assistant.id,
            created_at=created_at,
            expires_at=created_at + int(assistant.lifetime if not thread.runs else 600),
            instructions=str(request.get("instructions") or "Be brief."),
            tools=[dict(tool) for tool in assistant.tools],
            metadata=dict(metadata) if isinstance(metadata, dict) else {},
            first=not thread.runs,
        )
        thread.runs[run.id] = run
        return run

    def _now(self) -> int:
        return unix(self.clock.wall())


def text_of(content: Any) -> str:
    """The text of a message's content, which is a text or a list of parts."""
    if isinstance(content, str):
        return content
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    texts = [part.get("text") for part in parts]
    return "".join(str(text.get("value", "")) if isinstance(text, dict) else str(text or "") for text in texts)


def _messages(given: Any) -> list[tuple[str, str]]:
    rows = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return [(str(one.get("role", "user")), text_of(one.get("content"))) for one in rows]
