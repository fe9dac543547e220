"""How a component is refused: the exact words, where they are known from, and where in the file.

Each wording carries its source: `recorded` (seen in answers of real orgs), `documented`, or `assumed` where no
evidence of the text was found and neutral words of our own stand in.
"""

from dataclasses import dataclass
from typing import Final, Literal

from provision.localorg.metadata.tree import Position

ProblemType = Literal["Error", "Warning"]


class Refusal(Exception):
    """A component that cannot be deployed; becomes one entry of `componentFailures`.

    `code` is the status code of the calls that answer component by component (createMetadata and its like).
    """

    def __init__(self, wording: "Wording", problem: str, at: Position | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.code = wording.code
        self.problem_type = wording.problem_type
        self.at = at


@dataclass(frozen=True, slots=True)
class Wording:
    """A refusal text as a `str.format` pattern; a warning stops a component unless warnings are to be ignored."""

    text: str
    source: str
    code: str = "FIELD_INTEGRITY_EXCEPTION"
    problem_type: ProblemType = "Error"

    def refuse(self, at: Position | None = None, **values: str) -> Refusal:
        """Fill in the pattern; the caller raises the result."""
        return Refusal(self, self.text.format(**values), at)


# Packages
NO_PACKAGE: Final = Wording("No package.xml found", "recorded: deploy answers of 2012 and 2020")
NAMED_NOT_FOUND: Final = Wording(
    "An object '{name}' of type {type} was named in package.xml, but was not found in zipped directory",
    "recorded: Salesforce CLI test output",
)
NOT_NAMED: Final = Wording("Not in package.xml", "recorded: ant deploy log in a public question")
NOTHING_TO_DELETE: Final = Wording("No {type} named: {name} found", "recorded: Salesforce's deploy library tests")
NOT_AVAILABLE: Final = Wording("Not available for deploy for this organization", "recorded: sfdx-hardis error table")
NOT_IN_VERSION: Final = Wording(
    "Entity type '{type}' is not available in this api version", "recorded: retrieve log in a public repository"
)
BAD_VERSION: Final = Wording("Invalid version specified: {version}", "assumed")
WILDCARD_DELETE: Final = Wording("Wildcards are not allowed in {file}", "documented rule, assumed text")

# Files
UNPARSABLE: Final = Wording("Error parsing file: {reason}", "recorded prefix, assumed reason")
INVALID_ELEMENT: Final = Wording(
    "Error parsing file: Element {element} invalid at this location in type {type}", "recorded: several deploy logs"
)
DUPLICATED: Final = Wording(
    "Error parsing file: Element {element} is duplicated at this location in type {type}",
    "recorded: several deploy logs",
)
BAD_ENUM: Final = Wording(
    "Error parsing file: '{value}' is not a valid value for the enum '{type}'", "recorded: Salesforce CLI table"
)
BAD_BOOLEAN: Final = Wording(
    "Error parsing file: '{value}' is not valid for type xsd:boolean, should be '0', '1', 'true' or 'false'",
    "recorded by a third-party runtime",
)
BAD_NUMBER: Final = Wording(
    "Error parsing file: '{value}' is not valid for the type xsd:{type}", "recorded by a third-party runtime (double)"
)
MISSING: Final = Wording(
    "Required field is missing: {field}", "recorded: several deploy logs", "REQUIRED_FIELD_MISSING"
)
EMPTY: Final = Wording(
    "Required fields are missing: {label}",
    "recorded by a third-party runtime; labels of two words assumed",
    "REQUIRED_FIELD_MISSING",
)
BAD_NAME: Final = Wording(
    "The {type} API Name can only contain underscores and alphanumeric characters. It must be unique, begin with a"
    " letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.",
    "recorded in part: deploy log of 2026; the rest as Setup puts it",
)

# References
NO_REFERENCE: Final = Wording(
    "In field: {field} - no {type} named {name} found",
    "recorded: many deploy logs and the sfdx-hardis error table",
    "INVALID_CROSS_REFERENCE_KEY",
)
NO_COMPONENT: Final = Wording("No {type} named: {name} found", "recorded for deploys", "INVALID_CROSS_REFERENCE_KEY")
ROLLED_BACK: Final = Wording(
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
    "documented rule, assumed text",
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
)
NAME_TAKEN: Final = Wording(
    "This {label} already exists or has been previously used.  Please choose a different name.",
    "recorded: sfdx-hardis error table; assumed where an app of the other kind has the name",
    "DUPLICATE_DEVELOPER_NAME",
)
NO_RIGHT: Final = Wording(
    "insufficient access rights on cross-reference id",
    "recorded: sfdx-hardis error table; inferred for External Client Apps",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
)

# Settings
SETTINGS_STAY: Final = Wording("Settings cannot be deleted.", "assumed")

# Connected apps
CREATION_BLOCKED: Final = Wording(
    "You can't create a connected app. To enable connected app creation, contact Salesforce Customer Support.",
    "recorded: four deploy logs of 2026",
)
KEY_NOT_SETTABLE: Final = Wording("You cannot provide a Consumer Key", "recorded: CumulusCI issue 2943")
KEY_TAKEN: Final = Wording("The consumer key is already taken.", "recorded: devops-center-feedback issue 256")
KEY_LENGTH: Final = Wording(
    "The consumer key must be between 8 and 256 characters without spaces", "documented rule, assumed text"
)
SECRET_NOT_SETTABLE: Final = Wording("You cannot provide a Consumer Secret", "documented rule, assumed text")
SECRET_LENGTH: Final = Wording(
    "The consumer secret must be between 8 and 256 alphanumeric characters", "documented rule, assumed text"
)
SECRET_TAKEN: Final = Wording("The consumer secret is already in use.", "documented rule, assumed text")
BAD_CERTIFICATE: Final = Wording("The certificate is not a valid X.509 certificate.", "assumed")
NOT_ADMIN_APPROVED: Final = Wording(
    "To use {field}, isAdminApproved must be set to true", "documented rule, assumed text"
)
USER_NEEDS_FLOW: Final = Wording(
    "To use oauthClientCredentialUser, isClientCredentialEnabled must be set to true", "documented rule, assumed text"
)
BAD_POLICY_VALUE: Final = Wording("'{value}' is not a valid value for {field}", "documented values, assumed text")
APP_NOT_ALLOWED: Final = Wording(
    "The permission set license of {name} does not allow connected apps", "thread rule, assumed text"
)

# External Client Apps
BAD_SCOPED_NAME: Final = Wording(
    "The Org Scoped External Client App must be in the format DeveloperOrganizationId:ExternalClientAppDeveloperName",
    "recorded: mcp-hosted issue 8; assumed where the id is that of another org",
)
FOREIGN_LINK: Final = Wording(
    "The OAuth link {link} doesn't belong to this external client app.", "documented rule, assumed text"
)
NO_OAUTH_SETTINGS: Final = Wording(
    "The external client app configured in your global OAuth Settings doesn't have a valid OAuth settings"
    " configuration.",
    "recorded: a deploy at API 67",
)
MOVED: Final = Wording("{type} {name} belongs to another external client app.", "assumed")
SECOND_MEMBER: Final = Wording(
    "DUPLICATE_VALUE: {column} duplicates value on {name}",
    "thread: OAuth policies; assumed for other members",
    "DUPLICATE_VALUE",
)
UNKNOWN_SCOPE: Final = Wording(
    "{scope} is not a valid OAuth scope. Valid values are: {valid}",
    "thread: the answer lists the valid names; assumed text",
    "INVALID_FIELD",
)
NO_PERMISSION_SETS: Final = Wording(
    "INVALID_FIELD: We couldn't find permission sets called {names}", "thread: a field report", "INVALID_FIELD"
)
NO_PROFILES: Final = Wording("INVALID_FIELD: We couldn't find profiles called {names}", "assumed", "INVALID_FIELD")
NO_EXECUTION_USER: Final = Wording(
    "Enter a valid execution user for the OAuth client credentials flow.", "recorded: validate answer at API 67"
)
KEY_REFUSED: Final = Wording(
    "The consumer key is generated by Salesforce and cannot be provided.", "thread: it is refused; assumed text"
)
KEY_KEPT: Final = Wording(
    "We couldn't update your OAuth link because the consumer key or secret is another one.",
    "recorded in part by a script that reads deploy output: success with these words; the rest assumed",
    problem_type="Warning",
)
ROTATES: Final = Wording(
    "The consumer {part} is replaced by this deployment.",
    "documented: such a deploy has to ignore warnings; assumed text",
    problem_type="Warning",
)

# Permission sets
UNKNOWN_PERMISSION: Final = Wording("Unknown user permission: {name}", "recorded: validate answer at API 67")
DEPENDS: Final = Wording("Permission {permission} depends on permission(s): {needed}", "recorded: several deploy logs")
REQUIRED_FIELD: Final = Wording("You cannot deploy to a required field: {field}", "recorded: several deploy logs")
NOT_READABLE: Final = Wording(
    "A field has to be readable to be editable", "recorded by a script that reads deploy output"
)
LICENSE_FIXED: Final = Wording("You can't change the license of a permission set.", "thread rule, assumed text")
ASSIGNED: Final = Wording(
    "You can't delete the permission set {name} because it's assigned to users.", "rule of Setup, assumed text"
)
APPEARS_TWICE: Final = Wording(
    "Field:{field}, value:{value} appears more than once", "recorded: sfdx-hardis error table"
)

# Profiles
LICENSE_FORBIDS: Final = Wording(
    "The user license doesn't allow the permission: {permission}",
    "recorded: devops-center-feedback issue 290, a profile that failed to deploy",
)
PERMISSION_STAYS: Final = Wording(
    "The permission {permission} can't be switched off in this profile.", "documented rule, assumed text"
)
PROFILE_STAYS: Final = Wording(
    "You can't delete the profile {name} because it is a standard one or assigned to users.", "assumed"
)
