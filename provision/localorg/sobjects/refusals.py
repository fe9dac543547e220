"""How REST refuses: the code, the exact words, the HTTP status, and where they are known from.

`recorded` was seen in answers of real orgs, `documented` is printed by Salesforce, `thread` was reported by others,
`assumed` stands where no evidence of the text was found.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final


class Refusal(Exception):
    """A call or a record that is refused."""

    def __init__(self, wording: "Wording", message: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(f"{wording.code}: {message}")
        self.wording = wording
        self.code = wording.code
        self.message = message
        self.fields = fields
        self.status = wording.status


@dataclass(frozen=True, slots=True)
class Wording:
    """One refusal; `text` is a `str.format` pattern."""

    code: str
    text: str
    source: str
    status: int = HTTPStatus.BAD_REQUEST

    def refuse(self, *fields: str, **values: object) -> Refusal:
        """Fill in the pattern and name the fields at fault; the caller raises the result."""
        return Refusal(self, self.text.format(**values), fields)


# Sessions
SESSION_INVALID: Final = Wording(
    "INVALID_SESSION_ID",
    "Session expired or invalid",
    "recorded: restforce, simple-salesforce",
    HTTPStatus.UNAUTHORIZED,
)
WRONG_ISSUER: Final = Wording(
    "INVALID_AUTH_HEADER",
    "INVALID_ISS",
    "thread: one log of a signed token at a host that did not issue it; which of the two is the code is assumed",
    HTTPStatus.UNAUTHORIZED,
)
NOT_FOR_REST: Final = Wording(
    "INVALID_SESSION_ID",
    "This session is not valid for use with the REST API",
    "recorded: jsforce tests; token without the scope api",
    HTTPStatus.UNAUTHORIZED,
)
API_DISABLED: Final = Wording(
    "API_CURRENTLY_DISABLED", "API is disabled for this User", "thread: one live log", HTTPStatus.FORBIDDEN
)
REST_DISABLED: Final = Wording(
    "API_DISABLED_FOR_ORG",
    "The REST API is not enabled for this Organization.",
    "recorded: tests of SFDO and nforce",
    HTTPStatus.FORBIDDEN,
)
CALLS_EXCEEDED: Final = Wording(
    "REQUEST_LIMIT_EXCEEDED",
    "TotalRequests Limit exceeded.",
    "recorded: one live log with status 403",
    HTTPStatus.FORBIDDEN,
)
URL_NOT_RESET: Final = Wording(
    "URL_NOT_RESET",
    "Destination URL not reset. The URL returned from login must be set",
    "thread: three live logs; status assumed",
    HTTPStatus.NOT_FOUND,
)

# Resources
NO_RESOURCE: Final = Wording(
    "NOT_FOUND", "The requested resource does not exist", "recorded: CumulusCI cassettes", HTTPStatus.NOT_FOUND
)
RETIRED: Final = Wording(
    "GONE", "The requested API version is retired", "documented code, assumed text", HTTPStatus.GONE
)
METHOD: Final = Wording(
    "METHOD_NOT_ALLOWED",
    "HTTP Method '{method}' not allowed. Allowed are {allowed}",
    "documented status, assumed text",
    HTTPStatus.METHOD_NOT_ALLOWED,
)
BAD_JSON: Final = Wording("JSON_PARSER_ERROR", "{reason}", "documented code, assumed text")
MEDIA_TYPE: Final = Wording(
    "UNSUPPORTED_MEDIA_TYPE",
    "Unsupported media type: {type}",
    "documented status, assumed text",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)
BATCH_HALTED: Final = Wording(
    "BATCH_PROCESSING_HALTED",
    "Batch processing halted per request",
    "documented",
    HTTPStatus.PRECONDITION_FAILED,
)
TOO_LARGE: Final = Wording(
    "EXCEEDED_MAX_SIZE_REQUEST",
    "Maximum size of request reached. Maximum size of request is 52428800 bytes.",
    "recorded text of deploys; code, status and that other requests get it assumed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)
MISSING_PARAMETER: Final = Wording("MALFORMED_QUERY", "SOQL statements cannot be empty or null", "assumed")
BAD_LOCATOR: Final = Wording("INVALID_QUERY_LOCATOR", "invalid query locator", "recorded code, assumed text")
TOO_MANY: Final = Wording("INVALID_INPUT", "{reason}", "documented limits, assumed text")
HALTED: Final = Wording(
    "PROCESSING_HALTED",
    "The transaction was rolled back since another operation in the same transaction failed.",
    "documented",
)
NO_REFERENCE: Final = Wording(
    "PROCESSING_HALTED",
    "Invalid reference specified. No value for {path} found in {reference}",
    "recorded: a pasted composite answer",
)
ROLLED_BACK: Final = Wording(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
    "documented sample",
)

# Records
NO_EXTERNAL_ID: Final = Wording(
    "NOT_FOUND",
    "Provided external ID field does not exist or is not accessible: {value}",
    "recorded: SalesforceSharp live tests",
    HTTPStatus.NOT_FOUND,
)
NO_RECORD: Final = Wording(
    "NOT_FOUND", "The requested resource does not exist", "recorded: restforce fixtures", HTTPStatus.NOT_FOUND
)
NO_RECORD_TO_WRITE: Final = Wording(
    "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "recorded: composite answers", HTTPStatus.NOT_FOUND
)
DELETED: Final = Wording(
    "ENTITY_IS_DELETED", "entity is deleted", "recorded: SalesforceSharp live tests", HTTPStatus.NOT_FOUND
)
SEVERAL_FOUND: Final = Wording(
    "DUPLICATE_EXTERNAL_ID",
    "{field}: more than one record found for external id field: [{ids}]",
    "documented code, assumed text",
)
NOT_SUPPORTED: Final = Wording(
    "INVALID_TYPE",
    "sObject type '{sobject}' is not supported. If you are attempting to use a custom object, be sure to append the "
    "'__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
    "recorded: CumulusCI cassettes, here for collections",
)
NOT_CREATEABLE: Final = Wording(
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: {label}", "assumed"
)
NOT_UPDATEABLE: Final = Wording(
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be updated: {label}", "assumed"
)
NOT_DELETABLE: Final = Wording("INSUFFICIENT_ACCESS_OR_READONLY", "entity type cannot be deleted: {label}", "assumed")
NO_ACCESS: Final = Wording(
    "INSUFFICIENT_ACCESS_OR_READONLY",
    "insufficient access rights on object id",
    "documented code, assumed text",
    HTTPStatus.FORBIDDEN,
)
MIXED_DML: Final = Wording(
    "MIXED_DML_OPERATION",
    "DML operation on setup object is not permitted after you have updated a non-setup object (or vice versa): "
    "{sobject}, original object: {original}",
    "recorded: Apex exceptions",
)

# Fields
NO_FIELD: Final = Wording(
    "INVALID_FIELD", "No such column '{field}' on sobject of type {sobject}", "recorded: SalesforceSharp live tests"
)
NOT_WRITABLE: Final = Wording(
    "INVALID_FIELD_FOR_INSERT_UPDATE",
    "Unable to create/update fields: {names}. Please check the security settings of this field and verify that it is "
    "read/write for your profile or permission set.",
    "recorded: SalesforceSharp live tests",
)
REQUIRED: Final = Wording("REQUIRED_FIELD_MISSING", "Required fields are missing: [{names}]", "recorded: jsforce tests")
BAD_EMAIL: Final = Wording(
    "INVALID_EMAIL_ADDRESS",
    "{field}: invalid email address: {value}",
    "recorded for Contact.Email; assumed for usernames",
)
TOO_LONG: Final = Wording(
    "STRING_TOO_LONG", "{label}: data value too large: {value} (max length={length})", "documented code, assumed text"
)
WRONG_TYPE: Final = Wording(
    "JSON_PARSER_ERROR",
    "Cannot deserialize instance of {type} from {token} value {value} or request may be missing a required field",
    "documented code, assumed text",
)
BAD_PICKLIST: Final = Wording(
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "{label}: bad value for restricted picklist field: {value}",
    "documented code, assumed text",
)
MALFORMED_ID: Final = Wording(
    "MALFORMED_ID", "{label}: id value of incorrect type: {value}", "documented code, assumed text"
)
BAD_REFERENCE: Final = Wording(
    "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "recorded: composite answers, here for a field"
)

# Users, licences, permission sets
DUPLICATE_USERNAME: Final = Wording(
    "DUPLICATE_USERNAME",
    "Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be "
    "unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the "
    "user's email address).",
    "recorded: an org's answer in a public repository",
)
LICENSE_LIMIT: Final = Wording(
    "LICENSE_LIMIT_EXCEEDED", "License Limit Exceeded", "recorded code (plugin-user), assumed text"
)
DUPLICATE_ASSIGNMENT: Final = Wording(
    "DUPLICATE_VALUE",
    "Duplicate PermissionSetAssignment. Assignee: {assignee}; Permission Set: {permission_set}",
    "recorded: an org's answer in a public repository",
)
DUPLICATE_VALUE: Final = Wording(
    "DUPLICATE_VALUE",
    "duplicate value found: <unknown> duplicates value on record with id: <unknown>",
    "recorded: deploys and REST answers; assumed for rows of Setup",
)
LICENSE_FORBIDS: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION",
    "The user license doesn't allow the permission: {permission}",
    "recorded: four public logs",
)
LICENSE_MISMATCH: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION",
    "Can't assign permission set {label} to user {user}. The user license doesn't match the permission set license.",
    "assumed",
)
LICENSE_NEEDED: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION",
    "The permission set license is needed by permission sets that are assigned to the user.",
    "assumed",
)
OWNED_BY_PROFILE: Final = Wording(
    "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "assumed for permission sets that profiles own"
)
DEPENDS: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION",
    "Permission {permission} depends on permission(s): {needed}",
    "recorded for deploys; code assumed",
)
APP_NOT_ALLOWED: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION",
    "The permission set license doesn't allow connected apps.",
    "thread rule (knowledge article 001453686), assumed text",
)
ASSIGNED: Final = Wording(
    "DELETE_FAILED", "The permission set is assigned to users and can't be deleted.", "rule of Setup, assumed text"
)
ONLY_UNLOCK: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION", "IsPasswordLocked can only be set to false.", "documented rule, assumed text"
)
SELF_LOCKOUT: Final = Wording(
    "FIELD_INTEGRITY_EXCEPTION", "You can't deactivate or freeze yourself.", "rule of Setup, assumed text"
)
