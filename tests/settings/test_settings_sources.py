"""Where every effective value comes from."""

from __future__ import annotations

import pytest

from provision.errors import Code, Usage
from provision.settings.problem import SENSITIVE
from provision.settings.sources import api_version, origin
from tests.settings.settings_files import WHOLE, read


def rows(text=WHOLE, flags=None, environ=None):
    found = origin(read(text, environ or {}), flags or {}, environ or {})
    assert len({row.path for row in found}) == len(found)
    return {row.path: (row.value, row.source.kind, row.source.text) for row in found}


def test_a_written_value_comes_from_its_place_in_the_file():
    found = rows()
    assert found["default_org"] == ("local", "file", "provision.yaml:2:14")
    assert found["orgs.uat.apps"] == ("[billing-sync]", "file", "provision.yaml:6:11")
    assert found['permission_sets.Billing_Data.fields["Account.Rating"]'][0] == "edit"


def test_what_is_not_written_is_a_default():
    found = rows()
    assert found["defaults.api_version"] == ("67.0", "default", "default")
    assert found["apps.billing-sync.key.bits"] == ("2048", "default", "default")
    assert found["orgs.local.local.connected_app_creation"] == ("blocked", "default", "default")


def test_the_environment_wins_over_the_file():
    found = rows(environ={"SF_TARGET_ORG": "uat", "SF_ORG_API_VERSION": "66.0"})
    assert found["default_org"] == ("uat", "environment", "environment SF_TARGET_ORG")
    assert found["defaults.api_version"] == ("66.0", "environment", "environment SF_ORG_API_VERSION")


def test_a_flag_wins_over_the_environment():
    found = rows(flags={"--api-version": "65.0"}, environ={"SF_ORG_API_VERSION": "66.0"})
    assert found["defaults.api_version"] == ("65.0", "flag", "flag --api-version")


def test_a_token_in_the_environment_is_named_and_not_shown():
    found = rows(environ={"SF_ACCESS_TOKEN": "00D!canary"})
    assert found["access_token"] == (SENSITIVE, "environment", "environment SF_ACCESS_TOKEN")
    assert not any("canary" in value for value, _, _ in found.values())


def test_a_value_with_a_reference_names_file_and_variable():
    text = WHOLE.replace("label: Stock Data", "label: '${TITLE}'")
    found = rows(text, environ={"TITLE": "Store"})
    assert found["permission_sets.Stock_Data.label"][:2] == ("Store", "file")
    assert found["permission_sets.Stock_Data.label"][2].endswith(", environment TITLE")


@pytest.mark.parametrize("name", ["DB_PASSWORD", "CLIENT_SECRET", "API_KEY", "SF_ACCESS_TOKEN"])
def test_a_reference_to_what_sounds_secret_is_not_shown(name):
    text = WHOLE.replace("label: Stock Data", f"label: '${{{name}}}'")
    found = rows(text, environ={name: "canary"})
    assert found["permission_sets.Stock_Data.label"][0] == SENSITIVE
    assert not any("canary" in value for value, _, _ in found.values())


@pytest.mark.parametrize(
    ("flags", "environ", "expected"),
    [
        ({}, {}, "64.0"),
        ({}, {"SF_ORG_API_VERSION": "66.0"}, "66.0"),
        ({"--api-version": "68.0"}, {"SF_ORG_API_VERSION": "66.0"}, "68.0"),
    ],
)
def test_the_api_version_is_that_of_the_strongest_source(flags, environ, expected):
    settings = read('version: 1\ndefaults: {api_version: "64.0"}\n')
    assert api_version(settings, flags, environ) == expected


@pytest.mark.parametrize("version", ["67", "v67.0", "30.0", "69.0", "latest"])
def test_an_api_version_that_is_not_supported_is_refused_with_its_source(version):
    with pytest.raises(Usage) as caught:
        api_version(read("version: 1\n"), {"--api-version": version}, {})
    assert caught.value.code is Code.USAGE
    assert caught.value.detail == "flag --api-version gives it."
