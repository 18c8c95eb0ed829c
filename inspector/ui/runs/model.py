"""The watch list as a flat model: a heading for each group, then its runs, changed in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from inspector.domain.diagnosis import Verdict
from inspector.present.runlist import GROUP_TITLES, Group, RunRow, row_of
from inspector.services.hub import Hub
from inspector.services.model import RunId

Index = QModelIndex | QPersistentModelIndex

AT_ONCE = 200
"""Runs that are taken in at a time: a log of a million rows tells of thousands, and the window has to answer."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A group's line. ``count`` is of its runs that the filter lets through."""

    group: Group
    title: str
    count: int
    open: bool


Entry = Heading | RunId


class RunsModel(QAbstractListModel):
    """``entry(row)`` is a Heading or a RunId; ``row_of_run`` gives what the delegate paints.

    ``grown``: more of many runs were taken in, a while after they were told of.
    """

    grown = Signal()

    def __init__(self, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._rows: dict[RunId, RunRow] = {}
        self._seen: dict[RunId, tuple[Verdict, tuple[object, ...]]] = {}
        self._entries: list[Entry] = []
        self._places: dict[RunId, int] = {}
        self._closed: set[Group] = set()
        self._filter = ""
        self._later: dict[RunId, None] = {}
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._go_on)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Headings and shown runs."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts for accessibility and search; the delegate paints from the values themselves."""
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if isinstance(entry, Heading):
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return f"{entry.title}, {entry.count}"
            return None
        row = self._rows[entry]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.full or row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (row.word, row.title, row.name, row.detail) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            thread = f"\nthread {row.thread}" if row.thread else ""
            told = " · ".join(part for part in (row.protocol, row.title, f"{row.word} {row.detail}") if part)
            return f"{row.full or '(no id)'}{thread}\n{told}".rstrip()
        return None

    def entry(self, row: int) -> Entry | None:
        """What stands in this row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def row_of_run(self, run: RunId) -> RunRow:
        """The values of a run's row."""
        return self._rows[run]

    def find(self, run: RunId | None) -> QModelIndex:
        """Where a run stands; invalid when it is not shown."""
        place = None if run is None else self._places.get(run)
        return QModelIndex() if place is None else self.index(place)

    def __len__(self) -> int:
        """All runs, those that the filter hides as well."""
        return len(self._rows)

    def set_filter(self, text: str) -> None:
        """Show only runs whose ids or words hold this text."""
        self._filter = text.strip().lower()
        self._arrange()

    def toggle(self, group: Group) -> None:
        """Open or close a group."""
        self._closed ^= {group}
        self._arrange()

    def update(self, runs: Iterable[RunId]) -> None:
        """Judge these runs' rows again. Rows move only when their group changed; those that are gone go."""
        there = self._hub.runs()
        known = set(there)
        moved = len(self._rows.keys() - known) > 0
        if moved:
            self._rows = {run: row for run, row in self._rows.items() if run in known}
            self._seen = {run: seen for run, seen in self._seen.items() if run in known}
        due = [run for run in runs if run in known]
        for run in due[:AT_ONCE]:
            self._later.pop(run, None)
            moved = self._judge(run) or moved
        if moved:
            self._arrange()
        self._later.update(dict.fromkeys(due[AT_ONCE:]))
        if self._later:
            self._soon.start()

    def _go_on(self) -> None:
        due = list(islice(self._later, AT_ONCE))
        for run in due:
            del self._later[run]
        self.update(due)
        self.grown.emit()

    def reload(self) -> None:
        """Read all runs of all books anew."""
        self.update(self._hub.runs())

    def _judge(self, run: RunId) -> bool:
        """Take in how a run stands; whether the list has to be arranged anew for it."""
        case = self._hub.case(run)
        if case.run.protocol == "proxy":  # the door to an exchange that is listed as the run that it carries
            return False
        verdict, known = self._hub.standing(run), self._seen.get(run)
        told = case.run.id, case.run.name, case.run.thread, case.run.changed_at, case.run.first_at
        if known is not None and known[0] is verdict and known[1] == told:
            return False  # most runs of many only go on
        self._seen[run] = verdict, told
        row = row_of(case, verdict)
        before = self._rows.get(run)
        if row == before:
            return False
        self._rows[run] = row
        if before is None or before.group is not row.group or self._filter:
            return True
        index = self.find(run)
        if index.isValid():
            self.dataChanged.emit(index, index)
        return False

    def _shown(self, run: RunId) -> bool:
        row = self._rows[run]
        words = f"{row.full} {row.thread or ''} {row.title} {row.word} {row.detail} {row.protocol}".lower()
        return all(part in words for part in self._filter.split())

    def _wanted(self) -> list[Entry]:
        groups: dict[Group, list[RunId]] = {group: [] for group in Group}
        for run in reversed(self._rows):
            if not self._filter or self._shown(run):
                groups[self._rows[run].group].append(run)
        entries: list[Entry] = []
        for group, runs in groups.items():
            if runs:
                is_open = group not in self._closed
                entries.append(Heading(group, GROUP_TITLES[group], len(runs), is_open))
                entries += runs if is_open else ()
        return entries

    def _arrange(self) -> None:
        wanted = self._wanted()
        if [_name(entry) for entry in wanted] == [_name(entry) for entry in self._entries]:
            changed = [place for place, entry in enumerate(wanted) if entry != self._entries[place]]
            self._entries = wanted
            for place in changed:
                self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.layoutAboutToBeChanged.emit()
        before = [(index, self.entry(index.row())) for index in self.persistentIndexList()]
        self._entries = wanted
        places = {_name(entry): place for place, entry in enumerate(wanted)}
        self._places = {name: place for name, place in places.items() if isinstance(name, RunId)}
        for index, entry in before:
            now = None if entry is None else places.get(_name(entry))
            self.changePersistentIndex(index, QModelIndex() if now is None else self.index(now))
        self.layoutChanged.emit()


def _name(entry: Entry) -> Group | RunId:
    return entry.group if isinstance(entry, Heading) else entry
