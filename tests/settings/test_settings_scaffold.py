"""What `provision init` writes."""

from __future__ import annotations

import re

from provision.settings.desired import desired
from provision.settings.scaffold import IGNORED, SETTINGS, files
from provision.settings.schema import json_schema_text
from provision.settings.select import select_apps, select_orgs
from tests.settings.settings_files import read


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


def test_the_folder_of_secrets_stays_out_of_version_control():
    assert f"{read(SETTINGS).store.path}/" in IGNORED


def test_files_that_secrets_are_exported_to_stay_out_of_version_control():
    assert "*.env" in IGNORED
