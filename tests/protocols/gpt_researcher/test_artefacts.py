from __future__ import annotations

import pytest

from inspector.protocols.gpt_researcher.artefacts import fetch, file_name, files_of, first_line, unlike

TEXT = " ".join(f"word{number}" for number in range(100))


def test_the_files_that_a_path_names() -> None:
    assert files_of({"pdf": "", "md": "outputs/a.md", "x": 1, "json": None}) == {"md": "outputs/a.md", "pdf": ""}
    assert files_of("outputs/a.md") == {}


@pytest.mark.parametrize(
    ("path", "name", "asked"),
    [
        ("outputs/a b.md", "a b.md", "/outputs/a%20b.md"),
        ("/outputs/a%20b.md", "a b.md", "/outputs/a%20b.md"),
        ("outputs\\a.md", "a.md", "/outputs/a.md"),
    ],
)
def test_a_file_is_found_again_by_its_name(path: str, name: str, asked: str) -> None:
    assert file_name(path) == name
    assert fetch(path, "x").path == asked
    assert file_name(fetch(path, "x").path) == name


def test_reports_are_alike_whatever_their_order_and_layout() -> None:
    assert unlike(TEXT, "# " + "\n".join(reversed(TEXT.split()))) is None
    assert unlike(TEXT, TEXT + " contents references " * 20) is None
    assert unlike("", TEXT) is None


def test_a_report_that_began_again_is_unlike_its_file() -> None:
    half = " ".join(TEXT.split()[:50])
    assert unlike(half + " " + TEXT, TEXT) == {"lost": 0.33, "added": 0.0}
    assert unlike(half, TEXT * 2) == {"lost": 0.0, "added": 0.75}


def test_a_long_text_is_told_by_its_beginning() -> None:
    assert first_line("a\nb") == "a b"
    assert len(first_line(TEXT)) <= 160
