"""Deploys of what a recent validation found to be right, over SOAP and REST."""

import datetime as dt

import pytest

from provision.localorg.metadata.tree import NAMESPACE

SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'


@pytest.fixture
def validated(http, package_xml):
    """Id of a validation of one permission set."""
    files = {"package.xml": package_xml({"PermissionSet": ["A"]}), "permissionsets/A.permissionset": SET}
    job_id = http.start(files, "<singlePackage>true</singlePackage><checkOnly>true</checkOnly>")
    assert finish(http, job_id) == "Succeeded"
    assert http.org.records("PermissionSet", Name="A") == []
    return job_id


def finish(http, job_id):
    return [http.poll(job_id).text_of("status") for _ in range(3)][-1]


def quick(http, job_id):
    return http.soap("deployRecentValidation", f"<validationId>{job_id}</validationId>")


def test_a_validation_is_deployed_under_a_new_id(http, validated):
    status, answer = quick(http, validated)
    job_id = answer.text_of("result")
    assert (status, job_id[:3], job_id != validated) == (200, "0Af", True)
    assert finish(http, job_id) == "Succeeded"
    assert len(http.org.records("PermissionSet", Name="A")) == 1
    assert http.poll(job_id).text_of("checkOnly") == "false"


def test_over_rest_the_answer_names_both(http, validated):
    response = http.rest("POST", json={"validatedDeployRequestId": validated})
    answer = response.get_json()
    assert (response.status_code, answer["validatedDeployRequestId"]) == (201, validated)
    assert answer["url"].endswith(f"/metadata/deployRequest/{answer['id']}")
    assert finish(http, answer["id"]) == "Succeeded"
    status = http.rest("GET", f"/{answer['id']}").get_json()
    assert status["validatedDeployRequestId"] == validated


def test_a_validation_is_good_for_ten_days(http, validated):
    http.org.clock.advance(dt.timedelta(days=10))
    http = http.logged_in_again()
    assert quick(http, validated)[0] == 200
    http.org.clock.advance(dt.timedelta(seconds=1))
    assert http.fault("deployRecentValidation", f"<validationId>{validated}</validationId>")[0] == "sf:INVALID_ID_FIELD"


def test_anything_else_is_no_validation(http, validated, package_xml):
    deployed = quick(http, validated)[1].text_of("result")
    running = http.start({"package.xml": package_xml({})}, "<checkOnly>true</checkOnly>")
    failed = http.start({}, "<checkOnly>true</checkOnly>")
    finish(http, deployed), finish(http, failed)
    for job_id in (deployed, running, failed, "0Af000000000000", "nonsense"):
        fault = http.fault("deployRecentValidation", f"<validationId>{job_id}</validationId>")
        assert fault[0] == "sf:INVALID_ID_FIELD"
        assert http.rest("POST", json={"validatedDeployRequestId": job_id}).status_code == 404
