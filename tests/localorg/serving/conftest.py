from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.localorg.serving.running import PROVISION, Server, serving


@pytest.fixture
def setup_folder(tmp_path: Path) -> Path:
    """A folder with a `provision.yaml` as `provision init` writes it."""
    subprocess.run([*PROVISION, "init", "--quiet"], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a module; they leave it as they found it."""
    folder = tmp_path_factory.mktemp("served")
    subprocess.run([*PROVISION, "init", "--quiet"], cwd=folder, check=True, capture_output=True)
    with serving(folder) as running:
        yield running


@pytest.fixture
def openssl() -> str:
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("openssl is not installed")
    return found
