"""Whether an org lets new Connected Apps be made: the switch does not show, so that the org is asked."""

from __future__ import annotations

from provision.acts.deploy import Deployment, deploy
from provision.apps import connected_app
from provision.errors import Failed
from provision.metadata.checked import component
from provision.model.deployment import DeployOptions
from provision.model.event import silent
from provision.model.metadata import Document, Package
from provision.org.client import Org

PROBE = "Provision_Creation_Probe"
PROBE_MINUTES = 5.0


def creation_refusal(org: Org) -> str | None:
    """Return what the org says against a new Connected App, if anything; any refusal counts.

    It is asked by a deploy that is only checked, so that nothing is made.
    """
    document = Document(connected_app.TYPE, {"contactEmail": "nobody@example.com", "label": PROBE})
    version = org.site.api_version
    how = Deployment(DeployOptions(check_only=True), PROBE_MINUTES)
    try:
        deploy(org, Package((component(PROBE, document, version),), version), how, silent)
    except Failed as problem:
        failures = problem.context.get("failures")
        return str(failures[0]["problem"]) if failures else problem.summary
    return None
