"""Inside the local org imports go one way, and its three engines do not know each other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "provision" / "localorg"
PREFIX = "provision.localorg"
BELOW = {
    "facts": set(),
    "clock": set(),
    "store": {"clock", "facts"},
    "sobjects": {"store", "clock", "facts"},
    "soql": {"sobjects", "store", "clock", "facts"},
    "oauth": {"sobjects", "store", "clock", "facts"},
    "metadata": {"sobjects", "store", "clock", "facts"},
    "login": {"sobjects", "store", "clock", "facts"},
    "routes": {"soql", "oauth", "metadata", "login", "sobjects", "store", "clock", "facts"},
}
MODULES = [path for path in sorted(ROOT.rglob("*.py")) if path.relative_to(ROOT).parts[0].removesuffix(".py") in BELOW]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == PREFIX:
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.removeprefix(f"{PREFIX}.") if node.module.startswith("provision") else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path):
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    parts = {name.partition(".")[0] for name in imported(path) if name}
    assert parts <= BELOW[own] | {own}
