"""What the servers have: connections, their threads, their runs. Paged, never all at once. And servers of before."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from inspector.domain.adapter import Query, RunRef, Target, ThreadRef
from inspector.present.runlist import short_id
from inspector.services.model import Change, Connection
from inspector.ui.desk import Desk
from inspector.ui.memory import SavedServer
from inspector.ui.parts import Hinted
from inspector.ui.servers import Servers

WHAT, PAYLOAD = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
LOADING, MORE, NOTE = "loading", "more", "note"


class BrowsePanel(QWidget):
    """Connections → threads → runs. Activating a run attaches to it, activating a server of before connects.

    ``starts`` asks to start a run, ``reconnects`` to connect as before, ``leaves`` to disconnect.
    """

    starts = Signal(object, str)
    reconnects = Signal(object)
    leaves = Signal(object)

    def __init__(self, desk: Desk, servers: Servers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._servers = servers
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Thread id, status:busy, or key=value"))
        self.filter.setToolTip(self.tr("Ids of threads, status:word, and key=value of the metadata; Enter searches"))
        self.filter.setAccessibleName(self.tr("Search threads"))
        self.filter.setClearButtonEnabled(True)
        self.filter.returnPressed.connect(self.search)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderHidden(True)
        self.tree.setAccessibleName(self.tr("Connections, threads and runs"))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.itemExpanded.connect(self._expanded)
        self.tree.itemActivated.connect(self._activated)
        self.list = Hinted(self.tree, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        row = QVBoxLayout()
        row.setContentsMargins(8, 0, 8, 8)
        row.addWidget(self.filter)
        layout.addLayout(row)
        layout.addWidget(self.list, 1)
        self.setFocusProxy(self.tree)
        desk.changed.connect(self._changed)
        servers.changed.connect(self.reload)
        self.reload()

    def reload(self) -> None:
        """Show the servers; those that are shown already stay as they are unfolded."""
        wanted: list[Connection | SavedServer] = [*self._desk.hub.connections(), *self._servers.saved()]
        for item in self._tops():
            if item.data(0, PAYLOAD) not in wanted:
                self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(item))
        shown = [item.data(0, PAYLOAD) for item in self._tops()]
        for place, server in enumerate(wanted):
            if server not in shown:
                self.tree.insertTopLevelItem(place, self._top(server))
        self.filter.setVisible(bool(self._desk.hub.connections()))
        self.list.show_hint(None if wanted else self.tr("No server is connected. Ctrl+N connects to one."))
        connected = self._connected()
        if len(connected) == 1:
            connected[0].setExpanded(True)
        if self.tree.currentItem() is None and wanted:
            self.tree.setCurrentItem(self._tops()[0])

    def _top(self, server: Connection | SavedServer) -> QTreeWidgetItem:
        if isinstance(server, Connection):
            item = QTreeWidgetItem([f"● {server.name}  ·  {server.protocol}"])
            item.setToolTip(0, f"{server.spec.base_url}\n{server.probe.server}")
            self._mark(item, "connection", server)
            self._placeholder(item)
            return item
        item = QTreeWidgetItem([self.tr("○ %1  ·  not connected").replace("%1", server.name or server.base_url)])
        item.setToolTip(0, self.tr("%1\nEnter or a double click connects").replace("%1", server.base_url))
        item.setForeground(0, self._desk.theme.color("muted"))
        self._mark(item, "saved", server)
        return item

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

    def search(self) -> None:
        """Ask all connections for what the field says."""
        for item in self._connected():
            item.takeChildren()
            self._placeholder(item)
            item.setExpanded(True)
            self._expanded(item)

    def _changed(self, change: Change) -> None:
        if change.kind == "connections":
            self.reload()

    def _mark(self, item: QTreeWidgetItem, what: str, payload: object) -> None:
        item.setData(0, WHAT, what)
        item.setData(0, PAYLOAD, payload)

    def _placeholder(self, item: QTreeWidgetItem) -> None:
        waiting = QTreeWidgetItem([self.tr("loading…")])
        waiting.setFlags(Qt.ItemFlag.NoItemFlags)
        self._mark(waiting, LOADING, None)
        item.addChild(waiting)

    def _expanded(self, item: QTreeWidgetItem) -> None:
        if [child.data(0, WHAT) for child in children(item)] == [LOADING]:
            self._load(item, None)

    def _load(self, item: QTreeWidgetItem, after: str | None) -> None:
        connection, payload = self._connection(item), item.data(0, PAYLOAD)
        if connection is None:
            return
        if isinstance(payload, ThreadRef):
            query = Query("runs", thread=payload.id, after=after)
        else:
            words = [word for word in self.filter.text().split() if ":" not in word and "=" not in word]
            if words:
                self._typed_threads(item, words)
                return
            query = self.query(after)
            if connection.probe.capabilities.get("threads") == "none":
                query = replace(query, kind="runs")
        self._desk.start("list", self._fill(item, connection, query))

    def _typed_threads(self, item: QTreeWidgetItem, ids: list[str]) -> None:
        """Servers without a list of threads show those whose ids are typed."""
        item.takeChildren()
        for thread in ids:
            self._add(item, ThreadRef(thread))

    async def _fill(self, item: QTreeWidgetItem, connection: Connection, query: Query) -> None:
        page = await self._desk.hub.list(connection.id, query)
        if not Shiboken.isValid(item):
            return  # something else was searched for meanwhile
        for child in children(item):
            if child.data(0, WHAT) in (LOADING, MORE):
                item.removeChild(child)
        for found in page.items:
            self._add(item, found)
        if page.error is not None:
            self._note(item, page.error)
        elif page.next is not None:
            more = QTreeWidgetItem([self.tr("more…")])
            self._mark(more, MORE, page.next)
            item.addChild(more)
        elif not item.childCount():
            self._note(item, self.tr("nothing here"))

    def _note(self, item: QTreeWidgetItem, text: str) -> None:
        note = QTreeWidgetItem([text])
        note.setToolTip(0, text)
        note.setForeground(0, self._desk.theme.color("muted"))
        note.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self._mark(note, NOTE, None)
        item.addChild(note)

    def _add(self, item: QTreeWidgetItem, found: RunRef | ThreadRef) -> None:
        parts = (short_id(found.id, 20), found.status, found.title)
        child = QTreeWidgetItem(["  ".join(part for part in parts if part)])
        child.setToolTip(0, found.id)
        child.setFont(0, self._desk.theme.mono())
        self._mark(child, "run" if isinstance(found, RunRef) else "thread", found)
        if isinstance(found, ThreadRef):
            self._placeholder(child)
        item.addChild(child)

    def _tops(self) -> list[QTreeWidgetItem]:
        found = [self.tree.topLevelItem(number) for number in range(self.tree.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _connected(self) -> list[QTreeWidgetItem]:
        return [item for item in self._tops() if item.data(0, WHAT) == "connection"]

    def _connection(self, item: QTreeWidgetItem) -> Connection | None:
        top: QTreeWidgetItem | None = item
        while top is not None and top.data(0, WHAT) != "connection":
            top = top.parent()
        payload = None if top is None else top.data(0, PAYLOAD)
        return payload if isinstance(payload, Connection) else None

    def _activated(self, item: QTreeWidgetItem) -> None:
        what, payload, connection, parent = (
            item.data(0, WHAT),
            item.data(0, PAYLOAD),
            self._connection(item),
            item.parent(),
        )
        if isinstance(payload, SavedServer):
            self.reconnects.emit(payload)
        elif what == MORE and parent is not None:
            self._load(parent, str(payload))
        elif isinstance(payload, RunRef) and connection is not None:
            self._desk.start("attach", self._attach(connection, payload))

    async def _attach(self, connection: Connection, ref: RunRef) -> None:
        target = Target(connection.protocol, ref.id, ref.thread)
        self._desk.show_run(await self._desk.hub.watch(connection.id, target))

    def _menu(self, place: QPoint) -> None:
        item = self.tree.itemAt(place) or self.tree.currentItem()
        if item is not None:
            menu = self.menu_of(item)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(place))

    def menu_of(self, item: QTreeWidgetItem) -> QMenu:
        """What can be done with an entry."""
        menu, payload, connection = QMenu(self), item.data(0, PAYLOAD), self._connection(item)
        if isinstance(payload, SavedServer):
            menu.addAction(self.tr("Connect"), lambda: self.reconnects.emit(payload))
            menu.addAction(self.tr("Forget this server"), lambda: self._servers.forget(payload))
        if connection is None:
            return menu
        if isinstance(payload, RunRef):
            menu.addAction(self.tr("Attach"), lambda: self._activated(item))
        thread = payload.id if isinstance(payload, ThreadRef) else ""
        menu.addAction(self.tr("Start a run here…"), lambda: self.starts.emit(connection, thread))
        if isinstance(payload, Connection):
            menu.addAction(self.tr("Refresh"), self.search)
            menu.addAction(self.tr("Disconnect"), lambda: self.leaves.emit(connection))
        return menu


def children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    """The entries below an entry."""
    found = [item.child(number) for number in range(item.childCount())]
    return [child for child in found if child is not None]
