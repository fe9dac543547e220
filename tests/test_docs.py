"""The documentation is true: what it shows is what comes out, and everything there is in it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pytest

from provision.cli.root import COMMANDS, root
from provision.errors import Code
from tests.evidence import page as evidence

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)

VOLATILE = (
    (re.compile(r"\b00[0-9A-Za-z][0-9A-Za-z]{12,15}\b"), "ID"),
    (re.compile(r"\b0(?:PS|H4|Af|Pa|PL)[0-9A-Za-z]{12,15}\b"), "ID"),
    (re.compile(r"\b[0-9A-Za-z]{85}\b"), "CONSUMER_KEY"),
    (re.compile(r"\b(?:[0-9A-F]{2}:){7,}[0-9A-F]{2}"), "FINGERPRINT"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(T[\d:+.]+)?"), "DATE"),
    (re.compile(r"\d+\.\d+s"), "SECONDS"),
    (re.compile(r"[0-9a-f]{32,}"), "HEX"),
)


def _blocks(page: Path, language: str) -> Iterator[str]:
    return (body for found, body in FENCE.findall(page.read_text()) if found == language)


def _runs(block: str) -> Iterator[tuple[str, str]]:
    """Yield each `$ command` of a console block with the output that the page shows under it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def _stable(text: str) -> str:
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```console" in page.read_text()], ids=lambda p: str(p.relative_to(ROOT))
)
def test_the_output_shown_is_the_output_given(page: Path, tmp_path: Path) -> None:
    """Every `console` block of a page is run, in order, in one empty folder."""
    folder = tmp_path
    environ = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    for block in _blocks(page, "console"):
        for command, shown in _runs(block):
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ").strip()
                continue
            done = subprocess.run(
                ["bash", "-c", command], cwd=folder, env=environ, capture_output=True, text=True, check=False
            )
            assert _stable(shown) == _stable(done.stdout), f"{command}\n{done.stderr}"


def _commands(page: Path) -> Iterator[str]:
    for block in (*_blocks(page, "sh"), *_blocks(page, "console")):
        for line in block.replace("\\\n", " ").splitlines():
            spoken = line.removeprefix("$ ").split(" #")[0].strip()
            for part in re.split(r"\s(?:&&|\|)\s", spoken):
                if part.startswith("provision "):
                    yield part


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_and_flag_in_the_docs_exists(page: Path) -> None:
    for spoken in _commands(page):
        words = shlex.split(spoken)[1:]
        command: click.Command = root
        context = click.Context(root)
        while words and isinstance(command, click.Group) and not words[0].startswith("-"):
            found = command.get_command(context, words.pop(0))
            assert found is not None, spoken
            command = found
        known = {flag for param in command.params for flag in (*param.opts, *param.secondary_opts)}
        for word in words:
            if word.startswith("-") and word != "-":
                flag = word.split("=")[0]
                assert flag in known | {"--help", "-h", "--version"}, f"{flag} in {spoken}"


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/cli.md").read_text()
    for name in COMMANDS:
        assert f"`provision {name}" in text, name


def test_every_flag_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/cli.md").read_text()
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        assert command is not None
        commands = list(command.commands.values()) if isinstance(command, click.Group) else [command]
        for one in commands:
            assert one.help, f"{name} {one.name} has no help"
            for param in one.params:
                if isinstance(param, click.Option):
                    assert f"`{max(param.opts, key=len)}" in text, f"{name}: {param.opts}"


def test_every_error_code_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/errors.md").read_text()
    for code in Code:
        assert f"`{code}`" in text, code


def test_what_the_local_org_rests_on_is_told_as_it_is() -> None:
    message = "bring the page up to date with: python -m tests.evidence.page"
    assert evidence.text() == evidence.PAGE.read_text(), message


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


COMMAND = re.compile(r"\bprovision ([a-z][a-z-]*)((?: [a-z][a-z-]*)?)((?: --?[a-z][a-z-]*(?: \{?[\w.]+\}?)?)*)")
VERBS = frozenset({"asks", "does", "finds", "tried", "removes", "gave"})
"""Words that follow the name of the program where it is spoken about."""


def advice() -> Iterator[tuple[str, str]]:
    """Every line of the source that may be printed: imports and comments are none."""
    for path in sorted((*(ROOT / "provision").rglob("*.py"), ROOT / "provision/diagnose/catalogue.json")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if not line.lstrip().startswith(("from provision", "import provision", "#")):
                yield f"{path.relative_to(ROOT)}:{number}", line


def unknown(word: str, second: str, flags: Iterable[str]) -> list[str]:
    """Return what of a command line does not exist."""
    command = root.get_command(click.Context(root), word)
    if isinstance(command, click.Group) and second:
        command = command.get_command(click.Context(command), second)
    if command is None:
        return [f"{word} {second}".strip()]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
    return [f"{word} {second} {flag}" for flag in flags if flag not in known]


def test_every_command_and_flag_that_a_remedy_names_exists() -> None:
    """Advice must be something that can be typed."""
    found = [(where, *parts) for where, line in advice() for parts in COMMAND.findall(line) if parts[0] not in VERBS]
    wrong = [
        f"{where}: provision {each}"
        for where, word, second, rest in found
        for each in unknown(word, second.strip(), re.findall(r"(?<= )--?[a-z][a-z-]*", rest))
    ]
    assert wrong == []
    assert len(found) > 100
