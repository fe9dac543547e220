"""The Metadata API as clients meet it: envelopes, sessions, job states, REST deploys."""

import base64
import io
import zipfile
from dataclasses import replace

import pytest
from werkzeug.test import Client

from provision.localorg.app import App
from provision.localorg.metadata.tree import NAMESPACE
from provision.localorg.store.consumers import Consumer
from tests.localorg.metadata.conftest import Http

SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'
FILE = "permissionsets/A.permissionset"
CONSUMER = {
    "key": "key",
    "secret": "secret",
    "app_id": "0H4000000000001AAA",
    "kind": "connected-app",
    "name": "Sync",
    "certificate_der": None,
    "scopes": frozenset({"full"}),
    "client_credentials": True,
    "run_as_user_id": None,
    "admin_approved": False,
    "ip_relaxation": "ENFORCE",
    "consumer_secret_optional": False,
}


@pytest.fixture
def files(package_xml):
    """A package with one permission set."""
    return {"package.xml": package_xml({"PermissionSet": ["A"]}), FILE: SET}


def names(node):
    return [child.name for child in node.children]


class TestDeploy:
    """deploy, checkDeployStatus, cancelDeploy."""

    def test_a_new_deploy_is_queued(self, http):
        encoded = base64.b64encode(b"anything").decode()
        result = http.result("deploy", f"<ZipFile>{encoded}</ZipFile><DeployOptions/>")
        assert names(result) == ["done", "id", "state"]
        assert (result.text_of("done"), result.text_of("state")) == ("false", "Queued")
        assert result.text_of("id").startswith("0Af")

    def test_each_poll_moves_one_state_and_the_last_one_does_the_work(self, http, files):
        job_id = http.start(files)
        seen = []
        for _ in range(4):
            result = http.poll(job_id)
            stored = len(http.org.records("PermissionSet", Name="A"))
            seen.append((result.text_of("status"), result.text_of("done"), stored))
        assert seen == [
            ("Pending", "false", 0),
            ("InProgress", "false", 0),
            ("Succeeded", "true", 1),
            ("Succeeded", "true", 1),
        ]

    def test_a_pending_result_has_the_recorded_elements(self, http, files):
        result = http.poll(http.start(files))
        assert names(result) == [
            "checkOnly",
            "createdBy",
            "createdByName",
            "createdDate",
            "details",
            "done",
            "id",
            "ignoreWarnings",
            "lastModifiedDate",
            "numberComponentErrors",
            "numberComponentsDeployed",
            "numberComponentsTotal",
            "numberFiles",
            "numberTestErrors",
            "numberTestsCompleted",
            "numberTestsTotal",
            "rollbackOnError",
            "runTestsEnabled",
            "status",
            "success",
            "zipSize",
        ]
        assert len(result.text_of("createdBy")) == 15
        assert result.text_of("createdDate") == "2026-11-23T12:00:00.000Z"
        assert names(result.child("details")) == ["runTestResult"]

    def test_sizes_are_told_from_version_64_on(self, http, files):
        inside = f"<asyncProcessId>{http.start(files)}</asyncProcessId>"
        old = http.result("checkDeployStatus", inside, path="/services/Soap/m/63.0")
        assert {"numberFiles", "zipSize"}.isdisjoint(names(old))

    def test_a_finished_result_lists_what_succeeded(self, http, files):
        job_id = http.start(files)
        result = [http.poll(job_id) for _ in range(3)][-1]
        assert {"startDate", "completedDate"} <= set(names(result))
        details = result.child("details")
        manifest, component = details.all("componentSuccesses")
        assert (manifest.text_of("fullName"), manifest.text_of("componentType")) == ("package.xml", "")
        assert names(component) == [
            *("changed", "componentType", "created", "createdDate", "deleted", "fileName", "fullName"),
            *("id", "success"),
        ]
        assert (result.text_of("numberComponentsDeployed"), result.text_of("numberComponentsTotal")) == ("1", "1")

    def test_failures_carry_place_and_kind(self, http, files):
        broken = SET.replace("<label>", "<nonsense/><label>")
        job_id = http.start(files | {FILE: broken})
        result = [http.poll(job_id) for _ in range(3)][-1]
        (failure,) = result.child("details").all("componentFailures")
        assert (failure.text_of("problemType"), failure.text_of("lineNumber")) == ("Error", "1")
        assert failure.text_of("columnNumber") == str(broken.index("<label>") + 1)
        assert (result.text_of("status"), result.text_of("success")) == ("Failed", "false")

    def test_a_broken_zip_fails_the_request_not_a_component(self, http):
        encoded = base64.b64encode(b"no zip").decode()
        job_id = http.result("deploy", f"<ZipFile>{encoded}</ZipFile><DeployOptions/>").text_of("id")
        result = [http.poll(job_id) for _ in range(3)][-1]
        assert (result.text_of("status"), result.text_of("errorStatusCode")) == ("Failed", "UNKNOWN_EXCEPTION")
        assert result.child("details").all("componentFailures") == ()

    @pytest.mark.parametrize(("polls", "done"), [(0, "true"), (1, "true"), (2, "false")])
    def test_a_deploy_can_be_cancelled_until_it_is_done(self, http, files, polls, done):
        job_id = http.start(files)
        for _ in range(polls):
            http.poll(job_id)
        assert http.result("cancelDeploy", f"<String>{job_id}</String>").text_of("done") == done
        result = http.poll(job_id)
        assert result.text_of("status") == "Canceled"
        assert result.text_of("canceledByName") == result.text_of("createdByName")
        assert http.org.records("PermissionSet", Name="A") == []
        assert http.fault("cancelDeploy", f"<id>{job_id}</id>") == (
            "sf:INVALID_ID_FIELD",
            "INVALID_ID_FIELD: Deployment already completed",
        )

    @pytest.mark.parametrize("job_id", ["0Af000000000000AAA", "09S000000000000AAA", "", "x"])
    def test_an_unknown_deploy_is_an_invalid_reference(self, http, job_id):
        fault = ("sf:INVALID_CROSS_REFERENCE_KEY", "INVALID_CROSS_REFERENCE_KEY: invalid cross reference id")
        assert http.fault("checkDeployStatus", f"<asyncProcessId>{job_id}</asyncProcessId>") == fault
        assert http.fault("cancelDeploy", f"<String>{job_id}</String>") == fault

    def test_a_job_of_another_org_is_unknown(self, http, make_org):
        other = make_org("Other")
        with other.database.transaction() as transaction:
            job = transaction.jobs(other.row.id).insert("deploy", {})
        assert http.fault("checkDeployStatus", f"<asyncProcessId>{job.id}</asyncProcessId>")[0].endswith("KEY")

    def test_a_deploy_is_that_of_who_started_it_whoever_polls(self, http, files):
        poller = replace(http, session_id=TestSessions().session(http.org, "System Administrator"))
        job_id = http.start(files)
        while poller.poll(job_id).text_of("done") == "false":
            continue
        [made] = http.org.records("PermissionSet", Name="A")
        [admin] = http.org.records("User", Username="admin@local--acme.example")
        assert made.fields["CreatedById"] == admin.id

    def test_records_name_the_user_who_deployed(self, http, files):
        job_id = http.start(files)
        for _ in range(3):
            http.poll(job_id)
        admin = http.org.records("User")[0]
        assert http.org.records("PermissionSet", Name="A")[0].fields["CreatedById"] == admin.id


class TestRetrieve:
    """retrieve, checkRetrieveStatus, checkStatus."""

    REQUEST = (
        "<{name}><apiVersion>60.0</apiVersion><singlePackage>{single}</singlePackage><unpackaged>"
        '<types xmlns=""><members>*</members><name>PermissionSet</name></types><version>60.0</version>'
        "</unpackaged></{name}>"
    )

    def poll(self, http, job_id, inside=""):
        return http.result("checkRetrieveStatus", f"<asyncProcessId>{job_id}</asyncProcessId>{inside}")

    @pytest.mark.parametrize("name", ["retrieveRequest", "request"])
    @pytest.mark.parametrize(("single", "root"), [("true", ""), ("false", "unpackaged/")])
    def test_files_come_in_a_zip_below_unpackaged_unless_single(self, http, name, single, root):
        http.org.deploy({FILE: SET})
        job_id = http.result("retrieve", self.REQUEST.format(name=name, single=single)).text_of("id")
        assert job_id.startswith("09S")
        results = [self.poll(http, job_id) for _ in range(3)]
        assert [result.text_of("status") for result in results] == ["Pending", "InProgress", "Succeeded"]
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(results[-1].text_of("zipFile")))) as archive:
            assert archive.namelist() == [f"{root}package.xml", root + FILE]
        properties = results[-1].all("fileProperties")
        assert [entry.text_of("fileName") for entry in properties] == [f"{root}package.xml", root + FILE]

    def test_the_zip_can_be_left_for_later(self, http):
        job_id = http.result("retrieve", self.REQUEST.format(name="request", single="true")).text_of("id")
        for _ in range(3):
            result = self.poll(http, job_id, "<includeZip>false</includeZip>")
        assert result.text_of("zipFile") == ""
        assert self.poll(http, job_id).text_of("zipFile")

    def test_the_old_status_call_agrees_with_the_new_one(self, http):
        job_id = http.result("retrieve", self.REQUEST.format(name="retrieveRequest", single="true")).text_of("id")
        states = [
            http.result("checkStatus", f"<asyncProcessId>{job_id}</asyncProcessId>").text_of("state") for _ in range(3)
        ]
        assert states == ["Queued", "InProgress", "Completed"]
        assert self.poll(http, job_id).text_of("status") == "Succeeded"

    def test_an_unknown_package_fails_in_the_recorded_words(self, http):
        inside = "<retrieveRequest><apiVersion>60.0</apiVersion><packageNames>Abacus</packageNames></retrieveRequest>"
        job_id = http.result("retrieve", inside).text_of("id")
        result = [self.poll(http, job_id) for _ in range(3)][-1]
        assert (result.text_of("status"), result.text_of("success")) == ("Failed", "false")
        assert result.text_of("errorStatusCode") == "UNKNOWN_EXCEPTION"
        assert result.text_of("errorMessage") == "INVALID_CROSS_REFERENCE_KEY: No package named 'Abacus' found"


class TestOtherCalls:
    """listMetadata, readMetadata, describeMetadata."""

    def test_lists_show_every_component_of_a_type(self, http):
        http.org.deploy({FILE: SET})
        result = http.result("listMetadata", "<queries><type>PermissionSet</type></queries>")
        assert (result.text_of("fullName"), result.text_of("fileName")) == ("A", FILE)
        assert result.text_of("createdByName") == http.org.records("User")[0].fields["Name"]

    def test_an_empty_list_has_no_result(self, http):
        status, answer = http.soap("listMetadata", "<queries><type>ConnectedApp</type></queries>")
        assert (status, answer.name, answer.children) == (200, "listMetadataResponse", ())

    @pytest.mark.parametrize(
        ("operation", "inside"),
        [
            ("listMetadata", "<queries><type>Invented</type></queries>"),
            ("readMetadata", "<type>Invented</type><fullNames>A</fullNames>"),
        ],
    )
    def test_types_that_the_org_does_not_have_are_refused(self, http, operation, inside):
        assert http.fault(operation, inside) == (
            "sf:INVALID_TYPE",
            "INVALID_TYPE: This type of metadata is not available for this organization",
        )

    def test_components_can_be_read_one_by_one(self, http):
        http.org.deploy({FILE: SET})
        inside = "<type>PermissionSet</type><fullNames>A</fullNames><fullNames>No</fullNames>"
        found, missing = http.result("readMetadata", inside).all("records")
        assert (found.text_of("fullName"), found.text_of("label")) == ("A", "A set")
        assert found.attributes == {"http://www.w3.org/2001/XMLSchema-instance}type": "PermissionSet"}
        assert missing.attributes == {"http://www.w3.org/2001/XMLSchema-instance}nil": "true"}

    def test_the_description_names_types_and_folders(self, http):
        result = http.result("describeMetadata", "<asOfVersion>66.0</asOfVersion>")
        found = {entry.text_of("xmlName"): entry.text_of("directoryName") for entry in result.all("metadataObjects")}
        assert found["ConnectedApp"] == "connectedApps"
        older = http.result("describeMetadata", "<asOfVersion>41.0</asOfVersion>")
        assert len(older.all("metadataObjects")) < len(found)

    @pytest.mark.parametrize(
        "suffix", ["", "/", "/00D5g0000000001", "/deployRequest", "/deployRequest/0Af000000000000"]
    )
    def test_clients_may_append_anything_to_the_path(self, http, suffix):
        http.result("describeMetadata", "", path=f"/services/Soap/m/66.0{suffix}")

    def test_an_unknown_operation_is_refused(self, http):
        assert http.fault("createEverything")[1].startswith("INVALID_OPERATION: ")


class TestSessions:
    """Who may call."""

    ILLEGAL = (
        "sf:INVALID_SESSION_ID",
        "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session",
    )

    def session(self, org, profile, scopes=("full",), consumer=None):
        with org.database.transaction() as transaction:
            records = transaction.records(org.row.id)
            held = records.find("Profile", Name=profile)[0]
            user = records.insert(
                "User", {"Username": "u@x.example", "Name": "U", "IsActive": True, "ProfileId": held.id}
            )
            owned = records.find("PermissionSet", ProfileId=held.id)[0]
            records.insert("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": owned.id})
            return transaction.sessions(org.row.id).issue(user.id, consumer, scopes).token

    @pytest.mark.parametrize("session_id", ["x", "00D!y"])
    def test_a_session_that_does_not_exist_is_illegal(self, http, session_id):
        assert http.fault("describeMetadata", session_id=session_id) == self.ILLEGAL

    def test_a_session_of_another_org_is_illegal(self, http, make_org):
        other = make_org("Other")
        session_id = self.session(other, "System Administrator")
        assert http.fault("describeMetadata", session_id=session_id) == self.ILLEGAL

    def test_a_token_without_an_api_scope_is_illegal(self, http):
        session_id = self.session(http.org, "System Administrator", ["web"], "some key")
        assert http.fault("describeMetadata", session_id=session_id) == self.ILLEGAL

    def test_an_integration_user_may_not_use_the_metadata_api(self, http):
        session_id = self.session(http.org, "Minimum Access - API Only Integrations")
        for operation in ("describeMetadata", "deploy", "retrieve", "listMetadata"):
            assert http.fault(operation, session_id=session_id) == (
                "sf:INSUFFICIENT_ACCESS",
                "INSUFFICIENT_ACCESS: insufficient access rights on cross-reference id",
            )

    def test_a_user_without_api_access_is_refused_whatever_else_they_may_do(self, http):
        session_id = self.session(http.org, "System Administrator")
        with http.org.database.transaction() as transaction:
            records = transaction.records(http.org.row.id)
            user = records.find("User", Username="u@x.example")[0]
            for owned in records.find("PermissionSet", ProfileId=user.fields["ProfileId"]):
                records.update(owned.id, {"PermissionsApiEnabled": False})
        refusal = "API_CURRENTLY_DISABLED: API is disabled for this User"
        assert http.fault("describeMetadata", session_id=session_id) == ("sf:API_CURRENTLY_DISABLED", refusal)
        answer = http.rest("GET", "/0Af000000000001", session_id=session_id)
        assert (answer.status_code, answer.json[0]["errorCode"]) == (403, "API_CURRENTLY_DISABLED")

    @pytest.mark.parametrize("switches", [{"session_level": "high-assurance"}, {"api_access_control": "on"}])
    def test_what_keeps_apps_from_rest_keeps_them_from_metadata(self, make_org, switches):
        org = make_org("Guarded", **switches)
        with org.database.transaction() as transaction:
            consumer = Consumer(**CONSUMER, effective_at=org.clock.now())
            transaction.consumers(org.row.id).put(consumer)
        with org.tenant() as tenant:
            owned = tenant.only("PermissionSet", IsOwnedByProfile=True, PermissionsUseAnyApiClient=True)
            tenant.update(owned.id, {"PermissionsUseAnyApiClient": False})
        http = Http(org, Client(App(org.database)), "", org.row.my_domain)
        session_id = self.session(org, "System Administrator", consumer="key")
        assert http.fault("describeMetadata", session_id=session_id) == self.ILLEGAL
        answer = http.rest("GET", "/0Af000000000001", session_id=session_id)
        assert (answer.status_code, answer.json[0]["message"]) == (
            401,
            "This session is not valid for use with the REST API",
        )

    def test_an_org_without_rest_takes_no_deploys_over_rest(self, make_org):
        org = make_org("Old", rest_api="disabled")
        http = Http(org, Client(App(org.database)), self.session(org, "System Administrator"), org.row.my_domain)
        answer = http.rest("GET", "/0Af000000000001")
        assert (answer.status_code, answer.json[0]["errorCode"]) == (403, "API_DISABLED_FOR_ORG")

    def test_the_login_host_says_to_go_elsewhere(self, http):
        status, answer = http.__class__(http.org, http.client, http.session_id, "login.salesforce.com").soap(
            "describeMetadata", ""
        )
        assert (status, answer.text_of("faultcode")) == (500, "sf:UNKNOWN_EXCEPTION")
        assert "Destination URL not reset" in answer.text_of("faultstring")

    @pytest.mark.parametrize("version", ["30.0", "69.0", "x"])
    def test_versions_that_are_not_served_are_refused(self, http, version):
        code, _ = http.fault("describeMetadata", path=f"/services/Soap/m/{version}")
        assert code == "sf:UNSUPPORTED_API_VERSION"
