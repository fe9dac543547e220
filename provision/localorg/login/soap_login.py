"""`login()` as it is today: gone from version 65.0 of the SOAP API, off in new orgs.

Credentials are judged first, whatever the version (assumed).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from provision.localorg.clock import stamp
from provision.localorg.sobjects import access
from provision.localorg.store.database import Transaction
from provision.localorg.store.ids import SHORT
from provision.localorg.store.jsontext import Json
from provision.localorg.store.orgs import OrgRow
from provision.localorg.store.records import Record
from provision.localorg.store.sessions import LIFETIME, Session

OLDEST: Final = 31
GONE_FROM: Final = 65
_SCOPES: Final = ("api", "full", "web")


class LoginRefusal(Exception):
    """A login that is refused."""

    def __init__(self, wording: "Wording") -> None:
        super().__init__(f"{wording.code}: {wording.text}")
        self.wording = wording


@dataclass(frozen=True, slots=True)
class Wording:
    """One fault, and where its text is known from."""

    code: str
    text: str
    source: str

    def refuse(self) -> LoginRefusal:
        """The exception; the caller raises it."""
        return LoginRefusal(self)


INVALID_LOGIN: Final = Wording(
    "INVALID_LOGIN",
    "Invalid username, password, security token; or user locked out.",
    "recorded: metaforce fixture",
)
DISABLED: Final = Wording(
    "INVALID_OPERATION", "SOAP API login() is disabled by default in this org.", "recorded: four public logs"
)
GONE: Final = Wording(
    "INVALID_OPERATION", "SOAP API login() is not available in this API version.", "documented removal, assumed text"
)
RETIRED: Final = Wording(
    "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL", "documented code, assumed text"
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What `login()` is given."""

    username: str
    password: str = field(repr=False)
    version: int
    """Major version of the SOAP API."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session, and whose it is."""

    org: OrgRow
    user: Record
    session: Session


def log_in(transaction: Transaction, org: OrgRow | None, given: Credentials) -> LoggedIn:
    """Log a user of the org in, of any org for None; raises `LoginRefusal`."""
    if given.version < OLDEST:
        raise RETIRED.refuse()
    org = org or transaction.orgs.of_username(given.username)
    user = transaction.records(org.id).user_named(given.username) if org else None
    if org is None or user is None or not transaction.passwords(org.id).matches(user.id, given.password):
        raise INVALID_LOGIN.refuse()
    if access.live_user(transaction.records(org.id), user.id) is None:
        raise INVALID_LOGIN.refuse()
    if given.version >= GONE_FROM:
        raise GONE.refuse()
    if org.switches.soap_login == "disabled":
        raise DISABLED.refuse()
    session = transaction.sessions(org.id).issue(user.id, None, _SCOPES)
    _note(transaction, org, user)
    return LoggedIn(org, user, session)


def result(transaction: Transaction, done: LoggedIn, servers: Mapping[str, str]) -> Mapping[str, Json]:
    """The answer in its recorded order; `servers` are its two addresses."""
    organization = transaction.records(done.org.id).get(done.org.id)
    return {
        "metadataServerUrl": servers["metadata"],
        "passwordExpired": False,
        "sandbox": bool(organization and organization.fields.get("IsSandbox")),
        "serverUrl": servers["api"],
        "sessionId": done.session.token,
        "userId": done.user.id,
        "userInfo": user_info(transaction, done.org, done.user, LIFETIME),
    }


def user_info(transaction: Transaction, org: OrgRow, user: Record, valid: timedelta) -> Mapping[str, Json]:
    """What `login` and `getUserInfo` say of a user whose session is valid for so long; in the recorded order."""
    fields, organization = user.fields, transaction.records(org.id).get(org.id)
    return {
        "accessibilityMode": False,
        "currencySymbol": "$",
        "orgAttachmentFileSizeLimit": 5242880,
        "orgDefaultCurrencyIsoCode": "USD",
        "orgDisallowHtmlAttachments": False,
        "orgHasPersonAccounts": False,
        "organizationId": org.id,
        "organizationMultiCurrency": False,
        "organizationName": organization.fields.get("Name") if organization else None,
        "profileId": fields.get("ProfileId"),
        "roleId": fields.get("UserRoleId"),
        "sessionSecondsValid": int(valid.total_seconds()),
        "userDefaultCurrencyIsoCode": None,
        "userEmail": fields.get("Email"),
        "userFullName": fields.get("Name"),
        "userId": user.id,
        "userLanguage": fields.get("LanguageLocaleKey"),
        "userLocale": fields.get("LocaleSidKey"),
        "userName": fields.get("Username"),
        "userTimeZone": fields.get("TimeZoneSidKey"),
        "userType": fields.get("UserType"),
        "userUiSkin": "Theme3",
    }


def server_path(kind: str, version: str, org: OrgRow) -> str:
    """Where a SOAP API of the org is; the id has 15 characters (recorded)."""
    return f"/services/Soap/{kind}/{version}/{org.id[:SHORT]}"


def _note(transaction: Transaction, org: OrgRow, user: Record) -> None:
    """A row of login history; its type is assumed."""
    row = {
        "UserId": user.id,
        "LoginTime": stamp(transaction.now()),
        "LoginType": "Other Apex API",
        "SourceIp": "127.0.0.1",
        "LoginUrl": org.my_domain,
        "Browser": "Unknown",
        "Platform": "Unknown",
        "Status": "Success",
        "Application": "N/A",
        "ClientVersion": "N/A",
        "ApiType": "SOAP Partner",
        "ApiVersion": "N/A",
    }
    transaction.records(org.id).insert("LoginHistory", row)
