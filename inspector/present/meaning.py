"""What a finding means: for the run, in general, and for the code of the person whose run it is.

The sentence of a finding (:mod:`inspector.present.sentences`) says what was seen. These two lines say what follows
from it, whatever the numbers were. What clients do is told per backend in :mod:`inspector.present.clients`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inspector.present.clients import CLIENTS

MEANINGS: Mapping[str, str] = {
    "stream.no_terminal": "Nobody has said how the run ended: it may be over, or still at work. Only the server knows.",
    "stream.cut": "The connection is dead, not necessarily the run: most servers go on without a listener.",
    "stream.no_headers": "The request may be queued, hung before the model, or lost: without an answer it has no "
    "id, so nothing can be asked or cancelled on the server.",
    "stream.no_events": "The server accepted the stream and had nothing to say: the run is queued, it is over "
    "already, or nothing of it is sent on this stream.",
    "stream.silent": "The connection may be alive while the run is not: only content proves progress. A long tool "
    "call or a model that thinks looks the same.",
    "stream.was_silent": "It recovered by itself. A client with a shorter read timeout would have given up.",
    "client.gave_up": "It was the client that left, not the server: the run may have gone on without it.",
    "stream.half_event": "The stream was torn in the middle of a message, so whatever came after is missing.",
    "stream.bad_data": "Something between the model and you writes what is no event stream: a proxy, a server "
    "that prints into it, or a cut in the middle of a character.",
    "stream.not_a_stream": "No event will come on this connection. The run itself may have begun all the same.",
    "stream.http_error": "The server refused the request. No run began by it.",
    "stream.error_event": "The server itself reported the error, in the middle of a stream that began with a 200.",
    "stream.after_terminal": "The server contradicts its own last word. The result stands as of that word.",
    "stream.sequence": "Events may be missing, or here twice: the text assembled from them may have holes.",
    "stream.attempts": "One wish was sent several times. The server may have worked on each of them, and billed it.",
    "run.status_mismatch": "Two sources tell of the same moment differently. Code that reads the other one is misled.",
    "run.illegal_transition": "Events came out of order, or the server follows a lifecycle of its own.",
    "run.unknown_word": "The server is newer than this program, or not quite compatible. Nothing is lost: the log "
    "has it.",
    "run.waiting_for_input": "It is neither stuck nor dead: nothing happens until somebody answers.",
    "run.expiring": "When the time is up, the run is over for good, and with it the work that it has done so far.",
    "run.incomplete": "What was written is usable but ends early. Trying the same again ends at the same place.",
    "run.failed": "It will not go further by itself. What its finished steps did has happened all the same.",
    "run.expired": "The run cannot be taken up again. Its messages are still on the thread.",
    "run.timeout": "It was too slow for the server's limit, which says nothing of whether it would have come to "
    "an end.",
    "run.cancel_pending": "Until the server says that it is over, it works on, costs, and may still end by itself.",
    "run.still_executing": "Its code goes on in the background: it holds the thread, and its result may be kept later.",
    "run.final_event_lost": "The run is over, and all is well on the server: only the message about it was lost.",
    "run.blocked": "A thread takes one run at a time. Nothing goes on here before the other run ends.",
    "run.not_started": "It waits for a free worker or for another run. It has cost nothing yet, and nothing is lost.",
    "run.lost": "Nothing will come of it any more. What it did on the thread may be there still.",
    "tool.unanswered": "The history has a call without its result. Most models refuse a history like that.",
    "message.incomplete": "The status says success and the text is cut: only the message itself tells.",
    "langgraph.hidden_wait": "The run is not over: it stands before a node and waits for somebody.",
    "langgraph.half_finished": "Somebody or something stopped the thread between two nodes. It waits for nobody: "
    "nothing goes on unless it is continued.",
    "langgraph.mode_mismatch": "The graph did its work unseen. The result is on the thread.",
    "langgraph.nothing_done": "The server calls it a success although not one node ran. The thread is as it was "
    "before.",
    "langgraph.input_dropped": "The thread goes on with the old values, as if the new ones had never been sent.",
    "langgraph.concurrent_overwrite": "One of the two results is not on the thread any more, though both runs say "
    "success.",
    "langgraph.replay_lossy": "Whoever joins late sees a success. The run's own row tells the truth.",
    "gpt_researcher.no_report": "The end marker proves only that files were written. This research has no result.",
    "gpt_researcher.report_restarted": "The model's answer broke off and the server began the report anew: the "
    "text that was sent is a half and a whole, or two halves.",
    "gpt_researcher.report_differs": "The stream and the file are two texts. The file is what the server keeps.",
    "gpt_researcher.busy": "A socket takes one task at a time, and drops what comes meanwhile: it is not queued.",
    "gpt_researcher.answer_swallowed": "Two readers share the socket, and the wrong one took the answer. The next "
    "is used.",
    "socket.closed_while_running": "A socket carries its run: what had not been received by then is gone.",
    "socket.frames_after_close": "Log lines of work that went on after the close. They change nothing any more.",
    "socket.deaf": "Its event loop is blocked, or the way there is dead: it will not hear a cancel, either.",
    "agents.open_span": "Something began and nobody reported its end: this is where the program hangs, or was killed.",
    "agents.no_response": "The model's answer never came to its end: what it was to say or to call is missing.",
    "agents.hidden_failure": "The outer agent took an error message for a result, and went on with it.",
}
"""By id of the catalogue."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """``what``: what it means. ``code``: what it means for the user's own code; "" where nothing is known of that."""

    what: str
    code: str


def meaning(finding: str, protocol: str) -> Meaning:
    """What a finding with this id means in a run of this backend."""
    told = CLIENTS.get(finding, {})
    return Meaning(MEANINGS.get(finding, ""), told.get(protocol, told.get("", "")))
