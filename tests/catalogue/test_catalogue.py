"""Every finding of the catalogue fires where it should, is silent where it should, and knows its edge."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from inspector.domain.findings import CATALOGUE
from tests.catalogue.entry import Entry
from tests.catalogue.of_langgraph import LANGGRAPH
from tests.catalogue.of_runs import RUNS
from tests.catalogue.of_sockets import SOCKETS
from tests.catalogue.of_streams import STREAMS
from tests.catalogue.of_traces import TRACES

ENTRIES: Mapping[str, Entry] = {**STREAMS, **RUNS, **LANGGRAPH, **SOCKETS, **TRACES}


def test_no_finding_is_without_its_proof() -> None:
    assert set(ENTRIES) == set(CATALOGUE)


@pytest.mark.parametrize("name", ENTRIES)
def test_it_fires(name: str) -> None:
    assert name in ENTRIES[name].fires()


@pytest.mark.parametrize("name", ENTRIES)
def test_it_does_not_fire(name: str) -> None:
    assert name not in ENTRIES[name].calm()


@pytest.mark.parametrize("name", ENTRIES)
def test_it_knows_its_edge(name: str) -> None:
    assert name not in ENTRIES[name].before()
    assert name in ENTRIES[name].at()
