"""The application's icon is there in every size, as it is drawn, and desktops find it."""

from __future__ import annotations

import configparser

import pytest
from PySide6.QtGui import QImage

from inspector import assets
from tests.house.icons import LAST_SMALL, SIZES, draw, png


def _distance(one: QImage, other: QImage) -> float:
    """The mean difference of the two pictures' samples, 0 to 255."""
    # The samples are only there as long as their picture is.
    alike = [image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied) for image in (one, other)]
    a, b = (bytes(image.constBits()) for image in alike)
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)


@pytest.mark.parametrize("size", [size for size in SIZES if size <= 128])
def test_each_size_is_what_the_drawing_gives(size: int) -> None:
    kept = QImage(str(png(size)))
    assert (kept.width(), kept.height()) == (size, size)
    assert _distance(kept, draw(size)) < 2, "draw it anew: python -m tests.house.icons"


@pytest.mark.parametrize("size", [256, 512])
def test_the_large_sizes_are_there(size: int) -> None:
    kept = QImage(str(png(size)))
    assert (kept.width(), kept.height()) == (size, size)
    assert kept.pixelColor(0, 0).alpha() == 0
    assert kept.pixelColor(size // 2, size // 8).alpha() == 255


def test_the_two_drawings_differ() -> None:
    assert _distance(draw(LAST_SMALL).scaled(32, 32), draw(32)) > 5


def test_the_desktop_entry_starts_the_program_with_its_icon() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(assets.path("stream-inspector.desktop"), encoding="utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Type"] == "Application"
    assert entry["Name"] == "Stream Inspector"
    assert entry["Exec"] == "stream-inspector-gui %F"
    assert entry["Icon"] == "stream-inspector"
    assert entry["Terminal"] == "false"
    assert entry["Categories"].startswith("Development;")
