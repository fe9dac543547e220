"""Secrets that are written down under `metadata` of an app."""

from __future__ import annotations

from collections.abc import Iterator

from provision.metadata.exposure import secrets
from provision.metadata.rules import RULES
from provision.settings.metadata_elements import elements
from provision.settings.models import Settings
from provision.settings.problem import Path


def secrets_written(settings: Settings) -> Iterator[str]:
    """Yield a line for each secret that stands in the settings themselves; what a variable gives is none."""
    read = settings.origin
    for key, app in settings.apps.items():
        for name, fields in elements(app.metadata).items():
            for problem in secrets(fields):
                path: Path = ("apps", key, "metadata", name, *problem.path.split("."))
                if path not in read.variables:
                    at = read.places.of(path)
                    place = f"{read.file.name}:{at.line}:{at.column}"
                    yield f"{place}: {problem.message}. {RULES[problem.rule].remedy}."
