"""What the connected servers have: connections, their threads, their runs. Paged, never all at once."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from inspector.domain.adapter import Query, RunRef, Target, ThreadRef
from inspector.present.runlist import short_id
from inspector.services.model import Change, Connection
from inspector.ui.desk import Desk

WHAT, PAYLOAD = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
STATUSES = ("", "busy", "interrupted", "error", "idle")


class BrowsePanel(QWidget):
    """Connections → threads → runs. Activating a run attaches to it. ``starts`` asks to start a run there."""

    starts = Signal(object, str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Thread id, status:busy, or key=value of the metadata"))
        self.filter.setAccessibleName(self.tr("Search threads"))
        self.filter.setClearButtonEnabled(True)
        self.filter.returnPressed.connect(self._search)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(self.tr("Connections, threads and runs"))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.itemExpanded.connect(self._expanded)
        self.tree.itemActivated.connect(self._activated)
        self.empty = QLabel(self.tr("No server is connected."))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.addWidget(self.filter)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.empty, 1)
        desk.changed.connect(self._changed)
        self.reload()

    def reload(self) -> None:
        """Show the connections; what was unfolded is asked for again."""
        self.tree.clear()
        for connection in self._desk.hub.connections():
            item = QTreeWidgetItem([f"{connection.name}  ·  {connection.protocol}"])
            item.setToolTip(0, f"{connection.spec.base_url}\n{connection.probe.server}")
            self._mark(item, "connection", connection)
            self._placeholder(item)
            self.tree.addTopLevelItem(item)
        some = self.tree.topLevelItemCount() > 0
        self.tree.setVisible(some)
        self.filter.setVisible(some)
        self.empty.setVisible(not some)
        only = self._tops()
        if len(only) == 1:
            only[0].setExpanded(True)

    def query(self, after: str | None = None) -> Query:
        """The threads that the search field asks for."""
        status: str | None = None
        metadata: dict[str, str] = {}
        for word in self.filter.text().split():
            name, colon, value = word.partition(":")
            if colon and name == "status":
                status = value
            elif "=" in word:
                key, _, wanted = word.partition("=")
                metadata[key] = wanted
        return Query("threads", status=status or None, metadata=metadata, after=after)

    def _changed(self, change: Change) -> None:
        if change.kind == "connections":
            self.reload()

    def _mark(self, item: QTreeWidgetItem, what: str, payload: object) -> None:
        item.setData(0, WHAT, what)
        item.setData(0, PAYLOAD, payload)

    def _placeholder(self, item: QTreeWidgetItem) -> None:
        waiting = QTreeWidgetItem([self.tr("loading…")])
        waiting.setFlags(Qt.ItemFlag.NoItemFlags)
        self._mark(waiting, "loading", None)
        item.addChild(waiting)

    def _expanded(self, item: QTreeWidgetItem) -> None:
        if [child.data(0, WHAT) for child in children(item)] == ["loading"]:
            self._load(item, None)

    def _load(self, item: QTreeWidgetItem, after: str | None) -> None:
        what = item.data(0, WHAT)
        connection = self._connection(item)
        if connection is None:
            return
        if what == "connection":
            words = [w for w in self.filter.text().split() if ":" not in w and "=" not in w]
            if words:
                self._typed_threads(item, words)
                return
            query = self.query(after)
        else:
            query = Query("runs", thread=item.data(0, PAYLOAD).id, after=after)
        self._desk.start("list", self._fill(item, connection, query))

    def _typed_threads(self, item: QTreeWidgetItem, ids: list[str]) -> None:
        """Servers without a list of threads show those whose ids are typed."""
        item.takeChildren()
        for thread in ids:
            self._add(item, ThreadRef(thread))

    async def _fill(self, item: QTreeWidgetItem, connection: Connection, query: Query) -> None:
        page = await self._desk.hub.list(connection.id, query)
        for child in children(item):
            if child.data(0, WHAT) in ("loading", "more"):
                item.removeChild(child)
        for found in page.items:
            self._add(item, found)
        if page.error is not None:
            self._note(item, page.error)
        elif page.next is not None:
            more = QTreeWidgetItem([self.tr("more…")])
            self._mark(more, "more", page.next)
            item.addChild(more)
        elif not item.childCount():
            self._note(item, self.tr("nothing here"))

    def _note(self, item: QTreeWidgetItem, text: str) -> None:
        note = QTreeWidgetItem([text])
        note.setToolTip(0, text)
        note.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.addChild(note)

    def _add(self, item: QTreeWidgetItem, found: RunRef | ThreadRef) -> None:
        status = f"  {found.status}" if found.status else ""
        title = f"  {found.title}" if found.title else ""
        child = QTreeWidgetItem([f"{short_id(found.id, 20)}{status}{title}"])
        child.setToolTip(0, found.id)
        child.setFont(0, self._desk.theme.mono())
        self._mark(child, "run" if isinstance(found, RunRef) else "thread", found)
        if isinstance(found, ThreadRef):
            self._placeholder(child)
        item.addChild(child)

    def _tops(self) -> list[QTreeWidgetItem]:
        found = [self.tree.topLevelItem(number) for number in range(self.tree.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _connection(self, item: QTreeWidgetItem) -> Connection | None:
        top: QTreeWidgetItem | None = item
        while top is not None and top.data(0, WHAT) != "connection":
            top = top.parent()
        payload = None if top is None else top.data(0, PAYLOAD)
        return payload if isinstance(payload, Connection) else None

    def _activated(self, item: QTreeWidgetItem) -> None:
        what, payload, connection = item.data(0, WHAT), item.data(0, PAYLOAD), self._connection(item)
        if connection is None:
            return
        if what == "more":
            self._desk.start("list", self._more(item, connection, str(payload)))
        elif isinstance(payload, RunRef):
            self._desk.start("attach", self._attach(connection, payload))

    async def _more(self, item: QTreeWidgetItem, connection: Connection, after: str) -> None:
        parent = item.parent()
        if parent is None:
            return
        if parent.data(0, WHAT) == "connection":
            await self._fill(parent, connection, self.query(after))
        else:
            await self._fill(parent, connection, Query("runs", thread=parent.data(0, PAYLOAD).id, after=after))

    async def _attach(self, connection: Connection, ref: RunRef) -> None:
        target = Target(connection.protocol, ref.id, ref.thread)
        self._desk.show_run(await self._desk.hub.watch(connection.id, target))

    def _search(self) -> None:
        for item in self._tops():
            item.takeChildren()
            self._placeholder(item)
            item.setExpanded(True)
            self._expanded(item)

    def _menu(self, place: QPoint) -> None:
        item = self.tree.itemAt(place)
        connection = None if item is None else self._connection(item)
        if item is None or connection is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        payload = item.data(0, PAYLOAD)
        thread = payload.id if isinstance(payload, ThreadRef) else ""
        start = QAction(self.tr("Start a run here…"), menu)
        start.triggered.connect(lambda: self.starts.emit(connection, thread))
        menu.addAction(start)
        if isinstance(payload, RunRef):
            menu.addAction(self.tr("Attach"), lambda: self._activated(item))
        if item.data(0, WHAT) == "connection":
            menu.addAction(self.tr("Refresh"), self._search)
            menu.addAction(
                self.tr("Disconnect"), lambda: self._desk.start("leave", self._desk.hub.disconnect(connection.id))
            )
        menu.popup(self.tree.viewport().mapToGlobal(place))


def children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    """The entries below an entry."""
    found = [item.child(number) for number in range(item.childCount())]
    return [child for child in found if child is not None]
