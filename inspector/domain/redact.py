"""What must not be kept is replaced by ``<redacted>``: before a frame exists, and again when something is exported.

On the way into a frame the names of headers and query parameters decide, and the exact values that a link was given as
secrets are replaced wherever they turn up (:class:`Secrets`, :class:`Scrubber`). At export, texts are also searched for
what looks like a credential or an e-mail address (:func:`redact_text`).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import quote, unquote, unquote_plus

REDACTED = "<redacted>"
SHORTEST = 6
"""Shorter values are not replaced inside bodies: ``EMPTY`` or ``test`` as a key would tear holes into ordinary text."""

PIECE = 16_384
_EDGE = re.compile('["\\n]')
_SCHEMES = frozenset({"bearer", "basic", "digest", "negotiate", "ntlm", "token", "apikey", "sharedaccesssignature"})
_SECRET_HEADER = re.compile(
    r"authorization|cookie|^x-auth-|token(?!s)|secret|passw|credential|signature|api-?key|(?:^|-)key$"
)
_NO_SECRET_HEADER = frozenset({"idempotency-key", "x-idempotency-key", "sec-websocket-key"})
_SECRET_PARAMETER = re.compile(
    r"token(?!s)|secret|passw|credential|signature|api[^a-z]?key|(?<![a-z])(?:key|sig|code|auth|jwt|pwd)(?![a-z])"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOTHING: Mapping[str, str] = {}


def is_secret_header(name: str) -> bool:
    """Whether a header of this name carries a credential. Counts of tokens and rate limits do not."""
    name = name.lower()
    return name not in _NO_SECRET_HEADER and _SECRET_HEADER.search(name) is not None


def is_secret_parameter(name: str) -> bool:
    """Whether a query parameter of this name, percent-encoded or not, carries a credential."""
    return _SECRET_PARAMETER.search(_CAMEL.sub("_", unquote_plus(name)).lower()) is not None


def redact_headers(headers: Mapping[str, str], shown: Mapping[str, str] = _NOTHING) -> dict[str, str]:
    """The headers with lower-case names and without secrets; the word for the scheme ("Bearer") stays.

    ``shown`` maps lower-case names to what stands in place of the secret there, the name of an environment variable
    for one; such a header is a secret whatever it is called.
    """
    kept: dict[str, str] = {}
    for name, value in headers.items():
        name = name.lower()
        if name in shown or is_secret_header(name):
            value = _scheme(value) + shown.get(name, REDACTED)
        kept[name] = value
    return kept


def redact_url(url: str) -> str:
    """The URL without user and password, and without the values of query parameters that carry credentials.

    Everything else stays as it is written. A fragment is treated like a query: OAuth hands tokens over in it.
    """
    rest, hash_, fragment = url.partition("#")
    rest, mark, query = rest.partition("?")
    before, slashes, after = rest.partition("//")
    if slashes:
        authority, slash, path = after.partition("/")
        if "@" in authority:
            authority = REDACTED + "@" + authority.rpartition("@")[2]
        rest = before + slashes + authority + slash + path
    return rest + mark + _redact_query(query) + hash_ + _redact_query(fragment)


def _redact_query(query: str) -> str:
    parts = re.split("([&;])", query)
    for index, part in enumerate(parts):
        name, equals, value = part.partition("=")
        if value and is_secret_parameter(name):
            parts[index] = name + equals + REDACTED
    return "".join(parts)


def _scheme(value: str) -> str:
    """The scheme word of a credential with its space, or nothing: an unknown first word could be the secret."""
    word, space, rest = value.partition(" ")
    return word + space if rest.strip() and word.lower() in _SCHEMES else ""


def redact_bytes(data: bytes, secrets: Sequence[bytes]) -> bytes:
    """The data with these exact values replaced. A value cut in two by a chunk's edge needs a :class:`Scrubber`."""
    for secret in secrets:
        if secret in data:
            data = data.replace(secret, REDACTED.encode())
    return data


class Secrets:
    """The exact secret values of one connection, in every spelling in which a peer could send them back.

    Made from the headers and parameters whose names say that they are secret, and from those in ``named`` whatever
    they are called. ``values`` has the longest first, so that no value hides behind a part of itself.
    """

    def __init__(
        self,
        headers: Mapping[str, str] = _NOTHING,
        query: Iterable[tuple[str, str]] = (),
        named: Iterable[str] = (),
    ) -> None:
        names = {name.lower() for name in named}
        found: set[str] = set()
        for name, value in headers.items():
            if name.lower() in names or is_secret_header(name):
                found |= _parts(value)
        found |= {value for name, value in query if name.lower() in names or is_secret_parameter(name)}
        spelled = {spelling for value in found for spelling in _spellings(value)}
        self.values: tuple[bytes, ...] = tuple(
            sorted((value for value in spelled if len(value) >= SHORTEST), key=lambda value: (-len(value), value))
        )

    def __repr__(self) -> str:
        return f"Secrets({len(self.values)} values)"

    def in_bytes(self, data: bytes) -> bytes:
        """The data without them."""
        return redact_bytes(data, self.values)

    def in_text(self, text: str) -> str:
        """The text without them."""
        return redact_bytes(text.encode("utf-8", "surrogatepass"), self.values).decode("utf-8", "surrogatepass")


def _parts(value: str) -> set[str]:
    """A header's value, the credential after its scheme, the password in basic authentication, a cookie's values."""
    credential = value[len(_scheme(value)) :].strip()
    found = {value, credential}
    if value.lower().startswith("basic "):
        try:
            login = base64.b64decode(credential, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return found
        return found | {login, login.partition(":")[2]}
    if "=" in value:
        found |= {part.partition("=")[2].strip() for part in value.split(";")}
    return found


def _spellings(value: str) -> set[bytes]:
    """As it is, percent-encoded or decoded, and as JSON writes it."""
    texts = {value, quote(value, safe="", errors="surrogatepass"), unquote(value), json.dumps(value)[1:-1]}
    return {text.encode("utf-8", "surrogatepass") for text in texts}


class Scrubber:
    """Takes exact values out of a body that comes in chunks.

    An end of a chunk that could be the beginning of a value waits for the next chunk: that is rare, at most the length
    of a value, and nothing for an event stream, where no credential goes over the blank line after an event.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        self._secrets = secrets
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """What can be let through."""
        if not self._secrets:
            return chunk
        data = redact_bytes(self._held + chunk, self._secrets)
        keep = max(_overlap(data, secret) for secret in self._secrets)
        self._held = data[len(data) - keep :]
        return data[: len(data) - keep]

    def finish(self) -> bytes:
        """What was held back when the body ended."""
        held, self._held = self._held, b""
        return held


def _overlap(data: bytes, secret: bytes) -> int:
    """How many bytes at the end of the data are the beginning of the secret."""
    for length in range(min(len(data), len(secret) - 1), 0, -1):
        if data.endswith(secret[:length]):
            return length
    return 0


Told = Callable[[str, str], None]
"""Hears of each replacement: what it was taken for, and the value itself."""


def redact_text(text: str, told: Told | None = None) -> str:
    """The text without what looks like a credential (keys, tokens, JWTs, logins in URLs) or an e-mail address.

    JSON stays JSON, and what was redacted once stays as it is. A pattern is only tried where one of the words that it
    cannot do without is in the text, because most texts hold none of them.
    """
    low = text.lower()
    if any(word in low for word in _NAME_WORDS):
        text = _redact_named(text, told)
    for what, words, pattern in _PATTERNS:
        if any(word in low for word in words):
            stand_in = partial(_stand_in, what, told)
            text = "".join([pattern.sub(stand_in, part) for part in _pieces(text)])
    return text


def _pieces(text: str) -> Iterator[str]:
    """A long text in pieces: no pattern fits over a quote or the end of a line, nor looks beyond it.

    While one piece is looked through, no other thread has a turn.
    """
    start = 0
    while start < len(text):
        edge = _EDGE.search(text, start + PIECE)
        end = len(text) if edge is None else edge.end()
        yield text[start:end]
        start = end


def secret_spans(text: str) -> list[tuple[int, int, str]]:
    """Where in the text (from, to) such things are, and what each is taken for."""
    low = text.lower()
    found = _named_spans(text) if any(word in low for word in _NAME_WORDS) else []
    for what, words, pattern in _PATTERNS:
        if any(word in low for word in words):
            found += [(m.end("keep"), m.end(), what) for m in pattern.finditer(text) if m["escape"] is None]
    return found


_NAME_WORDS = (
    *("apikey", "api_key", "api-key", "accesskey", "access_key", "access-key", "subscription", "passw", "passphrase"),
    *("secret", "authorization", "credential", 'token"', "token'", "token\\", "token=", "key=", "sig=", "code="),
)
_SECRET_NAME = re.compile(
    r"(?:api|access)[-_]?key|passw(?:or)?d|passphrase|secret|subscription[-_]?key|authorization|credential"
    r"|(?:access|refresh|id|auth|session|security|bearer)[-_]?token$"
)
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*TOKEN")
"""Variables that tools are given, such as those of an MCP server."""

_NAME = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<name>[A-Za-z0-9_-]{3,60}+)(?:"
    r"(?P<quote>\\*[\"'])\s*[:=]\s*(?P=quote)"
    # A quote that is not like the one of the name could be the end of a JSON string around them.
    r"|(?:\\*[\"'])?\s*[:=]\s*(?P<other>\\*[\"'])(?![\s,\]}:\\]|\Z)"
    r"|=)"
)
_BARE_VALUE = re.compile(r"[^\s&;,\"'\\<>(){}\[\]]*")
_DOUBLE = re.compile(r'(\\*)"')
_EITHER = re.compile(r"\\*[\"']")


def _redact_named(text: str, told: Told | None) -> str:
    parts: list[str] = []
    done = 0
    for start, end, what in _named_spans(text):
        value = text[start:end]
        if value == _scheme(value) + REDACTED:
            continue
        if told is not None:
            told(what, value)
        parts += (text[done:start], REDACTED)
        done = end
    return "".join([*parts, text[done:]])


def _named_spans(text: str) -> list[tuple[int, int, str]]:
    """Values by the name before them: ``"api_key": "…"``, also inside a JSON string, and ``api_key=…``."""
    found: list[tuple[int, int, str]] = []
    done = 0
    for match in _NAME.finditer(text):
        start = match.end()
        if start < done or not _is_secret_name(text, match):
            continue
        opening = match["quote"] or match["other"]
        end = _quoted_end(text, start, opening) if opening else _bare_end(text, start)
        if end > start:
            found.append((start, end, match["name"]))
            done = end
    return found


def _is_secret_name(text: str, match: re.Match[str]) -> bool:
    if _SECRET_NAME.search(match["name"].lower()) or _ENVIRONMENT.fullmatch(match["name"]):
        return True
    in_url = text[match.start() - 1 : match.start()] in ("?", "&")
    return in_url and is_secret_parameter(match["name"])


def _bare_end(text: str, start: int) -> int:
    value = _BARE_VALUE.match(text, start)
    return value.end() if value else start


def _quoted_end(text: str, start: int, opening: str) -> int:
    """Where a value ends whose opening quote has backslashes before it: 2^n - 1 of them in a JSON string n deep.

    A quote with fewer ends the string around it; one with more belongs to the value, unless the surplus are whole
    escaped backslashes. Without any, the text was cut off in the middle. Single quotes are no JSON: there a double one
    ends the string around the value.
    """
    if opening.endswith("'"):
        close = _EITHER.search(text, start)
        return close.start() if close else len(text)
    depth = len(opening) - 1
    for match in _DOUBLE.finditer(text, start):
        slashes = len(match[1])
        if slashes < depth or slashes % (2 * depth + 2) == depth:
            return match.end() - 1 - min(slashes, depth)
    return len(text)


# A text may be JSON, where the letter of an escape is no part of the word behind it. Escapes are therefore stepped over
# whole. Where a backslash and its letter could be either, the backslash goes with the credential: JSON stays JSON.
_ESCAPE = r"(?P<escape>\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt]))"
_AFTER_ESCAPE = r"(?<=\\[bfnrt])|(?<=\\u[0-9a-fA-F]{4})"
_START = rf"(?:\\|(?<![A-Za-z0-9])|{_AFTER_ESCAPE})"
_ADDRESS_START = rf"(?:\\|(?<![A-Za-z0-9_.%+\\-])|(?<=\\)(?!u[0-9a-fA-F]{{4}}|[bfnrt])|{_AFTER_ESCAPE})"


def _credential(body: str) -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{body})|{_ESCAPE}")


_PATTERNS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        "bearer token",
        ("bearer ",),
        _credential(r"(?P<keep>[Bb](?i:earer) +)(?:[\w.~+/=-]{16,}|(?=[A-Za-z_.~+/=-]*\d)[\w.~+/=-]{8,})"),
    ),
    (
        "basic login",
        ("basic ",),
        _credential(r"(?P<keep>[Bb](?i:asic) +)(?:[A-Za-z0-9+/]{20,}=*|(?=[A-Za-z+/]*[\d=])[A-Za-z0-9+/]{8,}=*)"),
    ),
    (
        "login in an address",
        ("://",),
        re.compile(r"(?P<escape>(?!))|(?P<keep>://)[^/\s:@\"'\\<>]+:[^/\s@\"'\\<>]+(?=@)"),
    ),
    (
        "key",
        ("sk-", "sk_", "rk_", "xai-", "tvly-", "pplx-", "r8_", "hf_", "lsv2_", "gh", "glpat-", "xox"),
        _credential(
            r"(?P<keep>)(?:sk[-_]|rk_|xai-|tvly-|pplx-|r8_|hf_|gsk_|lsv2_|gh[oprsu]_|github_pat_|glpat-|xox[abprs]-)"
            r"[A-Za-z0-9_-]{16,}"
        ),
    ),
    (
        "key or token",
        ("akia", "asia", "aiza", "eyj"),
        _credential(
            r"(?P<keep>)(?:A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])|AIza[A-Za-z0-9_-]{30,}"
            r"|eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4})"
        ),
    ),
    (
        "e-mail address",
        ("%40",),
        re.compile(
            r"(?P<escape>(?!))|(?P<keep>)(?<![A-Za-z0-9_.%+-])[A-Za-z0-9._%+-]{1,64}?%40(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
        ),
    ),
    (
        "e-mail address",
        ("@",),
        re.compile(rf"{_ESCAPE}|{_ADDRESS_START}(?P<keep>)[A-Za-z0-9._%+-]++@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{{2,}}"),
    ),
)


def _stand_in(what: str, told: Told | None, match: re.Match[str]) -> str:
    if match["escape"] is not None:
        return match["escape"]
    if told is not None:
        told(what, match[0][len(match["keep"]) :])
    return match["keep"] + REDACTED
