from datetime import UTC, datetime

import pytest

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.localorg.sample import sample_org
from tests.localorg.visitor import Visitor


@pytest.fixture
def clock():
    return FixedClock(datetime(2026, 9, 1, 12, 0, tzinfo=UTC))


@pytest.fixture
def open_org(tmp_path, clock):
    def opened(name="dev", **switches):
        return Visitor(LocalOrg.open(tmp_path / "orgs.sqlite", name, clock, **switches), clock)

    return opened


@pytest.fixture
def visitor(open_org):
    """An administrator of a fresh org."""
    return open_org()


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """An org with a few accounts and contacts, shared by tests that only read."""
    return sample_org(tmp_path_factory.mktemp("sample") / "orgs.sqlite")
