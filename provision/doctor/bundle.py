"""What somebody who helps needs to know, in one zip file: redacted by leaving out, not by searching.

Values of the environment are left out but for a few that cannot be secret; of the settings, texts are left out wherever
the file or the environment may have put a secret. Nothing of the store goes in.
"""

from __future__ import annotations

import io
import json
import platform
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from provision import __version__
from provision.doctor.line import Line
from provision.settings.models import Settings
from provision.store.disk import write_bytes

SHOWN = frozenset(
    {"SF_TARGET_ORG", "SF_ORG_API_VERSION", "NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS", "TZ", "LANG"}
)
"""Variables whose values are shown; of all others only the names."""
HOSTS_OF = frozenset({"SF_AUDIENCE_URL", "SF_ORG_INSTANCE_URL", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"})
"""Variables of which the host is shown."""
OURS = ("SF_", "SFDX_", "PROVISION_", "HTTP", "http", "NO_PROXY", "no_proxy", "SSL_", "ALL_PROXY", "all_proxy")
LIBRARIES = ("click", "cryptography", "httpx", "lxml", "pydantic", "PyJWT", "simple-salesforce")
KEPT = frozenset(
    {
        "version",
        "default_org",
        "my_domain",
        "org_id",
        "kind",
        "grants",
        "scopes",
        "admin",
        "apps",
        "api_version",
        "permitted_users",
        "ip_relaxation",
        "type",
        "bits",
        "days",
        "license",
        "profile",
        "user",
        "permission_sets",
        "permission_set_licenses",
        "permission_set_groups",
        "connected_app_creation",
    }
)
"""Settings whose texts are shown; of all others only that they are there."""


def write_bundle(
    path: Path, lines: Sequence[Line], settings: Settings, environ: Mapping[str, str], flags: Mapping[str, str]
) -> None:
    """Write the file for its owner alone; raises `Usage` (FILE_EXISTS) where it is there already."""
    documents = {
        "doctor.json": [{**asdict(line), "health": line.health.value} for line in lines],
        "machine.json": _machine(),
        "environment.json": _environment(environ),
        "settings.json": _kept(settings.model_dump(mode="json"), shown=False),
        "flags.json": dict(flags),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            archive.writestr(name, json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")
    write_bytes(path, held.getvalue())


def _machine() -> dict[str, Any]:
    return {
        "provision": __version__,
        "python": sys.version,
        "platform": platform.platform(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    named = sorted(name for name in environ if name in SHOWN or name.startswith(OURS))
    return {name: _value(name, environ[name]) for name in named}


def _value(name: str, value: str) -> str:
    if name in SHOWN:
        return value
    try:
        host = urlsplit(value).hostname if name in HOSTS_OF else None
    except ValueError:
        host = None
    return f"host {host}" if host else "(set)"


def _kept(node: Any, *, shown: bool) -> Any:
    """Return settings with texts kept only below names that cannot hold a secret."""
    if isinstance(node, Mapping):
        return {key: _kept(value, shown=key in KEPT) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_kept(item, shown=shown) for item in node]
    if node is None or isinstance(node, bool | int | float):
        return node
    return node if shown else "(text)"
