"""What clients make of a fault: what somebody sees in the own code, by finding and by backend ("" = any).

Measured with openai-node 4.46 to 7.55, openai-python 3.52, azure-ai-agents 1.1, openai-agents 0.24,
@openai/agents 0.20, langgraph-sdk 0.4 and GPT-Researcher 3.5 and 3.6, on the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

CLIENTS: Mapping[str, Mapping[str, str]] = {
    "stream.no_terminal": {
        "assistants": "openai-node throws “Final run has not been received” here, whatever was received before. "
        "openai-python and azure-ai-agents stay silent: get_final_run() returns a run that is still in_progress.",
        "responses": "openai-python ends its loop silently, its stream helper raises “Didn't receive a "
        "`response.completed` event”; openai-node's helper resolves with status in_progress; the Agents SDK "
        "raises “Model did not produce a final response!”.",
        "langgraph": "A clean end means nothing here. langgraph-sdk 0.4.14 asks for the run and joins again, "
        "where the answer had a Location header; a client that reads the stream itself takes it for the end. Ask "
        "GET /threads/{thread}/runs/{run}, and join again while it is pending or running.",
    },
    "stream.cut": {
        "assistants": "openai-node 7 throws “terminated” (4.x “Premature close”), openai-python raises ReadError. "
        "This stream cannot be joined again: poll the run, its steps and messages instead of starting anew.",
        "responses": "openai-python raises APIConnectionError, openai-node throws “terminated”; neither retries "
        "once headers came. Only a response with background: true can be fetched by its id.",
        "langgraph": "langgraph-sdk 0.4.14 joins again by itself where the answer had a Location header, else it "
        "raises httpx.RemoteProtocolError. Only with stream_resumable: true is nothing lost in between: read the "
        "state afterwards.",
    },
    "stream.no_headers": {
        "assistants": "openai-node's timeout covers just this phase; openai-python's 600 s is for each read. Both "
        "try twice more before they raise.",
        "responses": "The official SDKs try three times: with the default read timeout of 600 s your code hears "
        "of it after half an hour. Set a shorter timeout, or ModelSettings(timeout=…) in the Agents SDK.",
        "agents_sdk": "The sub-agent's call hangs without an error: with the default timeout and two retries it "
        "takes half an hour to raise. Set ModelSettings(timeout=…).",
    },
    "stream.no_events": {
        "assistants": "openai-node throws “Final run has not been received”; openai-python and azure-ai-agents "
        "return without a run, and without an error.",
        "langgraph": "Your loop gets nothing and ends normally. A join brings only what comes after it, and only "
        "the stream modes that the run was created with.",
        "responses": "openai-python's loop just ends; a stream that stays open waits for its read timeout.",
        "gpt_researcher": "A start without `task` or `report_type` is thrown away without a word: look at the command.",
    },
    "stream.silent": {
        "assistants": "openai-node waits for ever here: its timeout covers the headers only. openai-python raises "
        "ReadTimeout after 600 s. Put a timer of your own around each event.",
        "responses": "openai-node never times out after the headers, and openai-python never where keep-alive "
        "comments come. Put a timer of your own around each event.",
        "langgraph": "langgraph-sdk waits for ever while keep-alives come. A node that hangs holds its thread and "
        "a worker: cancel it, or skip it by setting the state.",
        "gpt_researcher": "The web UI shows “in progress” for ever. Long silences are usual while the model "
        "retries: up to five minutes were measured before an error came.",
    },
    "client.gave_up": {
        "responses": "openai-python's read timeout counts from byte to byte and does not retry after headers. A "
        "foreground response is cancelled when its connection closes.",
        "langgraph": "With on_disconnect: continue (the default of the Python and JS servers) the run goes on; "
        "Aegra cancels it.",
        "assistants": "The run goes on at the server and holds its thread: the next run is refused until it ends.",
    },
    "stream.half_event": {
        "assistants": "openai-node still dispatches an event without its blank line; openai-node 4 and "
        "openai-python drop it, and with it perhaps the last word.",
        "": "Most clients drop an event that has no blank line after it.",
    },
    "stream.bad_data": {
        "": "Client libraries skip such lines, or raise a JSON error in the middle of your loop.",
    },
    "stream.not_a_stream": {
        "assistants": "openai-node throws “Final run has not been received”, azure-ai-agents a ValueError; "
        "openai-python returns no run and no error. Servers that ignore stream: true have to be polled.",
        "": "A login page or a gateway answers with 200 and HTML: check the content type before you read events.",
    },
    "stream.http_error": {
        "responses": "The SDKs retry 408, 409, 429 and 5xx twice, also where the quota is used up, before they "
        "raise. x-should-retry: false stops that.",
        "assistants": "The SDKs retry 408, 409, 429 and 5xx twice before they raise; a 400 is raised at once.",
        "langgraph": "langgraph-sdk raises (ConflictError, NotFoundError and so on; older ones "
        "httpx.HTTPStatusError): a 409 or 422 here means that the thread is busy, a 404 that thread or assistant "
        "is gone.",
    },
    "stream.error_event": {
        "assistants": "openai-node throws APIError; openai-python ignores the documented flat shape and ends its "
        "loop without an error.",
        "responses": "openai-python hands it out as one more event and exits normally; openai-node throws APIError.",
        "langgraph": "langgraph-sdk hands out a part with event “error” and does not raise: check for it in your "
        "loop. BlockingError means blocking code in an async node (langgraph dev --allow-blocking tolerates it).",
    },
    "stream.after_terminal": {
        "assistants": "openai-python takes the later event and its run turns in_progress again; openai-node keeps "
        "the end.",
    },
    "stream.sequence": {
        "langgraph": "Resuming with Last-Event-ID from a repeated number loses the other events of that number: "
        "rejoin from the start (-1) and leave out what you know.",
        "responses": "starting_after=N goes on after the number that you give: with gaps you cannot tell what is "
        "missing.",
    },
    "stream.attempts": {
        "responses": "The SDK does this by itself (max_retries=2): x-stainless-retry-count tells the attempt. Set "
        "max_retries=0 where a second execution would do harm.",
        "": "The SDK does this by itself. Set max_retries=0 where a second execution would do harm.",
    },
    "run.status_mismatch": {
        "assistants": "openai-node decides by the event's name, and takes this run for completed: look at "
        "run.status and incomplete_details yourself.",
        "responses": "The SDKs hand out the event by its name: look at response.status and incomplete_details "
        "yourself.",
        "langgraph": "Read GET /threads/{thread}/runs/{run} before you report a result.",
    },
    "run.illegal_transition": {
        "": "Code that follows single events goes wrong here. Keep the last terminal status and ignore what follows.",
    },
    "run.unknown_word": {
        "assistants": "openai-python raises AttributeError on data that is no object; enums in typed clients may "
        "reject the word. Let unknown words pass.",
        "": "Typed clients may reject the word. Let unknown words pass.",
    },
    "run.waiting_for_input": {
        "assistants": "Your loop ended at requires_action: submit all outputs at once, before expires_at, or the "
        "run expires and holds the thread until then.",
        "responses": "The response is `completed` for the server. The next request must carry an output for every "
        "call, else it is refused with “No tool output found for function call”.",
        "langgraph": "The server calls such a run `success`: read state.next and state.tasks[].interrupts to tell "
        "a wait from an end. An interrupt goes on with command.resume, a breakpoint with input: null; new input "
        "starts the graph from its beginning.",
        "gpt_researcher": "Any text counts as the answer, also the “ping” that the web UI sends every 30 s.",
    },
    "run.expiring": {
        "assistants": 'After expires_at the outputs are refused with “Runs in status "expired" do not accept tool '
        "outputs”.",
    },
    "run.incomplete": {
        "assistants": "openai-node before 5.1.1 throws “Final run has not been received” here; a loop that waits "
        "for completed, failed or cancelled never ends. Treat incomplete as an end.",
        "responses": "The stream helpers of openai-python raise “Didn't receive a `response.completed` event”, "
        "the Agents SDK a ModelBehaviorError; openai-node resolves with status incomplete.",
    },
    "run.failed": {
        "assistants": "No endpoint retries a failed run: start a new one on the same thread. server_error without "
        "steps and usage failed before the model.",
        "responses": "openai-python's raw stream and openai-node do not raise: check response.status. The Agents "
        "SDK raises ModelBehaviorError.",
        "langgraph": '…/runs/wait and …/join answer 200 with {"__error__": …} on Python, and with plain values on '
        "JS: check the run's status. `input: null` runs the failed node again.",
        "gpt_researcher": "The socket stays open after logs/error, so a UI that waits for its close hangs.",
    },
    "run.expired": {
        "assistants": "Start a new run on the thread. To win time, submit within ten minutes of created_at.",
    },
    "run.timeout": {
        "langgraph": "The stream ends without a word, and …/runs/wait returns the partial values exactly as after "
        "a success: check the run's status (`timeout`).",
    },
    "run.cancel_pending": {
        "assistants": "cancel() returns a run that is `cancelling`: poll until it is terminal. It may still be "
        "completed.",
        "langgraph": "The 202 means that the wish was taken: wait until the thread has left `busy`.",
    },
    "run.still_executing": {
        "langgraph": "A node that swallows CancelledError (a bare except, blocking code) goes on to its end: let "
        "it through. New runs on the thread wait or are refused until then.",
    },
    "run.final_event_lost": {
        "assistants": "openai-node throws “Final run has not been received” although the run is over: retrieve it "
        "by its id.",
        "responses": "Retrieve the response by its id: the result is there, where it was stored.",
    },
    "run.blocked": {
        "assistants": "Wait for or cancel the run that is named, then send the message again. A run that waits "
        "for tool outputs holds its thread until it expires.",
        "langgraph": "multitask_strategy decides: reject answers 409 (422 on JS), enqueue waits, interrupt and "
        "rollback end the other run without a word on its stream.",
        "gpt_researcher": "Commands during a task are dropped: wait for the end, or close the socket to cancel.",
    },
    "run.not_started": {
        "langgraph": "`langgraph dev` has one worker unless --n-jobs-per-worker is given: one hung run starves "
        "all others.",
        "assistants": "Runs that stay queued hold their thread. Cancel works while it is queued.",
        "responses": "A background response whose creator left at `created` can stay queued: poll its age, and "
        "cancel it.",
    },
    "run.lost": {
        "assistants": "OpenAI's own service ended on 2026-08-26: all of /v1/threads answers 404 there.",
        "langgraph": "`langgraph dev` keeps runs in memory and writes them every ten seconds: what is younger "
        "does not survive a crash. A rollback deletes the run on purpose. A run whose worker died can stay `running` "
        "for ever and hold its thread: only a copy of the thread goes on.",
        "responses": "With store: false nothing is kept; a background response without store is kept about ten "
        "minutes.",
    },
    "tool.unanswered": {
        "assistants": "The outputs can only be given in requires_action. A new run on the thread sees no result "
        "of them.",
        "responses": "The next request with this history is refused with “No tool output found for function call”.",
        "langgraph": "The model's provider refuses the history (“tool_calls must be followed by tool messages”): "
        "add a ToolMessage for each call with set_state.",
    },
    "message.incomplete": {
        "": "Code that checks the run's status only takes the cut text for the whole: check the message's status too.",
    },
    "langgraph.hidden_wait": {
        "langgraph": "Your stream ended like a success. Stream `updates` or `values` as well, or read state.next "
        "after every end.",
    },
    "langgraph.half_finished": {
        "langgraph": "`input: null` goes on from here; new input starts the graph from its beginning.",
    },
    "langgraph.mode_mismatch": {
        "langgraph": "`messages` carries only chat models' tokens and `custom` only what a node writes: add "
        "`updates` or `values`.",
    },
    "langgraph.nothing_done": {
        "langgraph": "Do not take `success` for progress: compare state.next and the checkpoint id before and "
        "after. A resume needs the id of a pending interrupt; `goto` to __end__ does nothing.",
    },
    "langgraph.input_dropped": {
        "langgraph": "After a cancelled run, run.start over the WebSocket is taken for a resume: send the input "
        "by POST …/runs/stream.",
    },
    "langgraph.concurrent_overwrite": {
        "langgraph": "Aegra does not enforce one run per thread: do not start a second one before the first has ended.",
    },
    "langgraph.replay_lossy": {
        "langgraph": "The `error` part is not kept for replays: after every rejoin ask for the run's status.",
    },
    "gpt_researcher.no_report": {
        "gpt_researcher": "Do not take `path` for success: check that report chunks came, or fetch the .md and look.",
    },
    "gpt_researcher.report_restarted": {
        "gpt_researcher": "The joined chunks are not the report: fetch the .md from /outputs.",
    },
    "gpt_researcher.report_differs": {
        "gpt_researcher": "Show the .md from /outputs when `path` has come, not the chunks that were joined.",
    },
    "gpt_researcher.busy": {
        "gpt_researcher": "Send the command again when the task is over.",
    },
    "gpt_researcher.answer_swallowed": {
        "gpt_researcher": "With uvicorn 0.50 and newer the first frame is swallowed: send the answer once more.",
    },
    "socket.closed_while_running": {
        "gpt_researcher": "Closing cancels the task (since 3.2.4). It cannot be joined again: start the same "
        "command anew; files under /outputs may be there.",
        "responses": "The socket carries the responses that were created on it: create them anew with "
        "previous_response_id.",
        "langgraph": "The run goes on: join the thread's events again, or poll the run.",
    },
    "socket.frames_after_close": {
        "gpt_researcher": "This is the server's “Cannot call send once a close message has been sent” "
        "(“Unexpected ASGI message 'websocket.send'” in 3.3.0): noise, unless the work should have stopped.",
    },
    "socket.deaf": {
        "": "Without pings of its own a client waits here for ever: set ping_interval, or a timer of your own.",
    },
    "agents.open_span": {
        "agents_sdk": "The exporter sends spans when they end, so a hung agent is missing in the dashboard. Set "
        "ModelSettings(timeout=…) and a timeout on the tool.",
    },
    "agents.no_response": {
        "agents_sdk": "Its stream had no last event, timed out or was cancelled. Only the caller hears of it, as "
        "“Model did not produce a final response!” or a timeout; spans often have no error.",
    },
    "agents.hidden_failure": {
        "agents_sdk": "An agent used as a tool turns its errors into text (“An error occurred while running the "
        "tool”). Pass failure_error_function=None to let it raise.",
    },
}
