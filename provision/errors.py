"""What can go wrong, as types.

One base error carries what a person needs (summary, detail, remedy) and what a script needs (`code`, exit code).
Domain code raises; only `provision.cli` catches, prints and exits. Two families, as they ask for different reactions:
*could not talk* (`Unreachable`) and *what was answered, or asked for, is not acceptable* (all others).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar


class Code(StrEnum):
    """The closed list of error codes in JSON output; documented in `docs/reference/cli.md`, only ever added to."""

    # wrong flags or configuration (exit 2)
    USAGE = "USAGE"
    SETTINGS_NOT_FOUND = "SETTINGS_NOT_FOUND"
    SETTINGS_INVALID = "SETTINGS_INVALID"
    FILE_EXISTS = "FILE_EXISTS"
    ORG_UNKNOWN = "ORG_UNKNOWN"
    APP_UNKNOWN = "APP_UNKNOWN"
    PRODUCTION_NOT_NAMED = "PRODUCTION_NOT_NAMED"
    CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED"
    KIND_NOT_SUPPORTED = "KIND_NOT_SUPPORTED"
    PLAN_UNREADABLE = "PLAN_UNREADABLE"
    # adoption (exit 1)
    NOT_ADOPTABLE = "NOT_ADOPTABLE"
    # keys and certificates (exit 1)
    KEY_UNREADABLE = "KEY_UNREADABLE"
    KEY_WEAK = "KEY_WEAK"
    KEY_MISMATCH = "KEY_MISMATCH"
    KEY_MISSING = "KEY_MISSING"
    KEY_EXISTS = "KEY_EXISTS"
    KEY_IN_USE = "KEY_IN_USE"
    ROTATION_UNDER_WAY = "ROTATION_UNDER_WAY"
    ROTATION_ROLLED_BACK = "ROTATION_ROLLED_BACK"
    ROTATION_UNPROVED = "ROTATION_UNPROVED"
    ROTATION_NOT_POSSIBLE = "ROTATION_NOT_POSSIBLE"
    OWN_APP = "OWN_APP"
    SIGNER_FAILED = "SIGNER_FAILED"
    HOOK_FAILED = "HOOK_FAILED"
    CERTIFICATE_INVALID = "CERTIFICATE_INVALID"
    STORE_CORRUPT = "STORE_CORRUPT"
    STORE_LOCKED = "STORE_LOCKED"
    STORE_UNSAFE = "STORE_UNSAFE"
    DISK_FAILED = "DISK_FAILED"
    # metadata (exit 1)
    METADATA_INVALID = "METADATA_INVALID"
    TEMPLATE_FAILED = "TEMPLATE_FAILED"
    DEPLOY_FAILED = "DEPLOY_FAILED"
    DEPLOY_CANCELED = "DEPLOY_CANCELED"
    # plans (exit 1)
    PLAN_STALE = "PLAN_STALE"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    # the org's answers (exit 1)
    ORG_MISMATCH = "ORG_MISMATCH"
    NO_ADMIN_SESSION = "NO_ADMIN_SESSION"
    SESSION_EXPIRED = "SESSION_EXPIRED"
    GRANT_REFUSED = "GRANT_REFUSED"
    REQUEST_REFUSED = "REQUEST_REFUSED"
    LICENSE_FULL = "LICENSE_FULL"
    LICENSE_MISSING = "LICENSE_MISSING"
    PERMISSION_SET_MISSING = "PERMISSION_SET_MISSING"
    USER_MISSING = "USER_MISSING"
    USERNAME_TAKEN = "USERNAME_TAKEN"
    USER_UNSUITABLE = "USER_UNSUITABLE"
    CONNECTED_APP_CREATION_BLOCKED = "CONNECTED_APP_CREATION_BLOCKED"
    CONSUMER_KEY_TAKEN = "CONSUMER_KEY_TAKEN"
    SECRET_ACCESS_OFF = "SECRET_ACCESS_OFF"  # noqa: S105  # a code, no secret
    APP_KIND_DIFFERS = "APP_KIND_DIFFERS"
    APP_NOT_OURS = "APP_NOT_OURS"
    EXTERNAL_CLIENT_APPS_OFF = "EXTERNAL_CLIENT_APPS_OFF"
    CHECKS_FAILED = "CHECKS_FAILED"
    WRITE_FAILED = "WRITE_FAILED"
    # reaching Salesforce (exit 20)
    UNREACHABLE = "UNREACHABLE"
    SERVER_ERROR = "SERVER_ERROR"
    # time (exit 69, 30, 68)
    STILL_RUNNING = "STILL_RUNNING"
    CHANGES_PENDING = "CHANGES_PENDING"
    ROTATION_DUE = "ROTATION_DUE"
    ROTATION_WAITING = "ROTATION_WAITING"
    PARTIAL_SUCCESS = "PARTIAL_SUCCESS"
    # asked for and not there (exit 1)
    NOT_EXPLAINED = "NOT_EXPLAINED"
    PROBLEMS_FOUND = "PROBLEMS_FOUND"
    # ourselves (exit 10, 130)
    BUG = "BUG"
    INTERRUPTED = "INTERRUPTED"


class ProvisionError(Exception):
    """Something that a person has to know about; survives pickling.

    `summary` is one line without a full stop, `detail` may quote Salesforce verbatim, `remedy` lists actions in the
    imperative, most likely first. `context` holds identifiers for scripts, never a secret.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        code: Code,
        summary: str,
        *,
        detail: str | None = None,
        remedy: tuple[str, ...] = (),
        context: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(summary)
        self.code = code
        self.summary = summary
        self.detail = detail
        self.remedy = remedy
        self.context: dict[str, Any] = dict(context or {})

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.summary, self.detail, self.remedy, self.context)


class Usage(ProvisionError):
    """Wrong flags or configuration: nothing was done."""

    exit_code = 2


class Failed(ProvisionError):
    """An operation or a check failed."""


class Refused(ProvisionError):
    """Salesforce answered "no"; its own code and text are in `detail` and `context`, verbatim."""


class Unreachable(ProvisionError):
    """Salesforce could not be reached, or answered with a server error."""

    exit_code = 20


class StillRunning(ProvisionError):
    """The wait ended before the work did."""

    exit_code = 69


class Pending(ProvisionError):
    """Changes pending or a rotation due, where that was asked for."""

    exit_code = 30


class Partial(ProvisionError):
    """Some orgs or apps succeeded, others did not."""

    exit_code = 68


class Bug(ProvisionError):
    """A defect of the toolkit itself."""

    exit_code = 10


def _rebuild(
    family: type[ProvisionError],
    code: Code,
    summary: str,
    detail: str | None,
    remedy: tuple[str, ...],
    context: dict[str, Any],
) -> ProvisionError:
    return family(code, summary, detail=detail, remedy=remedy, context=context)
