"""A real org in the settings, whose hosts a local org answers for."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from provision.localorg import LocalOrg
from provision.transport import Transport
from tests.journeys.conftest import edit
from tests.org.wire import Wire

NAME = "uat"


class RealOrg:
    """`uat`: My Domain and admin sources, no word of a local org."""

    def __init__(self, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = settings
        self.local = LocalOrg.open(settings.parent / "real.sqlite", NAME, connected_app_creation="enabled")
        self.wire = Wire(self.local.app)
        # The network ends here: what would go to Salesforce's hosts goes to the application that answers for them.
        monkeypatch.setattr("provision.org.connect.Transport", partial(Transport, app=self.wire))

    def declare(self, *admin: str, org_id: str | None = None) -> None:
        """Write the org to the settings, with its sources of an admin session and perhaps its id."""
        pinned = f", org_id: {org_id}" if org_id else ""
        line = f"  uat: {{my_domain: {self.local.my_domain}, admin: [{', '.join(admin)}]{pinned}}}\n"
        edit(self.settings, "orgs:\n", f"orgs:\n{line}")
