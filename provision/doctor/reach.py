"""Checks of the way to an org; they take no session."""

from __future__ import annotations

from provision.doctor.line import Line, OfOrg, Patient, ok, problem, skipped
from provision.errors import ProvisionError
from provision.transport import Request, Response

TLS = "org/reach"
CLOCK = "org/clock"
MY_DOMAIN = "org/my-domain"
VERSION = "org/api-version"
SESSION = "org/session"

TOLERATED_SECONDS = 60.0
OK = 200


def _reach(patient: Patient) -> Line:
    try:
        answer = _get(patient, "/services/data/")
    except ProvisionError as failure:
        return problem(TLS, f"{failure.summary}: {failure.detail or ''}".rstrip(": "), _remedy(failure))
    if answer.status != OK:
        remedy = f"Correct orgs.{patient.site.name}.my_domain (Setup → My Domain)"
        return problem(TLS, f"{patient.site.my_domain} answered with HTTP {answer.status}", remedy)
    return ok(TLS, f"{patient.site.my_domain} answers over TLS")


def _clock(patient: Patient) -> Line:
    there = patient.sight.clock_of_org()
    if there is None:
        return skipped(CLOCK, "the org does not say what time it is")
    ahead = (patient.site.transport.clock.now() - there).total_seconds()
    if abs(ahead) > TOLERATED_SECONDS:
        way = "ahead of" if ahead > 0 else "behind"
        return problem(CLOCK, f"this machine is {abs(ahead):.0f} s {way} the org", "timedatectl set-ntp true")
    return ok(CLOCK, f"{abs(ahead):.0f} s apart")


def _my_domain(patient: Patient) -> Line:
    expected = f"https://{patient.site.my_domain}"
    remedy = f"Set orgs.{patient.site.name}.my_domain to the host of the issuer"
    try:
        issuer = str(_get(patient, "/.well-known/openid-configuration").json()["issuer"])
    except (ProvisionError, ValueError, KeyError, TypeError) as failure:
        return problem(MY_DOMAIN, f"{expected} is not the My Domain of an org ({type(failure).__name__})", remedy)
    if issuer.rstrip("/") != expected:
        return problem(MY_DOMAIN, f"the org calls itself {issuer}, not {expected}", remedy)
    return ok(MY_DOMAIN, issuer)


def _version(patient: Patient) -> Line:
    wanted = patient.site.api_version
    try:
        versions = [str(item["version"]) for item in _get(patient, "/services/data/").json()]
    except (ProvisionError, ValueError, KeyError, TypeError):
        return skipped(VERSION, "the org does not list its versions")
    newest = max(versions, key=float)
    if wanted not in versions:
        return problem(
            VERSION,
            f"{wanted} is not one of the org's (newest: {newest})",
            f"Set api_version to {newest}, or pass --api-version {newest}",
        )
    return ok(VERSION, f"{wanted}; the org's newest is {newest}")


def _session(patient: Patient) -> Line:
    if patient.org is not None:
        return ok(SESSION, patient.org.source)
    failure = patient.refused
    detail = f"{failure.summary}: {failure.detail}" if failure else "none"
    return problem(SESSION, " | ".join(detail.splitlines()), _remedy(failure))


def _remedy(failure: ProvisionError | None) -> str:
    return failure.remedy[0] if failure and failure.remedy else "provision org list"


def _get(patient: Patient, path: str) -> Response:
    return patient.site.transport.send(Request("GET", f"https://{patient.site.my_domain}{path}", repeatable=True))


CHECKS: tuple[OfOrg, ...] = (
    OfOrg(TLS, "Does the org answer?", _reach, admin=False),
    OfOrg(CLOCK, "Do the clocks of this machine and the org agree?", _clock, admin=False),
    OfOrg(MY_DOMAIN, "Is the host the My Domain of the org?", _my_domain, admin=False),
    OfOrg(VERSION, "Does the org have the API version of the settings?", _version, admin=False),
    OfOrg(SESSION, "Is there an admin session?", _session, admin=False),
)
