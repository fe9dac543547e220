"""Real commands for tests of what they do to an org."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.localorg import FILE_NAME, LocalOrg
from tests.checks.conftest import bench, set_up
from tests.journeys.conftest import Provision, provision, settings, workspace
from tests.org.real_org import RealOrg

__all__ = ["bench", "provision", "set_up", "settings", "workspace"]

NAME = "local-legacy"


@pytest.fixture
def local(settings: Path, provision: Provision) -> LocalOrg:  # pytest's way to ask for a fixture
    """The local org behind `local-legacy`, fresh."""
    assert provision("plan").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, NAME)


@pytest.fixture
def real_org(settings: Path, monkeypatch: pytest.MonkeyPatch) -> RealOrg:
    """A real org, to be declared by the test."""
    return RealOrg(settings, monkeypatch)
