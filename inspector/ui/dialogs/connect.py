"""Connect to a server: address and key, and a doctor that says what was tried and what answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from inspector.domain.errors import UserError
from inspector.present.credentials import address
from inspector.services.model import Doctor
from inspector.ui.desk import Desk
from inspector.ui.memory import SavedServer
from inspector.ui.parts import Hinted, primary, prose, set_tone
from inspector.ui.servers import Servers, Wanted, wanted_again

PROTOCOLS = (
    ("Find out", None),
    ("LangGraph", "langgraph"),
    ("Assistants-compatible", "assistants"),
    ("Responses", "responses"),
    ("GPT-Researcher", "gpt_researcher"),
)


class ConnectDialog(QDialog):
    """``connected`` carries the Connection. Keys stay in memory, unless the keychain is to keep them."""

    connected = Signal(object)

    def __init__(self, desk: Desk, servers: Servers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._servers = servers
        self._task: asyncio.Task[None] | None = None
        self._gone = False
        self._offered = list(servers.saved())
        self._chosen: SavedServer | None = None
        self.setWindowTitle(self.tr("Connect to a server"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 600)
        self.saved, self.url, self.key = QComboBox(self), QLineEdit(self), QLineEdit(self)
        self.keep, self.protocol, self.headers = QCheckBox(self), QComboBox(self), QPlainTextEdit(self)
        self.silence, self.answer, self.start = (QDoubleSpinBox(self) for _ in range(3))
        self.verify = QCheckBox(self)
        self.verdict, self.steps = prose(), QTreeWidget(self)
        self.tried = Hinted(self.steps, self)
        self.check = QPushButton(self.tr("Check"), self)
        self.leave = QPushButton(self.tr("Cancel"), self)
        self.go = primary(QPushButton(self.tr("Connect"), self))
        self._set_up()
        self._lay_out()
        self.check.clicked.connect(lambda: self._begin(False))
        self.go.clicked.connect(lambda: self._begin(True))
        self.leave.clicked.connect(self.close)
        self.saved.activated.connect(lambda place: self.show_server(self.saved.itemData(place)))
        self.url.textChanged.connect(self._typed)
        self.finished.connect(self._left)
        desk.begin("ask for a keychain", self._offer_to_keep())
        self._typed()
        self.url.setFocus()

    def show_address(self, text: str) -> None:
        """Begin with this address."""
        self.url.setText(text)

    def show_server(self, server: SavedServer | None, problem: str = "") -> None:
        """Fill in a server of before; ``problem`` says why it could not be connected to without asking."""
        self._chosen = server
        wanted = Wanted("") if server is None else wanted_again(server)
        self.url.setText(wanted.base_url + ("?" + "&".join("=".join(p) for p in wanted.query) if wanted.query else ""))
        self.protocol.setCurrentIndex(max(0, self.protocol.findData(wanted.protocol)))
        for name, field in self._limits().items():
            field.setValue(getattr(wanted, name))
        self.headers.setPlainText("\n".join(f"{name}: {value}" for name, value in wanted.headers.items()))
        kept = server is not None and server.has_key and not problem
        self.key.setPlaceholderText(
            self.tr("kept in the keychain") if kept else self.tr("only if the server wants one")
        )
        self._say(problem, False) if problem else self._say("", None)

    def wanted(self) -> Wanted:
        """What was typed; UserError where it is no connection."""
        base, query = address(self.url.text())
        headers: dict[str, str] = {}
        for line in self.headers.toPlainText().splitlines():
            name, colon, value = line.partition(":")
            if not line.strip():
                continue
            if not colon or not name.strip() or not value.strip():
                raise UserError(self.tr("“%1” is no header: write name: value.").replace("%1", line))
            headers[name.strip().lower()] = value.strip()
        return Wanted(
            base,
            self.protocol.currentData(),
            query,
            self.key.text(),
            headers,
            self.silence.value(),
            self.answer.value(),
            self.start.value(),
            self.verify.isChecked(),
        )

    def _limits(self) -> dict[str, QDoubleSpinBox]:
        """The fields of the thresholds, by their names."""
        return {"silence": self.silence, "answer": self.answer, "start": self.start}

    def _typed(self) -> None:
        some = bool(self.url.text().strip()) and self._task is None
        self.check.setEnabled(some)
        self.go.setEnabled(some)

    def _begin(self, connect: bool) -> None:
        self.steps.clear()
        try:
            wanted = self.wanted()
        except UserError as error:
            self._say(str(error), False)
            return
        self._say(self.tr("Asking %1 …").replace("%1", wanted.base_url), None)
        self._task = self._desk.begin("connect", self._ask(wanted, connect))
        self._typed()

    async def _ask(self, wanted: Wanted, connect: bool) -> None:
        try:
            if self._chosen is not None and self._chosen.has_key and not wanted.key:
                wanted = replace(wanted, key=await self._servers.keys.get(wanted.base_url) or "")
            doctor = await self._desk.hub.doctor(self._servers.spec(wanted))
            self._show(doctor)
            if connect and doctor.probe is not None and doctor.protocol is not None:
                connection = await self._servers.open(wanted, doctor, self.keep.isChecked())
                self.connected.emit(connection)
                self.close()
        except UserError as error:
            self._say(str(error), False)
        finally:
            self._task = None
            if not self._gone:
                self._typed()

    async def _offer_to_keep(self) -> None:
        """The checkbox is there only where it would do something."""
        if await self._servers.keys.available() and not self._gone:
            self.keep.show()

    def _show(self, doctor: Doctor) -> None:
        self.tried.show_hint(None)
        self.steps.clear()
        for step in doctor.steps:
            item = QTreeWidgetItem([("✓ " if step.good else "✖ ") + step.what, step.answer])
            item.setToolTip(1, step.answer)
            self.steps.addTopLevelItem(item)
        self._say(doctor.sentence, doctor.protocol is not None)

    def _say(self, sentence: str, good: bool | None) -> None:
        mark = {True: "✓ ", False: "✖ ", None: ""}[good]
        self.verdict.setText(mark + sentence)
        set_tone(self.verdict, {True: "", False: "error", None: "muted"}[good])

    def _left(self) -> None:
        self._gone = True
        if self._task is not None:
            self._task.cancel()

    def _set_up(self) -> None:
        self.saved.addItem(self.tr("a new one"), None)
        for server in self._offered:
            self.saved.addItem(server.name or server.base_url, server)
        self.url.setPlaceholderText("http://127.0.0.1:2024")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("only if the server wants one"))
        self.keep.setText(self.tr("Keep the key in the keychain of the system"))
        self.keep.hide()
        for title, name in PROTOCOLS:
            self.protocol.addItem(title, name)
        self.headers.setPlaceholderText(
            self.tr("one a line, name: value; a value can be a $VARIABLE of the environment")
        )
        self.headers.setFixedHeight(60)
        self.headers.setTabChangesFocus(True)
        suffixes = (self.tr(" s without progress"), self.tr(" s without an answer"), self.tr(" s in the queue"))
        for (name, field), suffix in zip(self._limits().items(), suffixes, strict=True):
            field.setRange(1, 3600)
            field.setDecimals(0)
            field.setValue(getattr(Wanted(""), name))
            field.setSuffix(suffix)
            field.setAccessibleName(suffix.strip())
        self.verify.setText(self.tr("Accept only a valid certificate"))
        self.verify.setChecked(True)
        self.steps.setColumnCount(2)
        self.steps.setHeaderLabels([self.tr("Tried"), self.tr("Answer")])
        self.steps.setColumnWidth(0, 260)
        self.steps.setRootIsDecorated(False)
        self.steps.setAccessibleName(self.tr("What was tried, and what answered"))
        self.tried.show_hint(self.tr("What is tried, and what answers, is listed here."))
        self.go.setDefault(True)

    def _together(self, *fields: QWidget) -> QWidget:
        """Several small fields in one row."""
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        for field in fields:
            line.addWidget(field)
        line.addStretch(1)
        row.setFocusProxy(fields[0])
        return row

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields: list[tuple[str, QWidget]] = [(self.tr("Server"), self.saved)] if self._offered else []
        if not self._offered:
            self.saved.hide()
        fields += [
            (self.tr("Address"), self.url),
            (self.tr("Key"), self.key),
            ("", self.keep),
            (self.tr("Protocol"), self.protocol),
            (self.tr("More headers"), self.headers),
            (self.tr("Say so after"), self._together(self.silence, self.answer, self.start)),
            ("TLS", self.verify),
        ]
        for title, field in fields:
            form.addRow(title, field)
            field.setAccessibleName(title or self.keep.text())
        buttons = QHBoxLayout()
        buttons.addWidget(self.check)
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(form)
        layout.addWidget(self.verdict)
        layout.addWidget(self.tried, 1)
        layout.addLayout(buttons)
