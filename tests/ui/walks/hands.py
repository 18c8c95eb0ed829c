"""The same errands by two hands: one that only clicks, and one that only types."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QPushButton

from inspector.domain.actions import Action
from inspector.ui.sheets.editor import ValueEditor
from inspector.ui.sheets.sheet import ActionSheet
from tests.ui.pilot import Keyboard, Mouse, dialog, entry, proved
from tests.ui.stage import Seat


class Hand(Protocol):
    """What somebody wants, whatever they do it with."""

    async def act(self, on: Seat, title: str) -> ActionSheet:
        """Open the sheet of an action on the run in focus."""
        ...

    def fill(self, editor: ValueEditor, title: str, typed: str) -> None:
        """Answer: by the button of this title, or by these letters."""
        ...

    async def send(self, on: Seat, sheet: ActionSheet) -> str:
        """Send, wait for the proof, and close. Returns what became of it."""
        ...


class Clicks:
    """A mouse alone."""

    def __init__(self) -> None:
        self.mouse = Mouse()

    async def act(self, on: Seat, title: str) -> ActionSheet:
        header = on.window.middle.header
        await on.until(lambda: any(a.possible and a.title == title for a in actions(on)))
        await on.until(lambda: any(e.text().startswith(title) and e.isEnabled() for e in header.menu.actions()))
        button = next((b for b in header.primary if b.isVisible() and b.text() == title + "…"), None)
        if button is not None:
            self.mouse.click(button)
        else:
            header.open_menu()
            self.mouse.choose(header.menu, title)
        return await dialog(on, ActionSheet)

    def fill(self, editor: ValueEditor, title: str, typed: str) -> None:
        self.mouse.click(next(button for button in editor.findChildren(QPushButton) if button.text() == title))

    async def send(self, on: Seat, sheet: ActionSheet) -> str:
        self.mouse.click(sheet.send)
        said = await proved(on, sheet)
        self.mouse.click(sheet.leave)
        return said


class Keys:
    """A keyboard alone."""

    def __init__(self) -> None:
        self.keyboard = Keyboard()

    async def act(self, on: Seat, title: str) -> ActionSheet:
        header = on.window.middle.header
        await on.until(lambda: any(a.possible and a.title == title for a in actions(on)))
        await on.until(lambda: any(e.text().startswith(title) and e.isEnabled() for e in header.menu.actions()))
        on.window.activateWindow()
        await on.until(on.window.isActiveWindow)
        if header.primary[0].isVisible() and header.primary[0].text() == title + "…":
            self.keyboard.press("Ctrl+Return")
        else:
            self.keyboard.press("Ctrl+.")
            await on.until(header.menu.isVisible)
            for _ in header.menu.actions():
                if header.menu.activeAction() is entry(header.menu, title):
                    break
                self.keyboard.press("Down")
            self.keyboard.press("Return")
        return await dialog(on, ActionSheet)

    def fill(self, editor: ValueEditor, title: str, typed: str) -> None:
        self.keyboard.tab_to(editor.field)
        self.keyboard.press("Ctrl+A")
        self.keyboard.type(typed)

    async def send(self, on: Seat, sheet: ActionSheet) -> str:
        self.keyboard.press("Ctrl+Return")
        said = await proved(on, sheet)
        sheet.activateWindow()
        await on.until(sheet.isActiveWindow)
        self.keyboard.press("Esc")
        return said


def actions(on: Seat) -> list[Action]:
    """What can be done to the run in focus."""
    return list(on.hub.actions(on.desk.focus)) if on.desk.focus is not None else []
