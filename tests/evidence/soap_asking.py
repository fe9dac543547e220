"""Bringing a fresh local org into a situation and asking one of its SOAP APIs what was asked when it was recorded.

A fixture is a list of cases. Each says where its facts come from (`source`, `confidence`, and under `evidence` which
collected items it stands for), what was deployed before (`deployed`), which deploy or retrieve is under way (`deploy`,
`retrieve`, both with the number of status `polls` it has seen), what is sent (`request`, SOAP or REST), and what comes
back. XML is compared as nested mappings in document order; an element that repeats is a list, nil is null.
"""

import base64
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.evidence.rest_comparing import differences, normal
from tests.evidence.rest_situations import SITUATIONS
from tests.localorg.visitor import Visitor

NOW: Final = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
NAMESPACE: Final = "http://soap.sforce.com/2006/04/metadata"
NAMESPACES: Final = {
    "m": NAMESPACE,
    "u": "urn:partner.soap.sforce.com",
    "c": "urn:enterprise.soap.sforce.com",
}
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
VERSION: Final = "66.0"
LAST_POLL: Final = 3
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"

Case = Mapping[str, Any]


def replay(case: Case, folder: Path) -> list[str]:
    """Ask a fresh org what the case asks; what differs from the recorded answer."""
    org = _Org(folder, case)
    if "problems" in case:
        return list(differences(case["problems"], normal(list(org.problems())), part=True, at="problems"))
    answer = org.ask(case["request"])
    found = [] if answer.status_code == case["status"] else [f"status {answer.status_code}, expected {case['status']}"]
    is_xml = answer.mimetype == "text/xml"
    body = _told(_body(answer)[0]) if is_xml else answer.json if answer.data else None
    if "header" in case:
        found += differences(case["header"], _inside(etree.fromstring(answer.data)[0]), at="header")
    return found + list(differences(case["body"], normal(body), part=case.get("compare") == "part"))


class _Org:
    """A local org in the situation of a case."""

    def __init__(self, folder: Path, case: Case) -> None:
        clock = FixedClock(NOW)
        switches = {"connected_app_creation": "enabled"} | case.get("switches", {})
        self._visitor = Visitor(LocalOrg.open(folder / "orgs.sqlite", "dev", clock, **switches), clock)
        self._values = {"org": self._visitor.local.org_id, "short_org": self._visitor.local.org_id[:15]}
        for files in case.get("deployed", ()):
            self._start_deploy({"files": files})
            assert self._poll(LAST_POLL)["status"] == "Succeeded", files
        for name in case.get("given", ()):
            self._values |= SITUATIONS[name](self._visitor, self._values) or {}
        self._find_app(staged=case.get("staged", False))
        for permissions in case.get("without", ()):
            self._take(permissions)
        if "deploy" in case:
            self._start_deploy(case["deploy"])
            self._poll(case["deploy"].get("polls", 0))
        if "retrieve" in case:
            self._start_retrieve(case["retrieve"])

    def ask(self, request: Mapping[str, Any]) -> Any:
        """The HTTP answer to a request; names in braces stand for what the situation made."""
        if "operation" in request:
            return self._soap(request["operation"], request.get("inside", ""), request)
        path = self._filled(request["path"])
        return self._visitor.send(request["method"], path, json=self._filled(request.get("json")))

    def problems(self) -> Iterator[Mapping[str, Any]]:
        """What the deploy under way complains of, once it is done."""
        told = self._poll(LAST_POLL)["details"].get("componentFailures", [])
        yield from told if isinstance(told, list) else [told]

    def _find_app(self, *, staged: bool) -> None:
        """Ids of the External Client App that was deployed, if one was, and of its consumer and staged pair."""
        apps = self._visitor.rows("SELECT Id FROM ExternalClientApplication")
        links = self._visitor.rows("SELECT OauthLink FROM ExtlClntAppOauthSettings")
        if not apps or not links:
            return
        self._values |= {"app": apps[0]["Id"], "consumer": links[0]["OauthLink"].partition(":")[2]}
        if staged:
            path = self._filled("/services/data/v66.0/apps/oauth/credentials/{app}/{consumer}/staged")
            self._values["staged"] = self._visitor.send("POST", path, json={}).json["stagedCredentials"][0]["url"]

    def _take(self, permissions: Sequence[str]) -> None:
        with self._visitor.local.transaction() as transaction:
            records = transaction.records(self._visitor.local.org_id)
            for owned in records.find("PermissionSet", IsOwnedByProfile=True):
                records.update(owned.id, dict.fromkeys(permissions, False))

    def _start_deploy(self, deploy: Mapping[str, Any]) -> None:
        options = deploy.get("options", "<singlePackage>true</singlePackage><rollbackOnError>true</rollbackOnError>")
        packed = deploy.get("zip") or base64.b64encode(_zipped(self._filled(deploy["files"]))).decode()
        inside = f"<ZipFile>{packed}</ZipFile><DeployOptions>{options}</DeployOptions>"
        self._values["job"] = self._result("deploy", inside)["id"]

    def _start_retrieve(self, retrieve: Mapping[str, Any]) -> None:
        self._values["job"] = self._result("retrieve", retrieve["inside"])["id"]
        for _ in range(retrieve["polls"]):
            self._result("checkRetrieveStatus", "<asyncProcessId>{job}</asyncProcessId>")

    def _poll(self, times: int) -> Any:
        inside = "<asyncProcessId>{job}</asyncProcessId><includeDetails>true</includeDetails>"
        return [self._result("checkDeployStatus", inside) for _ in range(times)][-1] if times else None

    def _result(self, operation: str, inside: str) -> Any:
        answer = self._soap(operation, inside, {})
        return _told(_body(answer)[0])[f"{operation}Response"]["result"]

    def _soap(self, operation: str, inside: str, request: Mapping[str, Any]) -> Any:
        session, api = escape(request.get("session", self._visitor.token)), request.get("api", "m")
        namespace = NAMESPACES[api]
        envelope = (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Header xmlns="{namespace}">'
            f"<SessionHeader><sessionId>{session}</sessionId></SessionHeader>{request.get('header', '')}</s:Header>"
            f'<s:Body><{operation} xmlns="{namespace}">{self._filled(inside)}</{operation}></s:Body></s:Envelope>'
        )
        path = f"/services/Soap/{api}/{request.get('version', VERSION)}"
        host = request.get("host", self._visitor.local.my_domain)
        return self._visitor.send("POST", path, host=host, data=envelope.encode(), content_type="text/xml")

    def _filled(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._filled(each) for name, each in value.items()}
        if isinstance(value, str):
            for name, text in self._values.items():
                value = value.replace(f"{{{name}}}", text)
        return value


def _body(answer: Any) -> etree._Element:
    """What is in the body of an envelope."""
    envelope = etree.fromstring(answer.data)
    return envelope[-1]


def _told(element: etree._Element) -> Mapping[str, Any]:
    """An element and what is in it."""
    return {etree.QName(element).localname: _inside(element)}


def _inside(element: etree._Element) -> Any:
    if element.get(_NIL) == "true":
        return None
    if not len(element):
        return element.text or ""
    held: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        if name not in held:
            held[name] = _inside(child)
        elif isinstance(held[name], list):
            held[name].append(_inside(child))
        else:
            held[name] = [held[name], _inside(child)]
    return held


def _zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, _in_namespace(text))
    return buffer.getvalue()


def _in_namespace(text: str) -> str:
    """The file with the namespace on its root element, which fixtures leave out."""
    return re.sub(r"<(\w+)(/?)>", rf'<\1 xmlns="{NAMESPACE}"\2>', text, count=1)
