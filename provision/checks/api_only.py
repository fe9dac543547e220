"""Is the user kept out of the user interface?"""

from __future__ import annotations

from collections.abc import Iterator

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus
from provision.org.records import literal

NAME = "user/api-only"


def check(proof: Proof) -> Iterator[CheckResult]:
    """Look for *API Only User* in the user's profile, then in the assigned permission sets."""
    if proof.org is None:
        yield proof.result(NAME, CheckStatus.SKIPPED, "profile and permission sets take admin access to read")
        return
    if proof.user is None:
        detail = f"the org has no user {proof.app.user.username}"
        yield proof.result(NAME, CheckStatus.FAILED, detail, code="USER_MISSING", remedy="provision apply")
        return
    if proof.user.profile_api_only:
        yield proof.result(NAME, CheckStatus.PASSED, f"by the profile {proof.user.profile}")
        return
    holding = proof.org.records.query(
        "SELECT PermissionSet.Label FROM PermissionSetAssignment "
        f"WHERE AssigneeId = {literal(proof.user.id)} AND PermissionSet.PermissionsApiUserOnly = true"
    )
    if holding:
        label = holding[0]["PermissionSet"]["Label"]
        yield proof.result(NAME, CheckStatus.PASSED, f"by the permission set {label}")
        return
    yield proof.result(
        NAME,
        CheckStatus.FAILED,
        f"{proof.user.username} may log in to the user interface",
        code="NOT_API_ONLY",
        remedy="Assign a permission set with ApiUserOnly, or the profile Minimum Access - API Only Integrations",
    )
