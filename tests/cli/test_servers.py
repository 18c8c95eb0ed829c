"""What a command line says about a server, how it is reached or not, and what it has."""

from __future__ import annotations

import pytest

from inspector.cli.parser import parse
from inspector.cli.servers import spec_of, thresholds
from inspector.domain.case import Thresholds
from inspector.domain.errors import UserError
from tests.cli.shop import Shell, Shop, answering

pytestmark = pytest.mark.anyio

KEY = "sk-sesame-open-1234567890"


def test_a_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    spec = spec_of(parse(["runs", "localhost:2024/?api-version=1", "--protocol", "langgraph", "--key-env", "MY_KEY"]))
    assert (spec.base_url, spec.query, spec.protocol) == ("http://localhost:2024", (("api-version", "1"),), "langgraph")
    assert (spec.headers, spec.variables) == ({"x-api-key": KEY}, {"x-api-key": "MY_KEY"})
    assert KEY not in repr(spec)
    spec = spec_of(parse(["runs", "http://h/v1", "--protocol", "assistants", "--key-env", "MY_KEY"]))
    assert (spec.headers, spec.variables) == ({"authorization": f"Bearer {KEY}"}, {"authorization": "MY_KEY"})


def test_a_key_comes_from_the_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.cli.servers.stored_key", lambda base: KEY if base == "http://h:1" else None)
    assert spec_of(parse(["runs", "http://h:1", "--protocol", "langgraph"])).variables == {"x-api-key": "KEY"}
    assert spec_of(parse(["runs", "http://h:2", "--protocol", "langgraph"])).headers == {}


def test_a_keychain_that_refuses_is_said_and_no_obstacle(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked(base: str) -> str:
        raise UserError("The keychain gave no key: it is locked.")

    monkeypatch.setattr("inspector.cli.servers.stored_key", locked)
    assert spec_of(parse(["runs", "http://h:1"])).headers == {}
    assert "it is locked. Going on without a key." in capsys.readouterr().err


def test_headers_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANT", "acme")
    monkeypatch.setenv("MY_KEY", KEY)
    words = ["runs", "http://h", "--protocol", "langgraph", "--key-env", "MY_KEY"]
    spec = spec_of(parse([*words, "--header", "X-Tenant=TENANT", "--header", "X-Api-Key=TENANT"]))
    assert spec.headers == {"x-api-key": "acme", "x-tenant": "acme"}
    assert spec.variables == {"x-api-key": "TENANT", "x-tenant": "TENANT"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["http://h", "--key-env", "NOT_SET"], "The environment variable NOT_SET is empty or not set."),
        (["http://h", "--header", "x-tenant"], "--header wants NAME=ENV"),
        (["http://h", "--header", "x-tenant=NOT_SET"], "--header wants NAME=ENV"),
        (["http://h", "--header", "=HOME"], "--header wants NAME=ENV"),
        (["ftp://h"], "is no http or https address"),
        (["http://h", "--protocol", "bongo"], "There is no protocol “bongo”; there are"),
    ],
)
async def test_an_address_that_cannot_be_used_is_said(shell: Shell, words: list[str], sentence: str) -> None:
    told = await shell("runs", *words, exits=2)
    assert sentence in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_a_threshold_moves_the_other_with_it() -> None:
    assert thresholds(None) == Thresholds()
    assert (thresholds(300).silence, thresholds(300).silence_error) == (300, 1200)


async def test_runs_are_listed_of_a_thread_and_of_all(shop: Shop) -> None:
    scene = await shop.waiting("langgraph-interrupt")
    other = await shop.waiting("langgraph-failed")
    url = shop.url(scene)
    listed = (await shop.shell("runs", url, "--json", exits=0)).lines
    assert {(run["id"], run["status"]) for run in listed} == {(scene.run, "success"), (other.run, "error")}
    assert set(listed[0]) == {"id", "thread", "status", "created_at"}
    of_one = (await shop.shell("runs", url, "--json", "--thread", str(scene.thread), exits=0)).lines
    assert [(run["id"], run["thread"]) for run in of_one] == [(scene.run, scene.thread)]
    failed = (await shop.shell("runs", url, "--status", "error", exits=0)).out
    assert failed.startswith(f"{other.run}  error")
    assert failed.endswith(f"thread {other.thread}  failed\n")
    none = await shop.shell("runs", url, "--status", "timeout", exits=0)
    assert (none.out, none.err) == ("", "stream-inspector: There are no such runs.\n")
    assert (await shop.shell("runs", url, "--status", "timeout", "--json", exits=0)).err == ""
    assert shop.writes == []


async def test_runs_of_an_assistants_thread_have_dates(shop: Shop) -> None:
    scene = await shop.waiting("assistants-two-tool-outputs")
    shown = (await shop.shell("runs", shop.url(scene), "--thread", str(scene.thread), exits=0)).out
    assert shown.startswith(f"{scene.run}  requires_action   20")
    assert f"+00:00  thread {scene.thread}" in shown


async def test_a_thread_that_is_not_there_is_refused(shop: Shop) -> None:
    scene = await shop.waiting("assistants-two-tool-outputs")
    told = await shop.shell("runs", shop.url(scene), "--thread", "thread_nowhere", exits=4)
    assert "thread_nowhere" in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("command", ["runs", "watch", "start", "act"])
async def test_where_nothing_listens_is_unreachable(shell: Shell, shop: Shop, command: str) -> None:
    url = shop.server.url_langgraph
    await shop.server.aclose()
    words = {"act": ["cancel", url, "r", "--yes"], "start": [url, "--data", "{}"]}.get(command, [url])
    told = await shell(command, *words, exits=3)
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert "Nothing listens" in told.err


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_a_server_that_lets_us_not_in_refuses(shell: Shell, status: str) -> None:
    async with answering(status) as (url, _):
        told = await shell("runs", url, exits=4)
        assert status[:3] in told.err
        assert (await shell("watch", url, "run_1", "--protocol", "assistants", exits=4)).out == ""


async def test_something_else_that_answers_is_wrong_use(shell: Shell) -> None:
    async with answering("404 Not Found", '"nothing here"') as (url, _):
        assert "it is none of" in (await shell("runs", url, exits=2)).err


async def test_the_key_is_sent_and_never_shown(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    async with answering("401 Unauthorized", f'{{"error": "no such key {KEY}"}}') as (url, heads):
        told = await shell("runs", url, "--key-env", "MY_KEY", exits=4)
    assert any(KEY in head for head in heads)
    assert KEY not in told.out + told.err


async def test_the_key_has_a_name_in_a_plan(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    scene = await shop.waiting("langgraph-interrupt")
    words = [*shop.words(scene), "--data", '"yes"', "--protocol", "langgraph", "--key-env", "MY_KEY"]
    told = await shop.shell("act", "resume", *words, "--dry-run", exits=0)
    assert '"x-api-key: $MY_KEY"' in told.out
    assert KEY not in told.out + told.err
