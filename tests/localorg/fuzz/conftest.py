"""One org for all examples of a module."""

import datetime as dt

import pytest

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.localorg.visitor import Visitor


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """An org with an app, its user and a few records."""
    clock = FixedClock(dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC))
    visitor = Visitor(LocalOrg.open(tmp_path_factory.mktemp("org") / "orgs.sqlite", "dev", clock), clock)
    visitor.ready()
    parent = visitor.created("Account", Name="Parent")
    visitor.created("Account", Name="Child", ParentId=parent, NumberOfEmployees=3)
    visitor.created("Contact", LastName="Smith", AccountId=parent, Email="smith@dev.example")
    return visitor
