"""Bringing a fresh local org into a situation and asking what was asked when the answer was recorded.

A fixture is a list of cases. Each says where its facts come from (`source`, `confidence`, and under `evidence` which
collected items it stands for), what the org is like (`given`, `app`, `switches`, `faults`), what is sent (`request`,
with names in braces for what `given` made), and what comes back (`status`, `headers`, `body`, a `signed`
token as it is read; `compare` is `part` where the answer may say more).
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from provision.localorg import LocalOrg
from provision.localorg.clock import FixedClock
from tests.evidence.rest_comparing import differences, normal
from tests.evidence.rest_situations import SITUATIONS
from tests.localorg.jwts import jwt
from tests.localorg.visitor import KEY, SECRET, V, Visitor, private_key

NOW: Final = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)

Case = Mapping[str, Any]


def replay(case: Case, folder: Path) -> list[str]:
    """Ask a fresh org what the case asks; what differs from the recorded answer."""
    visitor = Visitor(LocalOrg.open(folder / "orgs.sqlite", "dev", clock := FixedClock(NOW)), clock)
    values = _situation(visitor, case)
    answer = _ask(visitor, case["request"], values)
    found = [f"status {answer.status_code}, expected {case['status']}"] if answer.status_code != case["status"] else []
    for name, value in case.get("headers", {}).items():
        found += differences(value, normal(answer.headers.get(name)), at=f"header {name}")
    is_text = isinstance(case["body"], str) or not answer.data
    body = answer.text if is_text else answer.json
    found += differences(_filled(case["body"], values), normal(body), part=case.get("compare") == "part")
    if "signed" in case:
        found += differences(case["signed"], normal(_decoded(answer.json["access_token"])), at="signed")
    return found


def _decoded(token: str) -> dict[str, Any]:
    """Header and claims of a signed token."""
    parts = (each + "=" * (-len(each) % 4) for each in token.split(".")[:2])
    header, payload = (json.loads(base64.urlsafe_b64decode(part)) for part in parts)
    return {"header": header, "payload": payload}


def _situation(visitor: Visitor, case: Case) -> dict[str, str]:
    local = visitor.local
    if case.get("switches"):
        local.switch(**case["switches"])
    values = {"api": V, "org": local.org_id, "my_domain": local.my_domain, "key": KEY, "secret": SECRET}
    if "app" in case:
        app = dict(case["app"])
        if "scopes" in app:
            app["scopes"] = frozenset(app["scopes"])
        values["user"] = visitor.ready(**app)
    for name in case.get("given", ()):
        values |= SITUATIONS[name](visitor, values) or {}
    values["basic"] = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    claims = visitor.claims(**case.get("claims", {}))
    values["assertion"] = jwt(claims, private_key(case.get("signer", 0)))
    for fault in case.get("faults", ()):
        local.fault(**fault)
    return values


def _ask(visitor: Visitor, request: Mapping[str, Any], values: Mapping[str, str]) -> Any:
    asked = _filled(request, values)
    token = asked.get("token")
    headers = {"Authorization": f"Bearer {visitor.token if token is None else token}"} if token != "" else {}
    body = {"data": asked["form"]} if "form" in asked else {"json": asked["json"]} if "json" in asked else {}
    return visitor.client.open(
        asked["path"],
        method=asked["method"],
        base_url=f"https://{asked.get('host', visitor.local.my_domain)}",
        query_string=asked.get("query"),
        headers=headers | asked.get("headers", {}),
        **body,
    )


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """Names in braces replaced; braces around anything else stay."""
    if isinstance(value, str):
        for name, text in values.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, Mapping):
        return {key: _filled(each, values) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    return value
