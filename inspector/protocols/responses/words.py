"""The words that the published types of the API declare: events, items, error codes, reasons.

Source: the types of the openai package, 3.52.0 (``types/responses``).
"""

from __future__ import annotations

LIFECYCLE = {
    f"response.{word}": word for word in ("queued", "in_progress", "completed", "incomplete", "failed", "cancelled")
} | {"response.created": None}
"""Event name to the status that it stands for. ``response.cancelled`` is a webhook's word, and some servers' event."""

BEATS = frozenset(["keepalive", "ping", "heartbeat", "response.keepalive", "response.heartbeat"])
"""Events without content that keep a connection open."""

_FAMILIES = {
    "": ("created", "queued", "in_progress", "completed", "incomplete", "failed"),
    "output_item.": ("added", "done"),
    "content_part.": ("added", "done"),
    "output_text.": ("delta", "done", "annotation.added"),
    "refusal.": ("delta", "done"),
    "reasoning_text.": ("delta", "done"),
    "reasoning_summary_part.": ("added", "done"),
    "reasoning_summary_text.": ("delta", "done"),
    "function_call_arguments.": ("delta", "done"),
    "custom_tool_call_input.": ("delta", "done"),
    "mcp_call_arguments.": ("delta", "done"),
    "mcp_call.": ("in_progress", "completed", "failed"),
    "mcp_list_tools.": ("in_progress", "completed", "failed"),
    "web_search_call.": ("in_progress", "searching", "completed"),
    "file_search_call.": ("in_progress", "searching", "completed"),
    "code_interpreter_call.": ("in_progress", "interpreting", "completed"),
    "code_interpreter_call_code.": ("delta", "done"),
    "image_generation_call.": ("in_progress", "generating", "partial_image", "completed"),
    "shell_call_command.": ("added", "delta", "done"),
    "shell_call_output_content.": ("delta", "done"),
    "compaction.": ("compacting",),
    "audio.": ("delta", "done", "transcript.delta", "transcript.done"),
}

HTTP_EVENTS = frozenset(f"response.{family}{word}" for family, words in _FAMILIES.items() for word in words) | {"error"}
"""The 59 types of events of the HTTP stream."""

SOCKET_EVENTS = frozenset(["response.steer.accepted", "response.steer.pending", "response.steer.failed"])

EVENTS = HTTP_EVENTS | SOCKET_EVENTS | BEATS | {"response.cancelled"}

ERROR_CODES = frozenset(
    [
        "server_error",
        "rate_limit_exceeded",
        "invalid_prompt",
        "data_residency_mismatch",
        "bio_policy",
        "misalignment_policy_violation",
        "vector_store_timeout",
        "invalid_image",
        "invalid_image_format",
        "invalid_base64_image",
        "invalid_image_url",
        "image_too_large",
        "image_too_small",
        "image_parse_error",
        "image_content_policy_violation",
        "invalid_image_mode",
        "image_file_too_large",
        "unsupported_image_media_type",
        "empty_image_file",
        "failed_to_download_image",
        "image_file_not_found",
    ]
)

REASONS = frozenset(["max_output_tokens", "max_messages", "content_filter", "steered"])
"""Why a response is incomplete."""

OUTPUT_OF = {
    "function_call": "function_call_output",
    "custom_tool_call": "custom_tool_call_output",
    "computer_call": "computer_call_output",
    "local_shell_call": "local_shell_call_output",
    "shell_call": "shell_call_output",
    "apply_patch_call": "apply_patch_call_output",
    "tool_search_call": "tool_search_output",
}
"""Calls that the client may have to make, and the item of a later request that carries their output."""

OUTPUTS = frozenset(OUTPUT_OF.values())

HOSTED = frozenset(
    ["mcp_call", "web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "program"]
)
"""Calls that the server makes by itself."""
