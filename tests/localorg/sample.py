"""An org with a few accounts and contacts to ask about."""

import datetime as dt

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.localorg.visitor import Visitor

NOW = dt.datetime(2026, 9, 1, 12, 0, tzinfo=dt.UTC)


def sample_org(path):
    """Account Alpha was made the day before, everything else at `NOW`."""
    clock = FixedClock(NOW - dt.timedelta(days=1))
    visitor = Visitor(LocalOrg.open(path, "dev", clock), clock)
    alpha = visitor.created("Account", Name="Alpha", NumberOfEmployees=5, Rating="Hot", AnnualRevenue=10)
    clock.moment = NOW
    visitor.token = visitor.local.admin_session
    beta = visitor.created("Account", Name="beta", NumberOfEmployees=50, Rating="Cold", ParentId=alpha)
    visitor.created("Account", Name="100%_'x'", Description="long")
    visitor.created("Contact", LastName="One", AccountId=alpha, Birthdate="2000-02-29")
    visitor.created("Contact", LastName="Two", AccountId=beta)
    visitor.created("Contact", FirstName="No", LastName="Account")
    return visitor
