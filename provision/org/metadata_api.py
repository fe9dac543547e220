"""The Metadata API client: deploy, its status, cancel, and retrieve, over the one transport.

SOAP refuses access tokens in JWT format below version 68.0, REST takes them: with such a token deploys go over REST,
and retrieves, which only SOAP has, to the first version that takes it, with what they ask for unchanged.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from provision.errors import Code, Failed, Refused, StillRunning
from provision.model.deployment import DeployOptions, DeployResult
from provision.model.event import Event, Listener
from provision.org.deploys import Deploys, RestDeploys, SoapDeploys, soap_text
from provision.org.rest import Rest
from provision.org.session import Session
from provision.org.soap import Tree, call, children, flag, text
from provision.transport import Transport

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0
EMBEDDED_MOVES_ON_SECONDS = 5.0
"""Pauses up to this are left out with the embedded local org."""
SOAP_TAKES_JWT_SINCE = 68
"""API version (Winter '27); both ways recorded by published clients."""


class MetadataApi:
    """Deploys and retrieves for one session."""

    def __init__(self, transport: Transport, session: Session) -> None:
        self._transport = transport
        self._session = session
        over_rest = session.has_jwt and float(session.api_version) < SOAP_TAKES_JWT_SINCE
        self._deploys: Deploys = RestDeploys(Rest(transport, session)) if over_rest else SoapDeploys(transport, session)

    def start_deploy(self, zip_file: bytes, options: DeployOptions) -> str:
        """Hand in a package and return the id of the deploy (`0Af…`)."""
        return self._deploys.start(zip_file, options)

    def deploy_status(self, deploy_id: str) -> DeployResult:
        """Return where a deploy stands, with every message so far."""
        return self._deploys.status(deploy_id)

    def cancel_deploy(self, deploy_id: str) -> bool:
        """Ask for a deploy to be cancelled; `True` when that has already happened."""
        return self._deploys.cancel(deploy_id)

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
        session = self._session.since(SOAP_TAKES_JWT_SINCE) if self._session.has_jwt else self._session
        try:
            return self._retrieved(session, soap_text(self._transport, session, "retrieve", body, "id"), minutes)
        except Refused as problem:
            if not self._session.has_jwt:
                raise
            raise _jwt_refused(problem) from problem

    def _retrieved(self, session: Session, retrieve_id: str, minutes: float) -> bytes:
        deadline = self._transport.clock.monotonic() + minutes * 60
        pause = FIRST_PAUSE_SECONDS
        body: Tree = [("asyncProcessId", retrieve_id), ("includeZip", "true")]
        while True:
            response = call(self._transport, session.soap_url, session.access_token, "checkRetrieveStatus", body)
            for result in children(response, "result"):
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

    def _pause(self, seconds: float) -> None:
        """Wait; the embedded local org moves on with each poll, so that only what stays as it is is waited for."""
        if not self._transport.embedded or seconds > EMBEDDED_MOVES_ON_SECONDS:
            self._transport.clock.sleep(seconds)


def _progress(result: DeployResult) -> str:
    count = f"{result.components_deployed} of {result.components_total} components" if result.components_total else ""
    return ", ".join(part for part in (result.status, count, result.state_detail) if part)


def _failed_retrieve(code: str | None, message: str | None) -> Failed:
    return Failed(Code.REQUEST_REFUSED, "The retrieve failed", detail=f"{code or 'no code'}: {message or 'no text'}")


def _jwt_refused(problem: Refused) -> Refused:
    """Say what a JWT-format token has to do with a refused retrieve, where it may have."""
    if not any(text in str(problem.detail) for text in _OF_JWT):
        return problem
    return Refused(
        problem.code,
        "The org's SOAP API takes no access tokens in JWT format, and only SOAP retrieves metadata",
        detail=problem.detail,
        remedy=(
            "Log in with another app or sf org login web: their sessions are opaque tokens",
            'Or clear "Issue JSON Web Token (JWT)-based access tokens" in the app that the admin session comes from',
        ),
        context=problem.context,
    )


_OF_JWT = ("JWT-based access tokens", "UNSUPPORTED_API_VERSION")
"""Said by SOAP below 68.0, and by an org that does not have 68.0 yet."""
