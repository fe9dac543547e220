"""The journeys' fixtures serve here too."""

from __future__ import annotations

from tests.journeys.conftest import provision, settings, workspace

__all__ = ["provision", "settings", "workspace"]
