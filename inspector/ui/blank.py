"""What panels show while there is nothing to show. The first picture of the window has no more of them than this."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from inspector.ui.parts import Hinted, prose


def no_runs() -> str:
    """Of the list of runs."""
    said = "No runs yet. Connect to a server, open a recording, or paste an id or an error."
    return QCoreApplication.translate("blank", said)


def no_row() -> str:
    """Of the detail."""
    return QCoreApplication.translate("blank", "Choose a row of the log to see what came.")


def no_run() -> str:
    """Of the findings."""
    return QCoreApplication.translate("blank", "Choose a run to see its findings.")


def detail_titles() -> tuple[str, ...]:
    """The tabs of the detail."""
    return tuple(QCoreApplication.translate("blank", title) for title in ("Event", "Message", "State", "Raw"))


def runs_filter(parent: QWidget) -> QLineEdit:
    """The field above the list of runs."""
    said = QCoreApplication.translate("blank", "Filter runs")
    return QLineEdit(parent, placeholderText=said, clearButtonEnabled=True)


def filtered(field: QLineEdit, content: QWidget, parent: QWidget) -> None:
    """The arrangement of a list with a field above it."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    bar = QVBoxLayout()
    bar.setContentsMargins(8, 8, 8, 8)
    bar.addWidget(field)
    layout.addLayout(bar)
    layout.addWidget(content, 1)


def framed(area: QScrollArea) -> None:
    """The frame of the findings."""
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


def calm(said: str) -> QLabel:
    """A sentence in place of findings."""
    label = prose(said, "muted")
    label.setMargin(12)
    return label


def stacked(label: QWidget) -> QWidget:
    """The sentence at the top of the findings."""
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.setContentsMargins(0, 4, 0, 4)
    layout.setSpacing(0)
    layout.addWidget(label)
    layout.addStretch(1)
    return body


def blank_runs(parent: QWidget) -> QWidget:
    """The list of runs without a run."""
    page = QWidget(parent)
    hinted = Hinted(QWidget(page), page)
    hinted.show_hint(no_runs())
    filtered(runs_filter(page), hinted, page)
    return page


def blank_detail(parent: QWidget) -> QTabWidget:
    """The detail of nothing."""
    tabs = QTabWidget(parent)
    tabs.setDocumentMode(True)
    for title in detail_titles():
        page = Hinted(QWidget(tabs), tabs)
        page.show_hint(no_row())
        tabs.addTab(page, title)
    return tabs


def blank_findings(parent: QWidget) -> QScrollArea:
    """The findings of no run."""
    area = QScrollArea(parent)
    framed(area)
    area.setWidget(stacked(calm(no_run())))
    return area
