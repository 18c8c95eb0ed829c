"""The shipped files are found in a checkout and in an installed wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from inspector import assets

CHECKOUT = Path(assets.__file__).resolve().parents[1]


def test_a_checkout_has_them_beside_the_package() -> None:
    assert assets.root() == CHECKOUT / "resources"
    assert assets.path("icon/stream-inspector.svg").read_bytes().startswith(b"<svg")
    assert b"STREAM_INSPECTOR_TAP" in assets.path("tap/python/stream_inspector_tap.py").read_bytes()


def test_a_file_that_is_not_shipped_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="icon/none"):
        assets.path("icon/none.svg")


def test_the_wheel_has_them_below_the_package_where_they_are_found(tmp_path: Path) -> None:
    """Lays the files out as the build's table says, and asks a fresh interpreter that sees nothing else."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    for source, target in project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items():
        shutil.copytree(CHECKOUT / source, tmp_path / target)
    for name in ("__init__.py", "assets.py"):
        shutil.copy(CHECKOUT / "inspector" / name, tmp_path / "inspector" / name)
    names = ["icon/stream-inspector.svg", "tap/python/sitecustomize.py", "tap/node/stream-inspector-tap.cjs"]
    code = f"from inspector import assets\nfor name in {names}: print(assets.path(name))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    shipped = (tmp_path / "inspector/_resources").resolve()
    assert [Path(line) for line in found.splitlines()] == [shipped / name for name in names]
