"""Settings files for tests: written to disk and read as the product reads them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from provision.errors import Usage
from provision.settings.load import load
from provision.settings.models import Settings

WHOLE = """\
version: 1
default_org: local
orgs:
  uat:
    my_domain: acme--uat.sandbox.my.salesforce.com
    apps: [billing-sync]
    users: {billing-bot: {username: billing.bot@acme.example.uat}}
  dev: {my_domain: acme-dev-ed.develop.my.salesforce.com}
users:
  billing-bot: {username: billing.bot@acme.example, last_name: B, email: b@a.example, permission_sets: [Billing_Data]}
  stock-bot: {username: stock.bot@acme.example, last_name: S, email: s@acme.example, permission_sets: [Stock_Data]}
permission_sets:
  Billing_Data: {label: Billing Data, objects: {Account: [read]}, fields: {Account.Rating: edit}}
  Stock_Data: {label: Stock Data, license: Salesforce API Integration, user_permissions: [ApiEnabled]}
apps:
  billing-sync: {label: Billing Sync, contact_email: it@acme.example, user: billing-bot}
  stock-sync: {label: Stock Sync, contact_email: it@acme.example, user: stock-bot, name: StockSync, access: Stock}
"""


def read(text: str | bytes, environ: Mapping[str, str] | None = None) -> Settings:
    """Load `text` as if it were a `provision.yaml`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "provision.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return load(path, environ or {})


def faults(text: str | bytes, environ: Mapping[str, str] | None = None) -> list[str]:
    """Return what is wrong with `text`, each as `line:column path: message`, or nothing."""
    try:
        read(text, environ)
    except Usage as problem:
        rows = problem.context["problems"]
        return [f"{row['line']}:{row['column']} {row['path']}: {row['message']}" for row in rows]
    return []
