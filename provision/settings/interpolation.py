"""`${NAME}` and `${NAME:-default}` in text values; `$${` stands for a plain `${`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from provision.settings.problem import SENSITIVE, Path, Problem, is_secret, quoted

_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<inside>[^}]*)(?P<end>\}?)")
_INSIDE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.DOTALL)
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 §2.2 does not allow, however it is escaped; everything that is deployed is XML."""


@dataclass(frozen=True)
class Resolved:
    """A text after its references were replaced."""

    text: str
    variables: tuple[str, ...]
    """Names of the variables it refers to."""
    messages: tuple[str, ...]
    """What is wrong with it."""


@dataclass
class Interpolation:
    """One pass over the texts of a file; collects problems and which variables went where."""

    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    variables: dict[Path, tuple[str, ...]] = field(default_factory=dict)
    """Path of a value → names of the variables in it."""
    _known: dict[tuple[str, bool], Resolved] = field(default_factory=dict)
    """Each text is looked at once: aliases may repeat a long one many times."""

    def text(self, written: str, path: Path) -> str:
        """Return `written` with its references replaced; what cannot be replaced becomes a problem."""
        key = written, is_secret(path)
        resolved = self._known.get(key)
        if resolved is None:
            resolved = self._known[key] = resolve(written, self.environ, secret=is_secret(path))
        if resolved.variables:
            self.variables[path] = resolved.variables
        self.problems.extend(Problem(path, message) for message in resolved.messages)
        return resolved.text


def resolve(written: str, environ: Mapping[str, str], *, secret: bool = False) -> Resolved:
    """Return `written` with its references replaced from `environ`.

    As in a shell, `:-` also stands in for a variable that is set but empty. A secret is not quoted in messages.
    """
    variables: list[str] = []
    messages: list[str] = []

    def replacement(match: re.Match[str]) -> str:
        if match["inside"] is None:
            return "${"
        found = _INSIDE.fullmatch(match["inside"])
        if found is None or not match["end"]:
            shown = f"{SENSITIVE}:" if secret else quoted(match.group())
            messages.append(f"{shown} is no reference; allowed: ${{NAME}}, ${{NAME:-default}}, $${{ for a plain ${{")
            return match.group()
        name, default = found["name"], found["default"]
        variables.append(name)
        if default is not None:
            return environ.get(name) or str(default)
        if name not in environ:
            messages.append(f"the environment variable {name} is not set; set it or write ${{{name}:-default}}")
            return match.group()
        return environ[name]

    text = _REFERENCE.sub(replacement, written)
    illegal = _ILLEGAL.search(text)
    if illegal is not None:
        messages.append(f"the character U+{ord(illegal.group()):04X} cannot stand in XML; remove it")
    return Resolved(text, tuple(dict.fromkeys(variables)), tuple(messages))
