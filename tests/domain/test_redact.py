from __future__ import annotations

import base64
import itertools
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inspector.domain import redact
from inspector.domain.redact import (
    REDACTED,
    SHORTEST,
    Scrubber,
    Secrets,
    is_secret_header,
    redact_bytes,
    redact_headers,
    redact_text,
    redact_url,
)

PLANTED = "pl4nted-S3cret/value+1"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "proxy-authorization",
        "Cookie",
        "set-cookie",
        "X-Api-Key",
        "api-key",
        "x-auth-user",
        "X-Amz-Security-Token",
        "x-goog-api-key",
        "ocp-apim-subscription-key",
        "x-client-secret",
        "X-Password",
    ],
)
def test_a_secret_header_loses_its_value(name: str) -> None:
    assert redact_headers({name: PLANTED}) == {name.lower(): REDACTED}


@pytest.mark.parametrize(
    "name",
    [
        "content-type",
        "x-request-id",
        "x-ratelimit-remaining-tokens",
        "idempotency-key",
        "openai-beta",
        "www-authenticate",
    ],
)
def test_an_ordinary_header_stays(name: str) -> None:
    assert not is_secret_header(name)
    assert redact_headers({name: "as it was"}) == {name: "as it was"}


@pytest.mark.parametrize(
    "value,kept",
    [
        (f"Bearer {PLANTED}", f"Bearer {REDACTED}"),
        ("Basic dTpw", f"Basic {REDACTED}"),
        (f"{PLANTED} and more", REDACTED),
        ("Bearer ", REDACTED),
        ("bearer", REDACTED),
    ],
)
def test_the_scheme_of_a_credential_stays(value: str, kept: str) -> None:
    assert redact_headers({"authorization": value}) == {"authorization": kept}


def test_a_variable_can_stand_for_a_secret_of_any_name() -> None:
    shown = redact_headers(
        {"Authorization": f"Bearer {PLANTED}", "X-User": PLANTED}, {"authorization": "$KEY", "x-user": "$U"}
    )
    assert shown == {"authorization": "Bearer $KEY", "x-user": "$U"}


@pytest.mark.parametrize(
    "url,kept",
    [
        ("https://user:pw@host:8/p?x=1", f"https://{REDACTED}@host:8/p?x=1"),
        ("https://host/p?api_key=abc&limit=5", f"https://host/p?api_key={REDACTED}&limit=5"),
        ("https://host/p?apiKey=abc", f"https://host/p?apiKey={REDACTED}"),
        ("https://host/p?api%5Fkey=abc", f"https://host/p?api%5Fkey={REDACTED}"),
        (
            "https://host/p?sig=a%2Fb&code=c;secret=d",
            f"https://host/p?sig={REDACTED}&code={REDACTED};secret={REDACTED}",
        ),
        ("https://host/cb#access_token=abc", f"https://host/cb#access_token={REDACTED}"),
        ("https://host/a@b?x=u@h", "https://host/a@b?x=u@h"),
        (
            "https://host/p?api-version=v1&after=run_1&max_tokens=3",
            "https://host/p?api-version=v1&after=run_1&max_tokens=3",
        ),
        ("https://host/p?token=", "https://host/p?token="),
        ("/threads/t/runs?key=abc", f"/threads/t/runs?key={REDACTED}"),
        ("", ""),
        ("://[?#", "://[?#"),
    ],
)
def test_urls_keep_all_but_credentials(url: str, kept: str) -> None:
    assert redact_url(url) == kept
    assert redact_url(kept) == kept


@given(st.text())
def test_any_text_does_for_a_url(url: str) -> None:
    assert redact_url(redact_url(url)) == redact_url(url)


def test_exact_values_are_replaced_everywhere() -> None:
    assert redact_bytes(b"a secret1, secret1b", [b"secret1b", b"secret1"]) == b"a <redacted>, <redacted>"


def test_secrets_are_known_in_every_spelling() -> None:
    secrets = Secrets(
        {"X-Api-Key": PLANTED, "content-type": "application/json"}, [("sig", 'si"gna/ture'), ("limit", "100000")]
    )
    echoed = json.dumps({"a": PLANTED, "b": 'si"gna/ture', "url": "?k=pl4nted-S3cret%2Fvalue%2B1"})
    assert secrets.in_text(echoed) == json.dumps({"a": REDACTED, "b": REDACTED, "url": f"?k={REDACTED}"})
    assert secrets.in_bytes(b"application/json 100000") == b"application/json 100000"


def test_the_credential_is_a_secret_without_its_scheme_too() -> None:
    secrets = Secrets({"authorization": f"Bearer {PLANTED}"})
    assert secrets.in_text(f"bad key: {PLANTED}.") == f"bad key: {REDACTED}."


def test_login_and_cookies_are_secrets() -> None:
    login = base64.b64encode(b"alice:correct-horse").decode()
    secrets = Secrets({"authorization": f"Basic {login}", "cookie": "session=battery-staple; theme=dark"})
    assert secrets.in_text(f"{login} correct-horse battery-staple dark") == f"{REDACTED} {REDACTED} {REDACTED} dark"


def test_named_headers_are_secrets_whatever_they_are_called() -> None:
    assert Secrets({"X-User": PLANTED}, named=["x-user"]).in_text(PLANTED) == REDACTED
    assert Secrets({"X-User": PLANTED}).in_text(PLANTED) == PLANTED


def test_very_short_values_would_tear_holes_into_ordinary_text() -> None:
    assert Secrets({"api-key": "x" * (SHORTEST - 1)}).values == ()


def test_secrets_do_not_show_themselves() -> None:
    assert PLANTED not in repr(Secrets({"api-key": PLANTED}))


@given(before=st.binary(max_size=30), after=st.binary(max_size=30), cuts=st.lists(st.integers(0, 90), max_size=5))
def test_a_secret_cut_by_chunks_does_not_get_through(before: bytes, after: bytes, cuts: list[int]) -> None:
    secrets = Secrets({"api-key": PLANTED}).values
    body = before + PLANTED.encode() + after
    edges = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    scrubber = Scrubber(secrets)
    out = b"".join(scrubber.feed(body[a:b]) for a, b in itertools.pairwise(edges)) + scrubber.finish()
    assert out == body.replace(PLANTED.encode(), REDACTED.encode())


def test_a_scrubber_holds_nothing_back_that_is_no_beginning_of_a_secret() -> None:
    scrubber = Scrubber(Secrets({"api-key": PLANTED}).values)
    assert scrubber.feed(b"data: 1\n\n") == b"data: 1\n\n"
    assert scrubber.feed(b"data: p") == b"data: "
    assert scrubber.feed(b"ing") == b"ping"
    assert Scrubber(()).feed(b"p") == b"p"


CREDENTIALS = [
    "sk-proj-abcdefghijklmnop1234",
    "lsv2_pt_0123456789abcdef0123_ab",
    "ghp_0123456789abcdefABCDEF",
    "tvly-0123456789abcdefgh",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "jane.doe+x@mail.example.org",
]


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize(
    "frame",
    ["{}", "see {}, please", "a\n{}\nb", "a\t{}", "é{}é", '"{}"', "\\{}", "C:\\\\{}", "x={};", "https://h/p/{}?q"],
)
def test_what_looks_like_a_credential_is_replaced_in_text_and_in_json(credential: str, frame: str) -> None:
    text = frame.format(credential)
    assert credential not in redact_text(text)
    twice = redact_text(json.dumps({"outer": json.dumps({"inner": text})}))
    inner = json.loads(json.loads(twice)["outer"])["inner"]
    assert REDACTED in inner
    assert credential not in inner
    if "\\" not in text:
        assert inner == redact_text(text)


@pytest.mark.parametrize(
    "text,kept",
    [
        ("Authorization: Bearer abc123def456", f"Authorization: Bearer {REDACTED}"),
        ("authorization: basic dXNlcjpwYXNz1=", f"authorization: basic {REDACTED}"),
        ("postgres://user:pw@db/x", f"postgres://{REDACTED}@db/x"),
        ('{"api_key": "a\\"b", "n": 1}', f'{{"api_key": "{REDACTED}", "n": 1}}'),
        ('{"password": "ends with \\\\", "n": "x"}', f'{{"password": "{REDACTED}", "n": "x"}}'),
        ("{'openaiApiKey': 'abc'}", f"{{'openaiApiKey': '{REDACTED}'}}"),
        ('client(password="abc", x="y")', f'client(password="{REDACTED}", x="y")'),
        ("OPENAI_API_KEY=abc; x", f"OPENAI_API_KEY={REDACTED}; x"),
        ("GET /p?a=1&sig=abc&b=2", f"GET /p?a=1&sig={REDACTED}&b=2"),
        ('{"access_token": "cut off in the mi', f'{{"access_token": "{REDACTED}'),
    ],
)
def test_credentials_known_by_what_stands_before_them(text: str, kept: str) -> None:
    assert redact_text(text) == kept
    assert redact_text(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Bearer authentication is required",
        "Basic understanding of tasks",
        '{"token": "Hello", "logprob": -0.1}',
        '{"usage": {"max_completion_tokens": 5, "total_tokens": 7}}',
        '{"code": "rate_limit_exceeded", "key": "value"}',
        "task-abcdefghijklmnopqrstuvwxyz",
        "https://host:8123/threads/019a-b/runs?stream_mode=values",
        "decorated with @tool and @property.setter",
        "run_0123456789abcdefghijklmn",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact_text(text) == text


def test_a_named_value_two_strings_deep_keeps_the_json_around_it() -> None:
    inner = json.dumps({"password": 'a"b\\', "then": 'q"'})
    outer = json.dumps({"arguments": inner, "after": 1})
    kept = json.loads(redact_text(json.dumps({"body": outer})))
    assert json.loads(json.loads(kept["body"])["arguments"]) == {"password": REDACTED, "then": 'q"'}


json_values = st.recursive(
    st.text()
    | st.integers()
    | st.sampled_from([f"\n{c}\\" for c in CREDENTIALS])
    | st.sampled_from(["it's api_key='a", 'password="b', "secret: 'c'", "password=", "Bearer a1b2c3d4"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["password", "api_key"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(json_values, st.booleans(), st.integers(0, 3))
def test_json_stays_json_and_once_is_enough(value: object, ascii_only: bool, depth: int) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    for _ in range(depth):
        text = json.dumps({"in": text}, ensure_ascii=ascii_only)
    once = redact_text(text)
    json.loads(once)
    assert redact_text(once) == once
    for credential in CREDENTIALS:
        assert credential not in once


@given(st.text(alphabet="ab\\\"' =:@./Bearsk-_1\n"))
def test_any_text_does(text: str) -> None:
    assume(text)
    redact_text(text)


def test_an_e_mail_address_in_an_address_is_found_as_it_is_written_there() -> None:
    text = "/users/ada.l%40example.com/x?e=bob%2Bx%40mail.example.org&a=1 100%40off a%40b"
    assert redact_text(text) == f"/users/{REDACTED}/x?e={REDACTED}&a=1 100%40off a%40b"


def test_the_variables_that_a_tool_is_given_are_secrets_by_their_names() -> None:
    assert redact_text('{"env": {"GITHUB_TOKEN": "planted12345"}}') == '{"env": {"GITHUB_TOKEN": "<redacted>"}}'
    assert redact_text("GITHUB_TOKEN=planted12345") == "GITHUB_TOKEN=<redacted>"
    assert redact_text('{"next_token": "a", "TOKENS": "b"}') == '{"next_token": "a", "TOKENS": "b"}'


WORDS = (*("sk-", "abcdefghij0123456789", '"', "\\", "\\n", "\n"), *("@", "example.com", "://a:b", "Bearer ", "é", " "))


@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join), st.integers(0, 12))
def test_a_long_text_is_looked_through_in_pieces_without_a_difference(text: str, size: int) -> None:
    whole: list[tuple[str, str]] = []
    pieces: list[tuple[str, str]] = []
    clean = redact_text(text, lambda what, value: whole.append((what, value)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redact, "PIECE", size)
        assert redact_text(text, lambda what, value: pieces.append((what, value))) == clean
    assert pieces == whole
