"""One file for several orgs: what is different in one of them is planned, made and shown there alone."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Provision, edit

OVERRIDES = """\
    overrides:
      apps: {billing-sync: {scopes: [api, refresh_token, id], description: Of yesterday}}
      permission_sets: {Billing_Data: {objects: {Contact: [read]}}}
"""


def scopes(provision: Provision, org: str) -> str:
    [change] = [
        row
        for change in provision("plan", "-o", org, "--json").org["changes"]
        for row in change["fields"]
        if row["field"] in {"oauthConfig.scopes", "commaSeparatedOauthScopes"}
    ]
    return str(change["new"])


def test_an_overlay_is_planned_made_and_left_alone_in_its_org_only(modern: Path, provision: Provision) -> None:
    head = "  local-legacy:\n"
    edit(modern, head, head + OVERRIDES)
    assert "Basic" in scopes(provision, "local-legacy")
    assert "Basic" not in scopes(provision, "local")
    for org in ("local", "local-legacy"):
        assert provision("apply", "-o", org, "--json").code == 0
        assert provision("plan", "-o", org, "--exit-code").code == 0
    assert "Of yesterday" in provision("render", "-o", "local-legacy").out
    assert "Of yesterday" not in provision("render", "-o", "local").out


def test_config_show_tells_what_holds_in_an_org_and_from_which_line(modern: Path, provision: Provision) -> None:
    head = "  local-legacy:\n"
    edit(modern, head, head + OVERRIDES)
    number = 1 + modern.read_text().splitlines().index("    overrides:")
    shown = provision("config", "show", "-o", "local-legacy", "--origin").out
    [line] = [line for line in shown.splitlines() if line.startswith("apps.billing-sync.description")]
    assert f"provision.yaml:{number + 1}:" in line
    shared = provision("config", "show").out.splitlines()
    assert not any(line.startswith("apps.billing-sync.description") for line in shared)
    unknown = provision("config", "show", "-o", "nowhere", "--json")
    assert (unknown.code, unknown.document["code"]) == (2, "ORG_UNKNOWN")
