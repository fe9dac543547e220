"""Refusals of a whole call: SOAP faults, each with its code, exact text and source."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final


class Fault(Exception):
    """A call that was refused; rendered as a SOAP fault or as a REST error, both carry `code` and `text`."""

    def __init__(self, wording: "FaultWording", text: str) -> None:
        super().__init__(f"{wording.code}: {text}")
        self.code = wording.code
        self.text = text
        self.rest_status = wording.rest_status


@dataclass(frozen=True, slots=True)
class FaultWording:
    """Code and text of a fault; the text is a `str.format` pattern. `rest_status` is the HTTP status over REST."""

    code: str
    text: str
    source: str
    rest_status: int = HTTPStatus.BAD_REQUEST

    def fault(self, **values: str) -> Fault:
        """Fill in the pattern; the caller raises the result."""
        return Fault(self, self.text.format(**values))


INVALID_SESSION: Final = FaultWording(
    "INVALID_SESSION_ID",
    "Invalid Session ID found in SessionHeader: Illegal Session",
    "recorded: CumulusCI, jsforce and metaforce tests",
    HTTPStatus.UNAUTHORIZED,
)
INSUFFICIENT_ACCESS: Final = FaultWording(
    "INSUFFICIENT_ACCESS",
    "insufficient access rights on cross-reference id",
    "recorded: salto adapter tests",
    HTTPStatus.FORBIDDEN,
)
UNKNOWN_JOB: Final = FaultWording(
    "INVALID_CROSS_REFERENCE_KEY",
    "invalid cross reference id",
    "recorded: Salesforce's deploy library",
    HTTPStatus.NOT_FOUND,
)
ALREADY_COMPLETED: Final = FaultWording(
    "INVALID_ID_FIELD", "Deployment already completed", "recorded: ForceCLI and Salesforce CLI"
)
UNKNOWN_TYPE: Final = FaultWording(
    "INVALID_TYPE", "This type of metadata is not available for this organization", "recorded: salto adapter tests"
)
TOO_LARGE: Final = FaultWording(
    "EXCEEDED_MAX_SIZE_REQUEST",
    "Maximum size of request reached. Maximum size of request is 52428800 bytes.",
    "recorded text, assumed code",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)
TOO_MANY: Final = FaultWording(
    "EXCEEDED_ID_LIMIT",
    "record limit reached. cannot submit more than 10 records in this operation",
    "recorded: apex-mdapi issue 105",
)
NO_VALIDATION: Final = FaultWording(
    "INVALID_ID_FIELD",
    "No validation with that id can be deployed",
    "recorded code: Salesforce CLI; documented status over REST; assumed text",
    HTTPStatus.NOT_FOUND,
)
JWT_TOKEN: Final = FaultWording(
    "INVALID_SESSION_ID",
    "SOAP API does not support JWT-based access tokens. You must disable the"
    ' "Issue JSON Web Token (JWT)-based access tokens" setting in your Connected App or External Client App',
    "recorded: code and text by two clients; the version by jsforce",
    HTTPStatus.UNAUTHORIZED,
)
UNSUPPORTED_VERSION: Final = FaultWording(
    "UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL", "documented code, assumed text"
)
WRONG_HOST: Final = FaultWording(
    "UNKNOWN_EXCEPTION",
    "Destination URL not reset. The URL returned from login must be set in the SforceService",
    "recorded: two public logs",
)
NO_OPERATION: Final = FaultWording("INVALID_OPERATION", "No operation available for request {operation}", "assumed")
MALFORMED: Final = FaultWording("INVALID_OPERATION", "The request cannot be read: {reason}", "assumed")
BAD_ARGUMENT: Final = FaultWording("INVALID_FIELD", "{reason}", "assumed")


def of_caller(code: str, text: str) -> Fault:
    """How SOAP says that a session, or its user, is not good for the APIs: sessions in words of its own (recorded)."""
    if code == INVALID_SESSION.code:
        return INVALID_SESSION.fault()
    return FaultWording(
        code, text, "a user or token that may not use the APIs, over SOAP: code and text as over REST, assumed"
    ).fault()
