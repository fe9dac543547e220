"""Refusals of a whole call: SOAP faults, each with its code, exact text and source."""

from dataclasses import dataclass
from typing import Final


class Fault(Exception):
    """A call that was refused; rendered as a SOAP fault or as a REST error, both carry `code` and `text`."""

    def __init__(self, code: str, text: str, source: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.source = source


@dataclass(frozen=True, slots=True)
class FaultWording:
    """Code and text of a fault; the text is a `str.format` pattern."""

    code: str
    text: str
    source: str

    def fault(self, **values: str) -> Fault:
        """Fill in the pattern; the caller raises the result."""
        return Fault(self.code, self.text.format(**values), self.source)


INVALID_SESSION: Final = FaultWording(
    "INVALID_SESSION_ID",
    "Invalid Session ID found in SessionHeader: Illegal Session",
    "recorded: CumulusCI, jsforce and metaforce tests",
)
INSUFFICIENT_ACCESS: Final = FaultWording(
    "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id", "recorded: salto adapter tests"
)
UNKNOWN_JOB: Final = FaultWording(
    "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "recorded: Salesforce's deploy library"
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
