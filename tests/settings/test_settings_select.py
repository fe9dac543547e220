"""Which orgs and apps a command is about."""

from __future__ import annotations

import pytest

from provision.errors import Code, Usage
from provision.settings.select import org_settings, select_apps, select_orgs
from tests.settings.settings_files import WHOLE, read

WITHOUT_DEFAULT = WHOLE.replace("default_org: local\n", "")


@pytest.mark.parametrize(
    ("names", "all_", "environ", "expected"),
    [
        (("uat",), False, {}, ("uat",)),
        (("dev", "uat", "dev"), False, {}, ("dev", "uat")),
        (("uat",), False, {"SF_TARGET_ORG": "dev"}, ("uat",)),
        ((), False, {"SF_TARGET_ORG": "dev"}, ("dev",)),
        ((), False, {"SF_TARGET_ORG": ""}, ("local",)),
        ((), False, {}, ("local",)),
        ((), True, {"SF_TARGET_ORG": "dev"}, ("uat", "dev")),
        (("local-legacy",), False, {}, ("local-legacy",)),
    ],
)
def test_names_win_over_the_environment_and_that_over_the_default(names, all_, environ, expected):
    assert select_orgs(read(WHOLE), names, all_=all_, environ=environ) == expected


@pytest.mark.parametrize(
    ("names", "all_", "environ", "code", "remedy"),
    [
        (("uta",), False, {}, Code.ORG_UNKNOWN, "-o uat"),
        (("uat", "zzz"), False, {}, Code.ORG_UNKNOWN, "Declare it under orgs in the settings"),
        ((), False, {"SF_TARGET_ORG": "devv"}, Code.ORG_UNKNOWN, "-o dev"),
        (("uat",), True, {}, Code.USAGE, "Leave out --all"),
        ((), False, {}, Code.ORG_UNKNOWN, "-o uat"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_way_out(names, all_, environ, code, remedy):
    with pytest.raises(Usage) as caught:
        select_orgs(read(WITHOUT_DEFAULT), names, all_=all_, environ=environ)
    assert (caught.value.code, caught.value.remedy[0]) == (code, remedy)


def test_an_unknown_org_says_who_named_it():
    with pytest.raises(Usage, match='There is no org "devv" in the settings') as caught:
        select_orgs(read(WHOLE), (), all_=False, environ={"SF_TARGET_ORG": "devv"})
    assert caught.value.context["source"] == "SF_TARGET_ORG"


def test_all_means_the_orgs_that_stand_in_the_file():
    with pytest.raises(Usage, match="there are none"):
        select_orgs(read("version: 1\n"), (), all_=True, environ={})


def test_an_org_gets_its_listed_apps_or_all_of_them():
    settings = read(WHOLE)
    assert select_apps(settings, "uat", ()) == ("billing-sync",)
    assert select_apps(settings, "dev", ()) == ("billing-sync", "stock-sync")
    assert select_apps(settings, "dev", ("stock-sync", "stock-sync")) == ("stock-sync",)


@pytest.mark.parametrize(
    ("org", "names", "code", "remedy"),
    [
        ("dev", ("billing",), Code.APP_UNKNOWN, "-a billing-sync"),
        ("uat", ("stock-sync",), Code.APP_UNKNOWN, "Add stock-sync to orgs.uat.apps"),
        ("dev", ("zzz",), Code.APP_UNKNOWN, "Declare it"),
        ("nowhere", (), Code.ORG_UNKNOWN, "Declare it under orgs in the settings"),
    ],
)
def test_a_wrong_app_is_refused_with_the_way_out(org, names, code, remedy):
    with pytest.raises(Usage) as caught:
        select_apps(read(WHOLE), org, names)
    assert (caught.value.code, caught.value.remedy[0]) == (code, remedy)


def test_an_org_without_any_app_is_a_usage_error():
    with pytest.raises(Usage, match="There is no app for local"):
        select_apps(read("version: 1\n"), "local", ())


def test_one_org_is_looked_up_by_name():
    assert org_settings(read(WHOLE), "uat").my_domain == "acme--uat.sandbox.my.salesforce.com"
