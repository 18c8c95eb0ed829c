"""``tap``: what to set so that an Agents SDK app is seen from inside, without touching its code."""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from inspector import assets
from inspector.cli.output import json_line, say
from inspector.domain.errors import UserError
from inspector.present.tapping import BLIND, LANGUAGE_NAMES, LANGUAGES, SHELL_NAMES, SHELLS, Setting

NO_PORT = "PORT"
ALIKE = {"zsh": "bash", "sh": "bash"}
"""Shells that take the words of another one."""

COMMENTS = "setopt interactive_comments"
"""Without it, zsh takes a pasted comment for a command."""


async def tap(args: argparse.Namespace) -> int:
    """Prints it for every shell, or only for that of ``--shell``."""
    address = _address(args.url, args.port)
    setting = Setting(
        address,
        str(assets.path("tap/python/sitecustomize.py").parent),
        str(assets.path("tap/node/stream-inspector-tap.cjs")),
        _proxied(address),
    )
    shells = SHELLS if args.shell is None else (args.shell,)
    if args.json:
        told = {of: {shell: list(setting.lines(of, ALIKE.get(shell, shell))) for shell in shells} for of in LANGUAGES}
        json_line({"url": address, **told, "in_code": {of: setting.in_code(of) for of in LANGUAGES}})
        return 0
    if args.url is None and args.port is None:
        say(f"# First: stream-inspector proxy --upstream URL --port {NO_PORT}, with a port of your choice.\n")
    if args.shell == "zsh":
        say(COMMENTS)
    for language in LANGUAGES:
        say(_section(setting, language, tuple(ALIKE.get(shell, shell) for shell in shells)))
    return 0


def _proxied(address: str) -> bool:
    """Whether an app of this shell would ask another proxy for that address."""
    parts = urlsplit(address)
    return parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")


def _section(setting: Setting, language: str, shells: tuple[str, ...]) -> str:
    """Comments and commands: the whole of it can be pasted."""
    lines: list[str] = []
    for shell in shells:
        lines += [f"# {LANGUAGE_NAMES[language]} app, {SHELL_NAMES[shell]}", *setting.lines(language, shell), ""]
    lines.append(f"# {BLIND[language]}")
    lines += ["# In its code instead, for finished spans only:", f"#   {setting.in_code(language)}", ""]
    return "\n".join(lines)


def _address(url: str | None, port: int | None) -> str:
    """Where the proxy listens, without ``/v1``. UserError for what is no address."""
    if url is None:
        return f"http://127.0.0.1:{NO_PORT if port is None else port}"
    if port is not None:
        raise UserError("--port and --url both say where the proxy is: give one of them.")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        raise UserError(f"“{url}” is no address of a proxy; one looks like http://127.0.0.1:4040.")
    return url.rstrip("/").removesuffix("/v1")
