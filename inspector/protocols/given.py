"""What a person gives to an action: taken as it is meant, or refused with one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.actions import Action
from inspector.domain.errors import Refused, UserError
from inspector.protocols.jsons import NOT_JSON, parse, short


def allow(action: str, offered: Sequence[Action]) -> None:
    """Raises Refused with the reason where an action cannot be done now, UserError where there is none of that name."""
    why = {one.id: one.why_not for one in offered}
    if action not in why:
        raise UserError(f"There is no action {action!r} here; there are {', '.join(why)}.")
    reason = why[action]
    if reason is not None:
        raise Refused(reason)


def object_of(data: Any, why: str = "The data has to be a JSON object.") -> Mapping[str, Any]:
    """The data as an object; a text that holds one does as well. UserError(why) for anything else."""
    if isinstance(data, str):
        value = parse(data)
        data = None if value is NOT_JSON else value
    if not isinstance(data, Mapping):
        raise UserError(why)
    return {str(key): value for key, value in data.items()}


def output_text(value: Any) -> str:
    """A tool output as these APIs want it: a text; any other JSON value is written as JSON."""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise UserError(f"A tool output is a text or a JSON value, not {short(repr(value), 40)}.") from None
