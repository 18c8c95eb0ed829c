"""Requests as they are shown, copied and kept in the journal: whole, with names in place of secrets."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from inspector.domain.calls import Answer, Call
from inspector.domain.redact import redact_headers, redact_url
from inspector.services.model import ConnectionSpec, Request


def shown(spec: ConnectionSpec, call: Call) -> Request:
    """The request that this call becomes on this connection. ``{name}`` in its path is not known before it is sent."""
    own = {name for name, _ in call.query}
    pairs = [pair for pair in spec.query if pair[0] not in own] + [*call.query]
    query = urlencode(pairs, quote_via=quote)
    url = spec.base_url.rstrip("/") + call.path + (("&" if "?" in call.path else "?") + query if query else "")
    headers = {"accept": "text/event-stream" if call.answer is Answer.STREAM else "application/json"}
    if call.json is not None:
        headers["content-type"] = "application/json"
    names = {name.lower(): "$" + variable for name, variable in spec.variables.items()}
    headers |= redact_headers(spec.headers, names) | redact_headers(call.headers)
    return Request(call.method, redact_url(url), headers, call.json)
