"""What a pasted text points at: addresses, links of Studio, ids, curl lines, error bodies, log lines."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from inspector.domain.adapter import Target

NAME = "langgraph"

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_ANSI = re.compile(r"\x1b?\[[0-9;]*m")
_URL = re.compile(r"\b(?:https?|wss?)://[^\s'\"<>\\^`{}|]+")
_PLACE = re.compile(rf"/threads/(?P<thread>{_UUID})(?:/runs/(?P<run>{_UUID}))?")
_STUDIO = re.compile(rf"/(?:studio/)?threads?/(?P<thread>{_UUID})")
_RUN_PATH = re.compile(rf"/(?:runs|r)/(?P<run>{_UUID})")
_NAMED = r"['\"]?\bNAME\b['\"]?\s*(?:[:=]|\bis\b)?\s*(?:UUID\()?['\"]?(?P<id>" + _UUID + r")"
_THREAD_NAMED = re.compile(_NAMED.replace("NAME", "(?:thread[ _-]?id|threadId|thread)"), re.IGNORECASE)
_RUN_NAMED = re.compile(_NAMED.replace("NAME", "(?:run[ _-]?id|runId|run)"), re.IGNORECASE)
_HELD = re.compile(r"already running a task|has in-flight runs|multitask strateg", re.IGNORECASE)
_SERVER_PATH = re.compile(
    r"^(?P<prefix>.*?)/(?:threads|runs|assistants|store|info|ok|docs|openapi\.json|metrics)(?:/|$)"
)
_FOREIGN = re.compile(r"\b(?:thread|run|asst|resp|msg|step|conv|trace)_[A-Za-z0-9]{8,}")
_OTHERS = re.compile(r"/openai/|[?&]api-version=")
_CONSOLES = ("platform.openai.com", "api.openai.com", "ai.azure.com", "oai.azure.com")
_PORTS = (2024, 8123)
"""Where ``langgraph dev`` and ``langgraph up`` listen unless told otherwise."""


def recognise(text: str) -> Target | None:
    """The target, as far as the text tells; None where nothing in it looks like LangGraph."""
    clean = _ANSI.sub("", text)
    for match in _URL.finditer(clean):
        target = _of_url(match.group().rstrip(".,;:)]"), clean)
        if target is not None:
            return target
    rest = _URL.sub(lambda url: " " if _OTHERS.search(url.group()) else url.group(), clean)
    if _FOREIGN.search(rest):
        return None
    return _of_words(rest)


def _of_url(url: str, text: str) -> Target | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    query = parse_qs(parts.query)
    host = (parts.hostname or "").lower()
    if (based := _first(query, "baseUrl", "apiUrl")) is not None:
        return _studio(parts, query, unquote(based))
    if ("." + host).endswith(".smith.langchain.com"):
        return _trace(parts)
    if _OTHERS.search(url) or _FOREIGN.search(url) or host in _CONSOLES:
        return None
    place = _PLACE.search(parts.path)
    if place is not None:
        base = _base(parts, parts.path[: place.start()])
        return _held(_target(base, place["thread"], place["run"]), text)
    run = _RUN_PATH.search(parts.path)
    if run is not None:
        return _held(_target(_base(parts, parts.path[: run.start()]), None, run["run"]), text)
    ours = host.endswith(".langgraph.app") or port in _PORTS
    path = _SERVER_PATH.match(parts.path)
    if ours or (path is not None and re.search(r"/(assistants|threads)/", parts.path + "/")):
        base = _base(parts, path["prefix"] if path is not None else parts.path)
        words = _of_words(_URL.sub(" ", text))
        known = words if words is not None and (words.thread or words.run) else None
        return _held(_target(base, known.thread if known else None, known.run if known else None), text)
    return None


def _studio(parts: SplitResult, query: dict[str, list[str]], base: str) -> Target:
    """``…/studio/thread/<id>?baseUrl=<server>``; agent-chat-ui has ``apiUrl`` and ``threadId`` in the query."""
    found = _STUDIO.search(parts.path)
    thread = found["thread"] if found is not None else _first(query, "threadId")
    run = _first(query, "runId")
    return Target(NAME, run, thread, base.rstrip("/"), said="a link of a front end to " + _named(thread, run))


def _first(query: dict[str, list[str]], *names: str) -> str | None:
    return next((query[name][0] for name in names if query.get(name)), None)


def _trace(parts: SplitResult) -> Target | None:
    """A trace of LangSmith: its root has the id of the run."""
    run = _RUN_PATH.search(parts.path)
    if run is not None:
        return Target(NAME, run["run"], said="a trace of LangSmith; its id is that of the run, the server is not told")
    found = _STUDIO.search(parts.path)
    return Target(NAME, None, found["thread"], said="a link of LangSmith to a thread") if found is not None else None


def _of_words(text: str) -> Target | None:
    """Ids without an address: a relative path, named ids, or one or two bare ones."""
    place = _PLACE.search(text)
    if place is not None:
        return _held(_target(None, place["thread"], place["run"]), text)
    thread, run = _THREAD_NAMED.search(text), _RUN_NAMED.search(text)
    if thread is not None or run is not None:
        return _held(_target(None, thread["id"] if thread else None, run["id"] if run else None), text)
    bare = list(dict.fromkeys(re.findall(rf"(?<![0-9a-fA-F-]){_UUID}(?![0-9a-fA-F-])", text)))
    if len(bare) == 2:
        return _held(Target(NAME, bare[1], bare[0], said="two ids, taken for a thread and its run"), text)
    if len(bare) == 1:
        return _held(Target(NAME, None, bare[0], said="an id, taken for that of a thread"), text)
    if _HELD.search(text):
        said = "a refusal because another run holds the thread; the text does not tell which thread"
        return Target(NAME, said=said, blocked_by="")
    return None


def _held(target: Target, text: str) -> Target:
    """The same, with the run that a refusal names as the one in the way."""
    if not _HELD.search(text):
        return target
    _, _, after = text.partition("in-flight runs")
    blocking = _RUN_NAMED.search(after)
    by = blocking["id"] if blocking is not None else ""
    run = None if target.run == by else target.run
    said = f"a thread that {'run ' + by if by else 'another run'} holds"
    return Target(NAME, run, target.thread, target.base, target.query, said, by)


def _target(base: str | None, thread: str | None, run: str | None) -> Target:
    return Target(NAME, run, thread, base, said=_named(thread, run))


def _named(thread: str | None, run: str | None) -> str:
    if run is not None:
        return "a run and its thread" if thread is not None else "a run"
    return "a thread" if thread is not None else "a LangGraph server"


def _base(parts: SplitResult, prefix: str) -> str:
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    host = parts.netloc.rpartition("@")[2]
    return f"{scheme}://{host}{prefix}".rstrip("/")
