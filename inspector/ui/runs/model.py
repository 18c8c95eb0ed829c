"""The watch list as a flat model: a heading for each group, then its runs, changed in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from inspector.present.runlist import GROUP_TITLES, Group, RunRow, row_of
from inspector.services.hub import Hub
from inspector.services.model import RunId

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """A group's line. ``count`` is of all its runs, those that the filter hides as well."""

    group: Group
    title: str
    count: int
    open: bool


class RunsModel(QAbstractListModel):
    """``entry(row)`` is a Heading or a RunId; ``row_of_run`` gives what the delegate paints."""

    def __init__(self, hub: Hub, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._rows: dict[RunId, RunRow] = {}
        self._entries: list[Heading | RunId] = []
        self._closed: set[Group] = set()
        self._filter = ""

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
            return f"{row.word}, {row.name}, {row.detail}"
        if role == Qt.ItemDataRole.ToolTipRole:
            thread = f"\nthread {row.thread}" if row.thread else ""
            return f"{row.full or '(no id)'}{thread}\n{row.protocol} · {row.word} {row.detail}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings can be opened and closed, runs can be chosen."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def entry(self, row: int) -> Heading | RunId | None:
        """What stands in this row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def row_of_run(self, run: RunId) -> RunRow:
        """The values of a run's row."""
        return self._rows[run]

    def find(self, run: RunId | None) -> QModelIndex:
        """Where a run stands; invalid when it is not shown."""
        if run is None or run not in self._rows:
            return QModelIndex()
        try:
            return self.index(self._entries.index(run))
        except ValueError:
            return QModelIndex()

    def counts(self) -> dict[Group, int]:
        """How many runs each group has."""
        found = dict.fromkeys(Group, 0)
        for row in self._rows.values():
            found[row.group] += 1
        return found

    def set_filter(self, text: str) -> None:
        """Show only runs whose ids or words hold this text."""
        self._filter = text.strip().lower()
        self._arrange()

    def toggle(self, group: Group) -> None:
        """Open or close a group."""
        self._closed ^= {group}
        self._arrange()

    def reload(self) -> None:
        """Read all runs of all books anew."""
        self._rows = {}
        self.update(self._hub.runs())

    def update(self, runs: Iterable[RunId]) -> None:
        """Judge these runs' rows again. Rows move only when their group changed."""
        moved = False
        for run in runs:
            row = row_of(self._hub.case(run), self._hub.verdict(run))
            before = self._rows.get(run)
            if row == before:
                continue
            self._rows[run] = row
            if before is None or before.group is not row.group:
                moved = True
            else:
                index = self.find(run)
                self.dataChanged.emit(index, index)
        if moved:
            self._arrange()

    def drop_book(self, book: int) -> None:
        """The runs of a closed file go."""
        self._rows = {run: row for run, row in self._rows.items() if run.book != book}
        self._arrange()

    def _shown(self, run: RunId) -> bool:
        row = self._rows[run]
        words = f"{row.full} {row.thread or ''} {row.word} {row.detail} {row.protocol}".lower()
        return all(part in words for part in self._filter.split())

    def _arrange(self) -> None:
        groups: dict[Group, list[RunId]] = {group: [] for group in Group}
        for run, row in self._rows.items():
            groups[row.group].append(run)
        entries: list[Heading | RunId] = []
        for group, runs in groups.items():
            if not runs:
                continue
            is_open = group not in self._closed
            entries.append(Heading(group, GROUP_TITLES[group], len(runs), is_open))
            if is_open:
                entries += [run for run in reversed(runs) if self._shown(run)]
        if [e for e in entries if isinstance(e, RunId)] == [e for e in self._entries if isinstance(e, RunId)] and len(
            entries
        ) == len(self._entries):
            self._entries = entries
            if entries:
                self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.entry(index.row())) for index in self.persistentIndexList()]
        self._entries = entries
        for index, entry in kept:
            there = self.find(entry) if isinstance(entry, RunId) else QModelIndex()
            self.changePersistentIndex(index, there)
        self.layoutChanged.emit()
