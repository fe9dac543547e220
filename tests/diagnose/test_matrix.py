"""Verify names the cause of what is wrong and proves no other; what clients print of it is explained alike."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from provision.diagnose.diagnosis import CAUSES
from provision.diagnose.matching import explain
from provision.model.check import CheckStatus
from provision.model.diagnosis import Verdict
from tests.diagnose.__main__ import DIAGNOSIS
from tests.diagnose.bench import KINDS, Bench, set_up
from tests.diagnose.faults import FAULTS
from tests.diagnose.matrix import Row, rows, with_matrix

EXPLAINED = {
    "user hasn't approved this consumer": "jwt-user-not-approved",
    "user is not admin approved to access this app": "jwt-not-admin-approved",
    "client identifier invalid": "jwt-unknown-client",
    "External client app is not installed in this org": "eca-app-not-found",
    "this app is blocked by admin": "app-blocked",
    "invalid assertion": "jwt-invalid-assertion",
    "audience is invalid": "jwt-audience-invalid",
    "expired authorization code": "jwt-expired",
    "invalid client credentials": "cc-bad-secret",
    "no client credentials user enabled": "cc-no-user",
    "client credentials flow not enabled": "cc-flow-disabled",
    "request not supported on this domain": "cc-wrong-domain",
    "no valid scopes defined": "cc-no-scopes",
    "ip restricted": "jwt-ip-restricted",
    "inactive user": "jwt-user-inactive",
    "authentication failure": "jwt-user-inactive",
    "login rate exceeded": "jwt-login-rate",
    "session level not sufficient": "jwt-high-assurance",
    "This session is not valid for use with the REST API": "rest-session-not-valid",
    "API is disabled for this User": "rest-api-disabled-user",
    "TotalRequests Limit exceeded.": "rest-quota",
}
"""The entry that explains each refusal."""


@pytest.fixture(scope="module")
def matrix() -> list[Row]:
    return list(rows())


@pytest.fixture(scope="module", params=KINDS)
def healthy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("healthy")
    set_up(folder, request.param)
    return Bench(folder, request.param)


def test_causes_are_named_and_wrong_ones_never_proved(matrix: list[Row]) -> None:
    assert len(matrix) >= 45
    wrong = [(row.kind, row.fault.title, row.proved) for row in matrix if row.proved - {row.fault.cause}]
    assert wrong == []
    unnamed = [
        (row.kind, row.fault.title, [(c.name, c.verdict.value) for c in row.causes]) for row in matrix if not row.named
    ]
    assert len(unnamed) <= 3, unnamed


def test_every_refusal_that_is_to_be_explained_is_produced(matrix: list[Row]) -> None:
    """The entries of these are not provoked anywhere else."""
    assert {row.said.partition(": ")[2] for row in matrix if row.said} == set(EXPLAINED)


def test_every_fault_makes_a_check_fail(matrix: list[Row]) -> None:
    for row in matrix:
        assert any(check.status is CheckStatus.FAILED for check in row.result.checks), row.fault.title


def test_every_cause_is_the_cause_of_some_fault() -> None:
    assert {module.NAME for module in CAUSES} == {fault.cause for fault in FAULTS}


def test_every_named_cause_says_what_was_seen_and_what_to_do(matrix: list[Row]) -> None:
    for row in matrix:
        for cause in row.causes:
            assert cause.evidence.strip(), cause
            assert cause.remedy.strip(), cause


def test_the_page_shows_the_matrix(matrix: list[Row]) -> None:
    """Written by `python -m tests.diagnose`."""
    page = DIAGNOSIS.read_text()
    assert page == with_matrix(page, matrix)


def test_nothing_is_wrong_with_what_is_in_order(healthy: Bench) -> None:
    result = healthy.verify()
    assert {check.status for check in result.checks} <= {CheckStatus.PASSED, CheckStatus.SKIPPED}
    assert result.diagnoses == ()


def test_without_admin_access_it_says_what_could_not_be_looked_at(healthy: Bench, tmp_path: Path) -> None:
    """Nothing about the org is proved without looking."""
    for number, fault in enumerate(fault for fault in FAULTS if healthy.kind in fault.kinds):
        bench = Bench(shutil.copytree(healthy.folder, tmp_path / str(number)), healthy.kind)
        fault.seed(bench)
        result = bench.verify(admin=False)
        causes = [cause for diagnosis in result.diagnoses for cause in diagnosis.causes]
        proved = {cause.name for cause in causes if cause.verdict is Verdict.PROVED}
        assert proved <= {fault.cause}, fault.title
        if result.diagnoses:
            assert fault.cause in {cause.name for cause in causes}, (fault.title, causes)


# what other clients print of the same refusals, in the forms in which `make interop` sees them print it


def jsforce(code: str, text: str) -> str:
    return f"""/app/node_modules/jsforce/lib/oauth2.js:233
            throw new (class extends Error {{
                  ^

{code}: {text}
    at OAuth2._postParams (/app/node_modules/jsforce/lib/oauth2.js:233:19)
    at async OAuth2.requestToken (/app/node_modules/jsforce/lib/oauth2.js:160:21)

Node.js v20.20.2
"""


WRAPPED = (
    "We encountered a JSON web token error, which is likely not an issue with Salesforce CLI. Here\u2019s the error: "
    "JwtAuthError::Error authenticating with JWT.\nErrors encountered:\n{text}\nfetch failed\n{text}"
)


def sf(code: str, text: str) -> str:
    if code.islower():
        told = f"{text}  [audience=https://x.example login=https://y.example]" if "audience" in text else text
        code, text = "JwtGrantError", WRAPPED.format(text=told)
    stack = f"{code}: {text}\n    at SfCommandError.from (file:///sf/SfCommandError.js:48:16)"
    document = {"name": code, "message": text, "exitCode": 1, "context": "LoginJwt", "stack": stack, "cause": stack}
    return json.dumps({**document, "warnings": [], "code": "1", "status": 1, "commandName": "LoginJwt"}, indent=2)


def sf_text(code: str, text: str) -> str:
    document = json.loads(sf(code, text))
    return f"Error ({document['name']}): {document['message']}\n\n\n\n"


@pytest.mark.parametrize("client", [jsforce, sf, sf_text])
def test_what_clients_print_is_explained(matrix: list[Row], client: object) -> None:
    assert callable(client)
    for row in matrix:
        if row.said:
            code, _, text = row.said.partition(": ")
            found = [match.entry.id for match in explain(client(code, text))]
            assert found[0] == EXPLAINED[text], (row.fault.title, client, found)
