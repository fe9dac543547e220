"""An app that is set up once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provision.fleet import Call, run_all
from provision.model.event import silent
from provision.settings.load import load
from provision.stages import Order, Part
from provision.store.file import FileStore
from tests.checks.bench import ORG, VERSION, Bench
from tests.factories import LEGACY


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after the first `provision apply`."""
    folder = tmp_path_factory.mktemp("set-up")
    (folder / "provision.yaml").write_text(LEGACY)
    call = Call(load(folder / "provision.yaml", {}), [ORG], {ORG: ["billing-sync"]}, {}, VERSION)
    order = Order(parts=frozenset(Part) - {Part.PROOF})
    [result] = run_all(call, FileStore(folder / ".provision"), order, silent)
    assert result.error is None
    return folder


@pytest.fixture
def bench(set_up: Path, tmp_path: Path) -> Bench:
    """The app on a local org of this test's own."""
    return Bench(shutil.copytree(set_up, tmp_path / "bench"))
