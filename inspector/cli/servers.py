"""Servers from the command line: what its words say about a connection, and listing what a server has."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from inspector.cli.output import complain, json_line, moment, say
from inspector.domain.adapter import Query, RunRef, ThreadRef
from inspector.domain.case import Thresholds
from inspector.domain.errors import Refused, UserError
from inspector.present.credentials import address, key_headers
from inspector.services.hub import Hub
from inspector.services.model import Connection, ConnectionSpec
from inspector.wiring import build_hub, proxy_token, stored_key


def spec_of(args: argparse.Namespace) -> ConnectionSpec:
    """The connection that a command line describes. Secrets come from the environment or the keychain only."""
    base, query = address(args.url)
    headers: dict[str, str] = {}
    variables: dict[str, str] = {}
    protocol = args.protocol
    if (token := proxy_token(base)) is not None:
        headers[token[0]], variables[token[0]] = token[1], "PROXY_TOKEN"
        # below its own address a proxy passes on whatever it is asked, also what finds out what a server is
        protocol = protocol or "proxy"
    key, name = _key(args.key_env, base)
    for header in key_headers(base, protocol) if key else ():
        headers[header.name] = header.fill(key or "")
        variables[header.name] = name
    for pair in args.header:
        header_name, _, variable = pair.partition("=")
        value = os.environ.get(variable)
        if not header_name or not value:
            raise UserError(f"--header wants NAME=ENV with a variable that is set; “{pair}” is not that.")
        headers[header_name.lower()], variables[header_name.lower()] = value, variable
    return ConnectionSpec(base, protocol, "", headers, query, variables, thresholds(args.silence))


def thresholds(silence: float | None) -> Thresholds:
    """The thresholds of a connection. The silence that is an error stays as many times longer as it is by default."""
    usual = Thresholds()
    if silence is None:
        return usual
    return Thresholds(silence=silence, silence_error=silence * usual.silence_error / usual.silence)


def _key(variable: str | None, base: str) -> tuple[str | None, str]:
    """The key for a server, and what stands for it in a shown request. A keychain that refuses is no obstacle."""
    if variable is not None:
        key = os.environ.get(variable)
        if not key:
            raise UserError(f"The environment variable {variable} is empty or not set.")
        return key, variable
    try:
        return stored_key(base), "KEY"
    except UserError as error:
        complain(f"{error} Going on without a key.")
        return None, "KEY"


@asynccontextmanager
async def connected(args: argparse.Namespace) -> AsyncIterator[tuple[Hub, Connection]]:
    """A hub with one connection, drained at the end. UserError, Refused."""
    spec = spec_of(args)
    hub = build_hub()
    try:
        if getattr(args, "record", None) is not None:
            await hub.record_to(args.record)
        found = await hub.doctor(spec)
        meant = [each.protocol for each in hub.recognise(getattr(args, "run", None) or "") if each.protocol]
        if spec.protocol is None and meant and meant[0] in found.also:
            spec = replace(spec, protocol=meant[0])
            found = await hub.doctor(spec)
        if found.refused:
            raise Refused(found.sentence)
        yield hub, await hub.connect(spec, found)
    finally:
        await hub.aclose()


async def pages(hub: Hub, connection: int, query: Query) -> AsyncIterator[RunRef | ThreadRef]:
    """All items of a list, page by page. Refused where the server does not list it."""
    while True:
        page = await hub.list(connection, query)
        if page.error is not None:
            raise Refused(page.error)
        for item in page.items:
            yield item
        if page.next is None:
            return
        query = Query(query.kind, query.thread, query.status, query.metadata, query.limit, page.next)


async def runs(args: argparse.Namespace) -> int:
    """Lists the runs of a thread, or of every thread that the server lists."""
    count = 0
    async with connected(args) as (hub, connection):
        if args.thread or connection.probe.capabilities.get("threads") == "none":
            threads = [args.thread]
        else:
            threads = [each.id async for each in pages(hub, connection.id, Query("threads"))]
        for thread in threads:
            async for run in pages(hub, connection.id, Query("runs", thread, args.status)):
                assert isinstance(run, RunRef)
                count += 1
                _show(run, args.json)
    if not count and not args.json:
        complain("There are no such runs.")
    return 0


def _show(run: RunRef, as_json: bool) -> None:
    if as_json:
        json_line({"id": run.id, "thread": run.thread, "status": run.status, "created_at": run.created_at})
        return
    words = (f"{run.status or '?':<16}", moment(run.created_at), f"thread {run.thread or '?'}", run.title)
    say("  ".join([run.id, *(word for word in words if word)]))
