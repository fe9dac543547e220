"""The Metadata API client: deploy, its status, cancel, and retrieve, over SOAP and the one transport."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provision.errors import Code, Failed, StillRunning
from provision.model.deployment import DeployResult
from provision.model.event import Event, Listener
from provision.org.deploy_result import deploy_result
from provision.org.session import Session
from provision.org.soap import Element, Tree, call, children, flag, text
from provision.transport import Transport

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class DeployOptions:
    """What a deploy may do. No test level is sent unless asked for: without Apex no tests run, also in production."""

    check_only: bool = False
    rollback_on_error: bool = True
    ignore_warnings: bool = True
    purge_on_delete: bool = False
    test_level: str | None = None


class MetadataApi:
    """Deploys and retrieves for one session."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self._transport = transport
        self._session = session
        self._url = f"{session.instance_url}/services/Soap/m/{session.api_version}"

    def start_deploy(self, zip_file: bytes, options: DeployOptions) -> str:
        """Hand in a package and return the id of the deploy (`0Af…`)."""
        settings: list[tuple[str, str]] = [
            ("allowMissingFiles", "false"),
            ("autoUpdatePackage", "false"),
            ("checkOnly", _boolean(options.check_only)),
            ("ignoreWarnings", _boolean(options.ignore_warnings)),
            ("performRetrieve", "false"),
            ("purgeOnDelete", _boolean(options.purge_on_delete)),
            ("rollbackOnError", _boolean(options.rollback_on_error)),
            ("singlePackage", "true"),
        ]
        if options.test_level:
            settings.append(("testLevel", options.test_level))
        body: Tree = [("ZipFile", base64.b64encode(zip_file).decode()), ("DeployOptions", settings)]
        return self._result_text("deploy", body, "id")

    def deploy_status(self, deploy_id: str) -> DeployResult:
        """Return where a deploy stands, with every message so far."""
        body: Tree = [("asyncProcessId", deploy_id), ("includeDetails", "true")]
        for result in children(self._call("checkDeployStatus", body), "result"):
            return deploy_result(result)
        raise _empty("checkDeployStatus")

    def cancel_deploy(self, deploy_id: str) -> bool:
        """Ask for a deploy to be cancelled; `True` when that has already happened."""
        for result in children(self._call("cancelDeploy", [("String", deploy_id)]), "result"):
            return flag(result, "done")
        raise _empty("cancelDeploy")

    def wait_for_deploy(self, deploy_id: str, *, minutes: float, listen: Listener) -> DeployResult:
        """Poll, with growing pauses, until the deploy is done.

        A status that is not known counts as still running. Raises `StillRunning` after `minutes`.
        """
        deadline = self._transport.clock.monotonic() + minutes * 60
        pause = FIRST_PAUSE_SECONDS
        last = ""
        while True:
            result = self.deploy_status(deploy_id)
            if result.done:
                return result
            said = _progress(result)
            if said != last:
                listen(Event("progress", "deploy", said))
                last = said
            if self._transport.clock.monotonic() + pause > deadline:
                raise StillRunning(
                    Code.STILL_RUNNING,
                    f"The deploy {deploy_id} was still {result.status or 'running'} after {minutes:g} minutes",
                    context={"deploy_id": deploy_id, "status": result.status},
                )
            self._pause(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)

    def retrieve(self, members: Mapping[str, Sequence[str]], *, minutes: float = 5.0) -> bytes:
        """Return the zip with the named components, by type; what does not exist is simply not in it."""
        types: Tree = [
            ("types", [*(("members", name) for name in sorted(names)), ("name", type_name)])
            for type_name, names in sorted(members.items())
            if names
        ]
        version = self._session.api_version
        request: Tree = [("apiVersion", version), ("singlePackage", "true")]
        body: Tree = [("retrieveRequest", [*request, ("unpackaged", [*types, ("version", version)])])]
        return self._retrieved(self._result_text("retrieve", body, "id"), minutes)

    def _retrieved(self, retrieve_id: str, minutes: float) -> bytes:
        deadline = self._transport.clock.monotonic() + minutes * 60
        pause = FIRST_PAUSE_SECONDS
        body: Tree = [("asyncProcessId", retrieve_id), ("includeZip", "true")]
        while True:
            for result in children(self._call("checkRetrieveStatus", body), "result"):
                if not flag(result, "done"):
                    continue
                if not flag(result, "success"):
                    raise _failed_retrieve(text(result, "errorStatusCode"), text(result, "errorMessage"))
                return base64.b64decode(text(result, "zipFile") or "")
            if self._transport.clock.monotonic() + pause > deadline:
                raise StillRunning(
                    Code.STILL_RUNNING,
                    f"The retrieve {retrieve_id} was not done after {minutes:g} minutes",
                    remedy=("Run the command again",),
                )
            self._pause(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)

    def _call(self, operation: str, body: Tree) -> Element:
        return call(self._transport, self._url, self._session.access_token, operation, body)

    def _result_text(self, operation: str, body: Tree, tag: str) -> str:
        for result in children(self._call(operation, body), "result"):
            if (value := text(result, tag)) is not None:
                return value
        raise _empty(operation)

    def _pause(self, seconds: float) -> None:
        if not self._transport.embedded:
            self._transport.clock.sleep(seconds)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _progress(result: DeployResult) -> str:
    count = f"{result.components_deployed} of {result.components_total} components" if result.components_total else ""
    return ", ".join(part for part in (result.status, count, result.state_detail) if part)


def _empty(operation: str) -> Failed:
    return Failed(Code.REQUEST_REFUSED, f"The Metadata API gave an empty answer to {operation}")


def _failed_retrieve(code: str | None, message: str | None) -> Failed:
    return Failed(Code.REQUEST_REFUSED, "The retrieve failed", detail=f"{code or 'no code'}: {message or 'no text'}")
