"""Deploys over REST run as over SOAP."""

import io
import json
import zipfile

import pytest

from provision.localorg.metadata.tree import NAMESPACE

SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'
FILE = "permissionsets/A.permissionset"


@pytest.fixture
def files(package_xml):
    """A package with one permission set."""
    return {"package.xml": package_xml({"PermissionSet": ["A"]}), FILE: SET}


def test_a_refused_session_is_worded_as_rest_does(http):
    response = http.rest("GET", "/0Af000000000000", session_id="x")
    assert response.text == '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]'


class TestRest:
    """Deploys over REST."""

    def start(self, http, files, part="json", **options):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        body = {part: json.dumps({"deployOptions": options}), "file": (io.BytesIO(buffer.getvalue()), "package.xml")}
        return http.rest("POST", data=body)

    @pytest.mark.parametrize("part", ["json", "entity_content"])
    def test_a_deploy_runs_as_over_soap(self, http, files, part):
        response = self.start(http, files, part=part, singlePackage=True, rollbackOnError="true")
        assert response.status_code == 201
        started = response.get_json()
        assert (started["deployResult"]["status"], started["deployResult"]["done"]) == ("Pending", False)
        assert started["deployOptions"]["rollbackOnError"] is True
        for _ in range(3):
            status = http.rest("GET", f"/{started['id']}?includeDetails=true").get_json()
        result = status["deployResult"]
        assert (result["status"], result["done"], result["numberComponentsDeployed"]) == ("Succeeded", True, 1)
        assert result["completedDate"] == "2026-11-23T12:00:00.000+0000"
        assert result["details"]["componentFailures"] == []
        assert result["details"]["componentSuccesses"][1]["lineNumber"] is None
        assert len(http.org.records("PermissionSet", Name="A")) == 1

    def test_a_deploy_can_be_cancelled(self, http, files):
        job_id = self.start(http, files, singlePackage=True).get_json()["id"]
        response = http.rest("PATCH", f"/{job_id}", json={"deployResult": {"status": "Canceling"}})
        assert (response.status_code, response.get_json()["deployResult"]["status"]) == (202, "Canceled")

    @pytest.mark.parametrize(
        ("method", "path", "options", "status", "code"),
        [
            ("GET", "/0Af000000000000", {}, 404, "INVALID_CROSS_REFERENCE_KEY"),
            ("GET", "/0Af000000000000", {"session_id": "x"}, 401, "INVALID_SESSION_ID"),
            ("POST", "", {"data": {"json": "{}"}}, 400, "INVALID_FIELD"),
            ("PATCH", "/0Af000000000000", {"data": "["}, 400, "INVALID_FIELD"),
            ("PATCH", "/0Af000000000000", {"json": {"deployResult": {"status": "Done"}}}, 400, "INVALID_FIELD"),
        ],
    )
    def test_refusals_are_errors_in_json(self, http, method, path, options, status, code):
        response = http.rest(method, path, **options)
        assert (response.status_code, [error["errorCode"] for error in response.get_json()]) == (status, [code])
