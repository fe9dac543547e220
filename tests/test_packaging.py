"""The wheel, installed where nothing of the checkout is, does the whole job."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.packaging


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the sdist, as an index would hold it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    [built] = out.glob("*.whl")
    return built


def test_the_wheel_holds_package_templates_and_licence_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("provision/templates/connected_app/") for name in names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"provision"}
    assert "provision/diagnose/catalogue.json" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert "provision/py.typed" in names


def test_the_installed_command_sets_up_and_proves_an_app(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=tmp_path)
    provision = tmp_path / "venv/bin/provision"
    run(provision, "init", "work", cwd=tmp_path)
    result = json.loads(run(provision, "apply", "-o", "local-legacy", "--json", cwd=tmp_path / "work"))
    [org] = result["result"]["orgs"]
    assert org["status"] == "done"
    assert {check["status"] for app in org["apps"] for check in app["checks"]} <= {"passed", "skipped"}
