"""No file names the machine or the way it was made on, promises what is not there, or points at what is not here."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import report, texts

# Each pattern has a class of one letter, so that it does not find itself.
RULES = {
    "a path of one machine": [
        r"/wor[k]/",
        r"/roo[t]/",
        r"/tmp/[w]/",
        r"/home/[a-z]+/",
        r"/opt/wheel[s]",
        r"C:\\User[s]\\",
    ],
    "the host of a package registry": [r"pypi\.or[g]", r"pythonhosted\.or[g]", r"npmjs\.(or[g]|co[m])"],
    "a document that is not here": [
        r"\.\./share[d]",
        r"\b(architecture|verdicts|performance|FORMAT)\.m[d]\b",
        r"\bdesign/[a-z]+\.m[d]\b",
        r"\bprotocols/[a-z]+\.m[d]\b",
    ],
    "how the work was organised": [r"\b[Cc]olleagu[e]s?\b", r"\b[Tt]he brie[f]\b", r"\b[Tt]he dossie[r]\b"],
}
PROMISES = [
    r"TOD[O]",
    r"FIXM[E]",
    r"XX[X]\b",
    r"NotImplementedErro[r]",
    r"[Cc]oming soo[n]",
    r"not (yet )?implemente[d]",
]


def _found(patterns: list[str], only: str = "") -> list[str]:
    any_of = re.compile("|".join(patterns))
    return [
        f"{file}:{number} {match.group()!r} in: {line.strip()[:100]}"
        for file, text in texts()
        if file.startswith(only)
        for number, line in enumerate(text.splitlines(), 1)
        if (match := any_of.search(line))
    ]


@pytest.mark.parametrize("what", RULES)
def test_no_file_holds(what: str) -> None:
    problems = _found(RULES[what])
    assert not problems, report(problems)


def test_the_product_promises_nothing_that_is_not_there() -> None:
    problems = _found(PROMISES, only="inspector/") + _found(PROMISES, only="README")
    assert not problems, report(problems)


@pytest.mark.parametrize(
    "sample",
    [
        "/" + "work/main",
        "see ../" + "shared/x",
        "files.python" + "hosted.org",
        "architecture" + ".md",
        "# TO" + "DO: later",
    ],
)
def test_the_rules_find_what_they_are_for(sample: str) -> None:
    every = [pattern for patterns in [*RULES.values(), PROMISES] for pattern in patterns]
    assert re.search("|".join(every), sample)
