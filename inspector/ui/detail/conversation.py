"""The messages and tool calls of a run, as assembled so far, to be read like a conversation."""

from __future__ import annotations

import html

from inspector.domain.run import Message, Run, ToolCall
from inspector.ui.parts import pretty
from inspector.ui.theme import Theme

MOST = 200


def conversation(run: Run, theme: Theme) -> str:
    """The run as rich text; an empty text where there is nothing yet."""
    parts = [(m.seq, _message(m, theme)) for m in run.messages.values() if m.text or m.status]
    parts += [(c.seq, _call(c, theme)) for c in run.tools.values()]
    parts.sort(key=lambda part: part[0])
    more = f"<p>… {len(parts) - MOST} earlier ones</p>" if len(parts) > MOST else ""
    return more + "".join(text for _, text in parts[-MOST:])


def _message(message: Message, theme: Theme) -> str:
    status = f" · {html.escape(message.status)}" if message.status not in (None, "completed") else ""
    reason = f" ({html.escape(message.reason)})" if message.reason else ""
    head = f'<p style="color:{theme.tokens.muted};margin:8px 0 2px 0">{html.escape(message.role)}{status}{reason}</p>'
    return head + f'<p style="margin:0;white-space:pre-wrap">{html.escape(message.text)}</p>'


def _call(call: ToolCall, theme: Theme) -> str:
    name = html.escape(call.name or "function")
    head = f'<p style="color:{theme.tokens.muted};margin:8px 0 2px 0">calls <b>{name}</b> · {html.escape(call.id)}</p>'
    mono = f"font-family:'{theme.mono().family()}';white-space:pre-wrap;margin:0"
    arguments = f'<p style="{mono}">{html.escape(pretty(call.arguments))}</p>'
    if call.output is None:
        word = "the server runs it" if call.hosted else "no output yet"
        return head + arguments + f'<p style="color:{theme.tokens.muted};margin:0">→ {word}</p>'
    return head + arguments + f'<p style="{mono}">→ {html.escape(pretty(call.output))}</p>'
