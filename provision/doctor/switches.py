"""Checks of what an org is and what is switched on in it."""

from __future__ import annotations

from collections.abc import Mapping

from provision.acts import secret_access
from provision.acts.creation import creation_refusal
from provision.doctor.line import Line, OfOrg, Patient, ok, problem, skipped, warning
from provision.metadata.exposure import SECRET_SWITCHES
from provision.model.desired import AppKind

EDITION = "org/edition"
EXTERNAL = "org/external-client-apps"
CONNECTED = "org/connected-apps"
ACCESS_CONTROL = "org/api-access-control"
SECRETS = "org/secret-switch"
SESSIONS = "org/session-policy"
ADDRESSES = "org/ip-policy"

WITHOUT_API = frozenset({"Personal Edition", "Group Edition", "Contact Manager Edition", "Essentials Edition"})
"""Editions that come without the API."""


def _edition(patient: Patient) -> Line:
    [row] = patient.as_admin.records.query(
        "SELECT Name, OrganizationType, IsSandbox, TrialExpirationDate FROM Organization"
    )
    kind = "sandbox" if row["IsSandbox"] else "no sandbox"
    detail = f"{row['Name']}: {row['OrganizationType']}, {kind}"
    if row["OrganizationType"] in WITHOUT_API:
        return problem(EDITION, f"{detail}; this edition has no API", "Another edition, or API access bought")
    if row["TrialExpirationDate"]:
        return warning(
            EDITION, f"{detail}; ends on {row['TrialExpirationDate'][:10]}", "Make the org again before then"
        )
    return ok(EDITION, detail)


def _external(patient: Patient) -> Line:
    answer = patient.as_admin.records.queries({"apps": "SELECT Id FROM ExternalClientApplication LIMIT 1"})["apps"]
    if isinstance(answer, list):
        return ok(EXTERNAL, "there, and visible to this session")
    detail = f"not visible ({answer[0].code})"
    wanted = [app.key for app in patient.desired.apps if app.kind is AppKind.EXTERNAL_CLIENT_APP]
    remedy = "Setup → External Client App Settings; the user needs View all External Client Apps"
    return (
        problem(EXTERNAL, f"{detail}, but {', '.join(wanted)} is one", remedy) if wanted else skipped(EXTERNAL, detail)
    )


def _connected(patient: Patient) -> Line:
    why = creation_refusal(patient.as_admin)
    if why is None:
        return ok(CONNECTED, "new ones can be made (asked by a check-only deploy)")
    wanted = [app.key for app in patient.desired.apps if app.kind is AppKind.CONNECTED_APP]
    if not wanted:
        return ok(CONNECTED, "new ones are refused, and none is declared")
    detail = f"new ones are refused; declared: {', '.join(wanted)}. The org says: {why}"
    remedy = f"Set apps.{wanted[0]}.kind to external-client-app; apps that exist can still be changed"
    return warning(CONNECTED, detail, remedy)


def _access_control(patient: Patient) -> Line:
    said = _setting(patient, "ConnectedApp", "enableAdminApprovedAppsOnly")
    if said is None:
        return skipped(ACCESS_CONTROL, "ConnectedAppSettings do not show")
    if said != "true":
        return ok(ACCESS_CONTROL, "off: apps need no approval of their own")
    open_apps = [app.key for app in patient.desired.apps if app.policy.permitted_users != "admin-approved"]
    if open_apps:
        remedy = f"Set apps.{open_apps[0]}.policy.permitted_users to admin-approved"
        return problem(ACCESS_CONTROL, f"on, and users approve {', '.join(open_apps)} themselves", remedy)
    return ok(ACCESS_CONTROL, "on; every declared app is for admin-approved users")


def _secrets(patient: Patient) -> Line:
    said = {name: _setting(patient, secret_access.SETTINGS, name) for name in SECRET_SWITCHES}
    if all(value is None for value in said.values()):
        return skipped(SECRETS, "ExternalClientAppSettings do not show")
    left_open = [name for name, value in said.items() if value == secret_access.OPEN]
    if left_open:
        remedy = "Setup → External Client App Settings: switch access to consumer secrets off"
        return problem(SECRETS, f"consumer secrets can be read by API: {', '.join(left_open)} is on", remedy)
    return ok(SECRETS, "consumer secrets cannot be read by API")


def _sessions(patient: Patient) -> Line:
    settings = patient.sight.settings("Security")
    found = settings.fields.get("sessionSettings") if settings else None
    if not isinstance(found, Mapping):
        return skipped(SESSIONS, "SecuritySettings do not show")
    timeout = found.get("sessionTimeout")
    if found.get("lockSessionsToIp") == "true":
        remedy = "Setup → Session Settings: a program that changes its address loses its token"
        return warning(SESSIONS, "sessions are locked to the address they began at", remedy)
    return ok(SESSIONS, f"tokens live {timeout or 'as long as the org says'}, not locked to an address")


def _addresses(patient: Patient) -> Line:
    settings = patient.sight.settings("Security")
    if settings is None:
        return skipped(ADDRESSES, "SecuritySettings do not show")
    access = settings.fields.get("networkAccess")
    ranges = access.get("ipRanges", ()) if isinstance(access, Mapping) else ()
    count = len(ranges) if isinstance(ranges, tuple) else 1
    relaxed = [app.key for app in patient.desired.apps if app.policy.ip_relaxation.startswith("bypass")]
    if relaxed:
        remedy = f"Set apps.{relaxed[0]}.policy.ip_relaxation to enforce"
        return warning(ADDRESSES, f"{', '.join(relaxed)} may be used from anywhere", remedy)
    return ok(ADDRESSES, f"{count} trusted ranges; JWT bearer keeps to the login IP ranges of the user's profile")


def _setting(patient: Patient, name: str, element: str) -> str | None:
    settings = patient.sight.settings(name)
    value = settings.fields.get(element, "false") if settings else None
    return value if isinstance(value, str) else None


CHECKS: tuple[OfOrg, ...] = (
    OfOrg(EDITION, "Which edition is the org, and does it end?", _edition),
    OfOrg(EXTERNAL, "Are there External Client Apps?", _external),
    OfOrg(CONNECTED, "Can new Connected Apps be made?", _connected),
    OfOrg(ACCESS_CONTROL, "Does API Access Control keep declared apps out?", _access_control),
    OfOrg(SECRETS, "Has access to consumer secrets by API been left open?", _secrets),
    OfOrg(SESSIONS, "How long do tokens live, and are they bound to an address?", _sessions),
    OfOrg(ADDRESSES, "From where may be logged in?", _addresses),
)
