"""Checks of what runs out or is left over in an org: licences, certificates, apps."""

from __future__ import annotations

from datetime import datetime

from provision.diagnose.sight import moment
from provision.doctor.line import Line, OfOrg, Patient, ok, problem, skipped, warning
from provision.keys.certificate import parse_certificate
from provision.observe import observe
from provision.org.records import Record, literals

LICENSES = "org/licenses"
CERTIFICATES = "org/certificates"
UNUSED = "org/unused-apps"

EXPIRING_DAYS = 30
UNUSED_DAYS = 90
SHOWN = 5
INTEGRATION = ("Salesforce Integration", "SalesforceAPIIntegrationPsl")


def _licenses(patient: Patient) -> Line:
    wanted = patient.desired.users
    names = sorted({user.license for user in wanted} | {INTEGRATION[0]})
    sets = sorted({name for user in wanted for name in user.permission_set_licenses} | {INTEGRATION[1]})
    rows = _rows(patient, "UserLicense", "Name", names) + _rows(patient, "PermissionSetLicense", "DeveloperName", sets)
    found = {name: total - used for name, total, used in rows}
    missing = [name for name in (*names, *sets) if name not in found]
    needed = {user.license for user in wanted} | {name for user in wanted for name in user.permission_set_licenses}
    if needed & set(missing):
        remedy = "Buy the licence, or declare license and permission_set_licenses that the org has"
        return problem(LICENSES, f"the org does not have {', '.join(sorted(needed & set(missing)))}", remedy)
    detail = ", ".join(f"{name}: {free} left" for name, free in found.items())
    full = [name for name in needed if found.get(name, 1) <= 0]
    if full:
        there = {row["Username"].lower() for row in _users(patient)}
        if all(user.username.lower() in there for user in wanted):
            return ok(LICENSES, f"{detail}; every declared user has theirs")
        return problem(LICENSES, detail, "Deactivate users who are no longer needed, or buy seats")
    return ok(LICENSES, detail or "none of the licences that integrations use is here, and none is declared")


def _certificates(patient: Patient) -> Line:
    org, now = patient.as_admin, patient.site.transport.clock.now()
    apps = observe(org, patient.desired, now).apps
    ends = [
        (parse_certificate(app.certificate).not_valid_after_utc, app.name) for app in apps.values() if app.certificate
    ]
    if not ends:
        return ok(CERTIFICATES, "no declared app shows one")
    soonest, name = min(ends)
    left = (soonest - now).days
    detail = f"{name}: {left} days left" if left >= 0 else f"{name}: expired {-left} days ago"
    remedy = f"provision keys check -o {patient.site.name} --in-org --expires-in {EXPIRING_DAYS}d; renew it before then"
    if left < 0:
        return problem(CERTIFICATES, detail, remedy)
    return warning(CERTIFICATES, detail, remedy) if left < EXPIRING_DAYS else ok(CERTIFICATES, detail)


def _unused(patient: Patient) -> Line:
    org = patient.as_admin
    answers = org.records.queries(
        {
            "connected": "SELECT Name, CreatedDate FROM ConnectedApplication",
            "external": "SELECT DeveloperName, MasterLabel, CreatedDate FROM ExternalClientApplication",
            "tokens": "SELECT AppName, LastUsedDate FROM OauthToken",
            "logins": (
                f"SELECT Application FROM LoginHistory WHERE LoginTime = LAST_N_DAYS:{UNUSED_DAYS} GROUP BY Application"
            ),
        }
    )
    hidden = [name for name in ("tokens", "logins") if not isinstance(answers[name], list)]
    if hidden:
        return skipped(UNUSED, f"what is used does not show: the org refused the query for {' and '.join(hidden)}")
    read = {name: answer if isinstance(answer, list) else [] for name, answer in answers.items()}
    now = patient.site.transport.clock.now()
    used = {str(row["Application"]) for row in read["logins"]}
    used |= {str(row["AppName"]) for row in read["tokens"] if _recent(row["LastUsedDate"], now)}
    apps = [({str(row["Name"])}, row) for row in read["connected"]]
    apps += [({str(row["DeveloperName"]), str(row["MasterLabel"])}, row) for row in read["external"]]
    idle = sorted(min(names) for names, row in apps if not names & used and not _recent(row["CreatedDate"], now))
    if not apps:
        return ok(UNUSED, "the org has no apps of its own")
    if not idle:
        return ok(UNUSED, f"{len(apps)} apps, none unused for {UNUSED_DAYS} days")
    more = f" and {len(idle) - SHOWN} more" if len(idle) > SHOWN else ""
    detail = f"not used for {UNUSED_DAYS} days: {', '.join(idle[:SHOWN])}{more}"
    return warning(UNUSED, detail, "Setup → Connected Apps OAuth Usage: revoke and block what nobody needs")


def _recent(text: str | None, now: datetime) -> bool:
    return text is not None and (now - moment(text)).days < UNUSED_DAYS


def _rows(patient: Patient, sobject: str, field: str, names: list[str]) -> list[tuple[str, int, int]]:

    query = f"SELECT {field}, TotalLicenses, UsedLicenses FROM {sobject} WHERE {field} IN {literals(names)}"
    return [(row[field], row["TotalLicenses"], row["UsedLicenses"]) for row in patient.as_admin.records.query(query)]


def _users(patient: Patient) -> list[Record]:

    usernames = literals([user.username for user in patient.desired.users])
    return patient.as_admin.records.query(
        f"SELECT Username FROM User WHERE IsActive = true AND Username IN {usernames}"
    )


CHECKS: tuple[OfOrg, ...] = (
    OfOrg(LICENSES, "Are integration licences left?", _licenses),
    OfOrg(CERTIFICATES, "Do certificates of declared apps expire soon?", _certificates),
    OfOrg(UNUSED, "Are there apps that nobody uses?", _unused),
)
