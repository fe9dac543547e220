"""Deploys that were started earlier: wait for one, or cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provision.cli.options import Setup
from provision.cli.progress import Progress
from provision.errors import Code, Usage

if TYPE_CHECKING:
    from provision.fleet import Call
    from provision.model.deployment import DeployResult


def follow(setup: Setup, call: Call, *, resume: str | None, cancel: str | None, wait: float) -> int:
    """Wait for the deploy `resume`, or cancel the deploy `cancel`, in the one org of `call`."""
    from provision.acts.deploy import failure
    from provision.org.connect import connect

    if len(call.orgs) != 1:
        raise Usage(Code.USAGE, "A deploy belongs to one org", remedy=("Name it: -o NAME",))
    metadata = connect(call.settings, call.orgs[0], call.environ, call.api_version).metadata
    if cancel:
        metadata.cancel_deploy(cancel)
    result = metadata.wait_for_deploy(str(resume or cancel), minutes=wait, listen=Progress(setup.output))
    if not result.success and not (cancel and result.status == "Canceled"):
        raise failure(result)
    setup.output.result(_document(result), [f"{result.id} {result.status}"])
    return 0


def _document(result: DeployResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "status": result.status,
        "success": result.success,
        "components_deployed": result.components_deployed,
        "components_total": result.components_total,
    }
