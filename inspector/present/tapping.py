"""What to type so that an app talks through the capture proxy and reports its traces, in the words of each shell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

LANGUAGES = ("python", "node")
SHELLS = ("bash", "fish", "powershell")
"""``bash`` is good for zsh and sh too."""
SHELL_NAMES: Mapping[str, str] = {"bash": "bash, zsh, sh", "fish": "fish", "powershell": "PowerShell"}
LANGUAGE_NAMES: Mapping[str, str] = {"python": "Python", "node": "Node"}

BASE, TAP = "OPENAI_BASE_URL", "STREAM_INSPECTOR_TAP"


@dataclass(frozen=True, slots=True)
class Setting:
    """What an app's environment needs. ``folder`` and ``module`` are the tap's files for Python and Node.

    ``around``: the environment leads all requests through a proxy, which cannot reach what listens on loopback.
    """

    url: str
    folder: str
    module: str
    around: bool = False

    def lines(self, language: str, shell: str) -> Sequence[str]:
        """The commands that set it, for a shell that the app is then started from."""
        plain = {BASE: f"{self.url}/v1", TAP: self.url}
        set_plain = [_set(shell, name, value) for name, value in plain.items()]
        more = _python_path(shell, self.folder) if language == "python" else _node_options(shell, self.module)
        return [*set_plain, *(self._around(shell) if self.around else ()), more]

    def _around(self, shell: str) -> Sequence[str]:
        """In both spellings: most libraries take the small one where both are set."""
        host = urlsplit(self.url).hostname or ""
        names = ("NO_PROXY",) if shell == "powershell" else ("NO_PROXY", "no_proxy")
        return [_no_proxy(shell, name, host) for name in names]

    def in_code(self, language: str) -> str:
        """One line for an app that shall have it in its code: the exporter's reports, of finished spans only."""
        target = f"{self.url}/v1/traces/ingest"
        if language == "python":
            return f'agents.tracing.processors.default_exporter().endpoint = "{target}"'
        return f"addTraceProcessor(new BatchTraceProcessor(new OpenAITracingExporter({{ endpoint: '{target}' }})));"


BLIND: Mapping[str, str] = {
    "python": "An app that turns tracing off (OPENAI_AGENTS_DISABLE_TRACING, set_tracing_disabled) cannot be tapped, "
    "nor one that Python runs with -I or -E; its requests are seen all the same.",
    "node": "An app that turns tracing off (OPENAI_AGENTS_DISABLE_TRACING, setTracingDisabled, NODE_ENV=test) cannot "
    "be tapped, nor one with @openai/agents older than 0.4; its requests are seen all the same.",
}


def _set(shell: str, name: str, value: str) -> str:
    if shell == "fish":
        return f"set -x {name} {_fish(value)}"
    if shell == "powershell":
        return f"$env:{name} = {_powershell(value)}"
    return f"export {name}={_posix(value)}"


def _no_proxy(shell: str, name: str, host: str) -> str:
    """In front of the hosts that are there."""
    if shell == "fish":
        return f"set -x {name} (string join , {_fish(host)} ${name})"
    if shell == "powershell":
        return _powershell_joined(name, _powershell(host), f"$env:{name}", "','")
    return f'export {name}={_posix(host)}"${{{name}:+,${name}}}"'


def _python_path(shell: str, folder: str) -> str:
    """In front of what is there: Python takes the first ``sitecustomize``, and ours calls the next."""
    if shell == "fish":  # fish splits and joins variables whose names end in PATH by itself
        return f"set -x --prepend PYTHONPATH {_fish(folder)}"
    if shell == "powershell":
        return _powershell_joined("PYTHONPATH", _powershell(folder), "$env:PYTHONPATH", "[IO.Path]::PathSeparator")
    return f'export PYTHONPATH={_posix(folder)}"${{PYTHONPATH:+:$PYTHONPATH}}"'


def _node_options(shell: str, module: str) -> str:
    """Behind what is there. Inside Node's quotes a backslash escapes: there are none."""
    option = '--require "' + module.replace("\\", "/").replace('"', '\\"') + '"'
    if shell == "fish":
        return f"set -x --append NODE_OPTIONS {_fish(option)}"
    if shell == "powershell":
        return _powershell_joined("NODE_OPTIONS", "$env:NODE_OPTIONS", _powershell(option), "' '")
    return f'export NODE_OPTIONS="${{NODE_OPTIONS:+$NODE_OPTIONS }}"{_posix(option)}'


def _powershell_joined(name: str, first: str, second: str, joint: str) -> str:
    """A variable that becomes both with the joint between them, or the one that is not empty."""
    return f"$env:{name} = (@({first}, {second}) | Where-Object {{ $_ }}) -join {joint}"


def _posix(value: str) -> str:
    return "'" + value.replace("'", "'\"'\"'") + "'"


def _fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
