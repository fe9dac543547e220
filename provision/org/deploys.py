"""Deploys by either way into the Metadata API: SOAP, and REST as `metadata/deployRequest`.

Both are the same jobs with the same answers (Metadata API Developer Guide, "Deploying and Retrieving Metadata with
REST API").
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import requests

from provision.errors import Code, Failed
from provision.model.deployment import DeployOptions, DeployResult
from provision.org.deploy_result import deploy_result
from provision.org.rest import Rest, answered
from provision.org.session import Session
from provision.org.soap import Tree, call, children, flag, mapping, text
from provision.transport import Transport

PATH = "metadata/deployRequest"


class Deploys(Protocol):
    """Starts, watches and cancels deploys."""

    def start(self, zip_file: bytes, options: DeployOptions) -> str:
        """Hand in a package and return the id of the deploy (`0Af…`)."""

    def status(self, deploy_id: str) -> DeployResult:
        """Return where a deploy stands, with every message so far."""

    def cancel(self, deploy_id: str) -> bool:
        """Ask for a deploy to be cancelled; `True` when that has already happened."""


@dataclass(frozen=True)
class SoapDeploys:
    """Deploys over SOAP."""

    transport: Transport
    session: Session

    def start(self, zip_file: bytes, options: DeployOptions) -> str:
        """See `Deploys.start`."""
        settings = [(name, _word(value)) for name, value in options.settings.items()]
        body: Tree = [("ZipFile", base64.b64encode(zip_file).decode()), ("DeployOptions", settings)]
        return soap_text(self.transport, self.session, "deploy", body, "id")

    def status(self, deploy_id: str) -> DeployResult:
        """See `Deploys.status`."""
        body: Tree = [("asyncProcessId", deploy_id), ("includeDetails", "true")]
        response = call(self.transport, self.session.soap_url, self.session.access_token, "checkDeployStatus", body)
        for result in children(response, "result"):
            return deploy_result(mapping(result))
        raise empty("checkDeployStatus")

    def cancel(self, deploy_id: str) -> bool:
        """See `Deploys.cancel`."""
        body: Tree = [("String", deploy_id)]
        response = call(self.transport, self.session.soap_url, self.session.access_token, "cancelDeploy", body)
        for result in children(response, "result"):
            return flag(result, "done")
        raise empty("cancelDeploy")


@dataclass(frozen=True)
class RestDeploys:
    """Deploys over REST, which takes access tokens in every format."""

    rest: Rest

    def start(self, zip_file: bytes, options: DeployOptions) -> str:
        """See `Deploys.start`."""
        document = json.dumps({"deployOptions": options.settings})
        parts = {
            "json": (None, document, "application/json"),
            "file": ("deploy.zip", zip_file, "application/zip"),
        }
        form = requests.Request("POST", self.rest.url(PATH), files=parts).prepare()
        assert isinstance(form.body, bytes), "a form with a file is bytes"
        response = self.rest.send_content("POST", PATH, form.body, form.headers["Content-Type"])
        deploy_id = answered(response, "The Metadata API refused the deploy").get("id")
        if not deploy_id:
            raise empty("the deploy")
        return str(deploy_id)

    def status(self, deploy_id: str) -> DeployResult:
        """See `Deploys.status`."""
        response = self.rest.send("GET", f"{_path(deploy_id)}?includeDetails=true")
        result = answered(response, "The Metadata API did not say how the deploy stands").get("deployResult")
        if not isinstance(result, dict):
            raise empty("the question how the deploy stands")
        return deploy_result({"id": deploy_id, **result})

    def cancel(self, deploy_id: str) -> bool:
        """See `Deploys.cancel`."""
        wanted = {"deployResult": {"status": "Canceling"}}
        response = self.rest.send("PATCH", _path(deploy_id), wanted)
        result = answered(response, "The Metadata API did not cancel the deploy").get("deployResult")
        return isinstance(result, dict) and result.get("status") == "Canceled"


def soap_text(transport: Transport, session: Session, operation: str, body: Tree, tag: str) -> str:
    """Call an operation and return one text of its result."""
    response = call(transport, session.soap_url, session.access_token, operation, body)
    for result in children(response, "result"):
        if (value := text(result, tag)) is not None:
            return value
    raise empty(operation)


def empty(operation: str) -> Failed:
    """Return the error for an answer that says nothing."""
    return Failed(Code.REQUEST_REFUSED, f"The Metadata API gave an empty answer to {operation}")


def _path(deploy_id: str) -> str:
    return f"{PATH}/{quote(deploy_id, safe='')}"


def _word(value: bool | str) -> str:
    return value if isinstance(value, str) else str(value).lower()
