"""Who may import whom, how large things may grow, and where side effects live."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "provision"
MODULES = sorted(ROOT.rglob("*.py"))

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"cli"}),
    frozenset({"status"}),
    frozenset({"rotate"}),
    frozenset({"doctor"}),
    frozenset({"fleet"}),
    frozenset({"destroy", "adopt"}),
    frozenset({"apply"}),
    frozenset({"verify", "stages", "wanted"}),
    frozenset({"diagnose"}),
    frozenset({"acts", "checks", "notation", "files", "given", "saved_plan", "convert", "convert_entry"}),
    frozenset({"observe", "observe_apps", "observe_uses", "plan", "digest", "removal"}),
    frozenset({"steps"}),
    frozenset({"org", "sinks"}),
    frozenset({"store", "settings"}),
    frozenset({"signers", "apps"}),
    frozenset({"metadata", "assertion", "transport"}),
    frozenset({"keys", "redaction"}),
    frozenset({"clock"}),
    frozenset({"model"}),
    frozenset({"errors"}),
)
"""From left to right: a module may import from its own layer's own package and from every layer further down."""

EXTRA: dict[str, frozenset[str]] = {"org": frozenset({"localorg"}), "cli": frozenset({"localorg"})}
"""`org.connect` opens the embedded local org."""

THIRD_PARTY: dict[str, frozenset[str]] = {
    "click": frozenset({"cli"}),
    "httpx": frozenset({"transport"}),
    "requests": frozenset({"org"}),
    "simple_salesforce": frozenset({"org"}),
    "pydantic": frozenset({"settings"}),
    "pydantic_core": frozenset({"settings"}),
    "ruamel": frozenset({"settings"}),
    "jinja2": frozenset({"metadata", "localorg"}),
    "lxml": frozenset({"metadata", "org", "localorg", "redaction"}),
    "cryptography": frozenset(
        {"keys", "assertion", "signers", "localorg", "model", "store", "steps", "checks", "acts", "metadata", "rotate"}
    ),
    "jwt": frozenset({"assertion"}),
    "pkcs11": frozenset({"signers"}),
    "boto3": frozenset({"signers"}),
    "botocore": frozenset({"signers"}),
    "werkzeug": frozenset({"localorg"}),
    "cheroot": frozenset({"localorg"}),
    "sqlite3": frozenset({"localorg"}),
}
"""`cryptography` outside the key modules is there for the type of a certificate."""

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 6


def _part(module: Path) -> str:
    relative = module.relative_to(ROOT)
    return relative.parts[0].removesuffix(".py")


def _imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module == "provision":
                yield from (f"provision.{alias.name}" for alias in node.names)
            else:
                yield node.module


def _functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _layer(part: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


def _name(module: Path) -> str:
    return str(module.relative_to(ROOT))


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_imports_point_one_way(module: Path) -> None:
    """A module imports from its own package or from layers below, and the local org from itself alone."""
    part = _part(module)
    if part == "__init__":
        return
    for name in _imports(module):
        top, _, rest = name.partition(".")
        if top != "provision":
            continue
        other = rest.split(".")[0]
        if other in {part, "__version__"} or other in EXTRA.get(part, frozenset()):
            continue
        assert part != "localorg", f"the local org must share nothing with the client: {name}"
        assert other != "localorg", f"only org.connect and the command line may open the local org: {name}"
        assert _layer(other) > _layer(part), f"{part} may not import {name}"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_third_party_libraries_stay_where_they_belong(module: Path) -> None:
    """Each library has its place, so that it can be exchanged there."""
    for name in _imports(module):
        places = THIRD_PARTY.get(name.split(".")[0])
        assert places is None or _part(module) in places, f"{name} does not belong into {_name(module)}"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_files_and_functions_stay_small(module: Path) -> None:
    """What outgrows the budget is asking for another shape."""
    assert len(module.read_text().splitlines()) <= LONGEST_FILE
    for function in _functions(module):
        end = function.end_lineno or function.lineno
        assert end - function.lineno < LONGEST_FUNCTION, f"{function.name} is too long"
        arguments = function.args
        count = len(arguments.args) + len(arguments.posonlyargs) + len(arguments.kwonlyargs)
        assert count <= MOST_PARAMETERS + 1 or _part(module) == "cli", f"{function.name} takes {count} parameters"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_only_the_command_line_prints_and_exits(module: Path) -> None:
    """Domain code returns and raises."""
    if _part(module) == "cli":
        return
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call):
            spoken = ast.unparse(node.func)
            assert spoken not in {"print", "sys.exit", "exit", "input"}, f"{spoken} in {_name(module)}"


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_time_is_read_in_one_place(module: Path) -> None:
    """Everything else is handed the present moment."""
    if _name(module) in {"clock.py", "localorg/clock.py", "cli/progress.py"}:
        return
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call):
            spoken = ast.unparse(node.func)
            assert spoken not in {"datetime.now", "datetime.utcnow", "time.time", "time.sleep"}, spoken


def test_there_are_no_import_cycles() -> None:
    """Also within a package, imports form no circle."""
    graph: dict[str, set[str]] = {}
    known = {f"provision.{_name(m).removesuffix('.py').replace('/', '.')}": m for m in MODULES}
    for name, module in known.items():
        graph[name] = {found for found in _imports(module) if found in known and found != name}
    seen: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"import cycle: {' → '.join((*path, name))}"
        if name in seen:
            return
        for other in graph[name]:
            visit(other, (*path, name))
        seen.add(name)

    for name in graph:
        visit(name, ())
