"""What `provision init` writes."""

from __future__ import annotations

import re

import pytest
from settings_files import read

from provision.settings.desired import desired
from provision.settings.scaffold import IGNORED, SETTINGS, files, gitignore
from provision.settings.schema import json_schema_text
from provision.settings.select import select_apps, select_orgs


def test_the_file_works_at_once_on_a_local_org():
    settings = read(files()["provision.yaml"])
    (org,) = select_orgs(settings, (), all_=False, environ={})
    assert settings.orgs[org].local is not None
    assert select_apps(settings, org, ()) == ("billing-sync",)
    assert desired(settings, org).apps[0].user.permission_sets == ("Billing_Data",)


def test_the_real_org_works_too_once_its_comment_is_taken_off():
    uncommented = re.sub(r"(?m)^  # (uat:|  )", r"  \1", SETTINGS)
    settings = read(uncommented)
    assert settings.orgs["uat"].my_domain == "acme--uat.sandbox.my.salesforce.com"
    assert desired(settings, "uat").users[0].username == "billing.bot@acme.example.uat"


def test_the_first_line_tells_editors_where_the_schema_is_that_is_written_beside():
    written = files()
    name = re.match(r"# yaml-language-server: \$schema=(\S+)\n", written["provision.yaml"])
    assert name is not None
    assert written[name[1]] == json_schema_text()


@pytest.mark.parametrize("existing", ["", "*.log\n", "*.log", "# provision\n.provision\n"])
def test_secrets_stay_out_of_version_control_and_other_lines_stay(existing):
    text = gitignore(existing)
    assert text.startswith(existing)
    assert set(text.splitlines()) == {*existing.splitlines(), *IGNORED}
    assert text.endswith("\n")


def test_a_gitignore_that_has_the_lines_is_left_alone():
    once = gitignore("*.log\n")
    assert gitignore(once) == once
