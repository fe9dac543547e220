"""May the token do what is declared, and is what is not declared refused? Nothing is written to find out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from provision.checks.proof import Proof
from provision.model.check import CheckResult, CheckStatus, Refusal
from provision.model.desired import PermissionSet
from provision.org import oauth
from provision.org.oauth import Token
from provision.org.records import Records
from provision.org.refusals import sentence
from provision.org.session import Session
from provision.steps.permission_set import assured

OBJECTS = "access/objects"
FIELDS = "access/fields"
UNDECLARED = "access/undeclared"

PROBES = ("Contact", "Account", "Lead", "Case", "Opportunity")
"""Objects of which one that is not declared is asked for."""
HIDDEN = frozenset({"INVALID_TYPE", "INSUFFICIENT_ACCESS", "INSUFFICIENT_ACCESS_OR_READONLY"})
"""Codes that say that the object is not for the token's user; any other says nothing about it."""
DESCRIBED: Mapping[str, str] = {"create": "createable", "edit": "updateable", "delete": "deletable"}
"""What a describe, as the token's user, calls the declared accesses that only a write would show."""
OPENING = frozenset({"api", "full"})


def check(proof: Proof) -> Iterator[CheckResult]:
    """Query every declared object and field as the token's user, and one object that is not declared.

    Accesses that people own are not asked for.
    """
    token = _usable(proof)
    if token is None:
        return
    records = Records(proof.site.transport, Session(token.instance_url, token.access_token, proof.site.api_version))
    declared = [item for item in proof.declared if not item.existing and item.given is None]
    expected = [assured(item) for item in declared]
    objects, fields = _objects(expected), _fields(expected)
    if objects:
        yield _judge(proof, OBJECTS, _object_refusals(proof, records, token, objects), " ".join(sorted(objects)))
    if fields:
        yield _judge(proof, FIELDS, _field_refusals(records, fields), " ".join(sorted(fields)))
    yield _undeclared(proof, records, _objects(declared))


def _usable(proof: Proof) -> Token | None:
    """Return a token that opened the REST API; where none did, that is told by the checks before."""
    if not OPENING & set(proof.app.scopes):
        return None
    answers = ((grant, proof.token(grant)) for grant in proof.grants)
    return next(
        (answer for grant, answer in answers if isinstance(answer, Token) and f"{grant}/api" not in proof.refusals),
        None,
    )


def _judge(proof: Proof, name: str, refused: Mapping[str, str], asked: str) -> CheckResult:
    if not refused:
        return proof.result(name, CheckStatus.PASSED, asked)
    detail = "; ".join(f"{what}: {why}" for what, why in refused.items())
    remedy = f"provision apply -o {proof.site.name}; then look at the permission sets and licences of the user"
    return proof.result(name, CheckStatus.FAILED, detail, code="ACCESS_MISSING", remedy=remedy)


def _object_refusals(
    proof: Proof, records: Records, token: Token, objects: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    answers = records.queries({name: f"SELECT Id FROM {name} LIMIT 1" for name in sorted(objects)})
    refused = {name: sentence(answer[0]) for name, answer in answers.items() if isinstance(answer, tuple)}
    for name, accesses in objects.items():
        wanted = [DESCRIBED[access] for access in sorted(accesses) if access in DESCRIBED]
        if name not in refused and wanted:
            described = oauth.describe(proof.site.transport, token, proof.site.api_version, name)
            if isinstance(described, Refusal):
                refused[name] = sentence(described)
            elif missing := [flag for flag in wanted if not described.get(flag)]:
                refused[name] = f"not {', '.join(missing)}"
    return refused


def _field_refusals(records: Records, fields: frozenset[str]) -> dict[str, str]:
    asked = {name: name.partition(".") for name in sorted(fields)}
    soql = {name: f"SELECT {field} FROM {sobject} LIMIT 1" for name, (sobject, _, field) in asked.items()}
    answers = records.queries(soql)
    return {name: sentence(answer[0]) for name, answer in answers.items() if isinstance(answer, tuple)}


def _undeclared(proof: Proof, records: Records, objects: Mapping[str, frozenset[str]]) -> CheckResult:
    probe = next((name for name in PROBES if name not in objects), None)
    unknown = [item.name for item in proof.declared if item.existing or item.given is not None]
    if probe is None or unknown:
        detail = f"{', '.join(unknown)} may allow more than the settings say" if unknown else "every object is declared"
        return proof.result(UNDECLARED, CheckStatus.SKIPPED, detail)
    answer = records.queries({probe: f"SELECT Id FROM {probe} LIMIT 1"})[probe]
    if isinstance(answer, tuple):
        code = answer[0].code
        if code in HIDDEN:
            return proof.result(UNDECLARED, CheckStatus.PASSED, f"{probe}: refused with {code}")
        detail = f"{probe}: refused for another reason, so this proves nothing: {sentence(answer[0])}"
        return proof.result(UNDECLARED, CheckStatus.SKIPPED, detail, code=code)
    detail = f"{probe} can be read, although no declared permission set allows it"
    remedy = f"provision plan -o {proof.site.name} names what is held and not declared, unless the profile allows it"
    return proof.result(UNDECLARED, CheckStatus.FAILED, detail, code="MORE_THAN_DECLARED", remedy=remedy)


def _objects(declared: list[PermissionSet]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for item in declared:
        for name, accesses in item.objects.items():
            found[name] = found.get(name, frozenset()) | accesses
    return found


def _fields(declared: list[PermissionSet]) -> frozenset[str]:
    return frozenset(name for item in declared for name in item.fields)
