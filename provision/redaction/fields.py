"""Which headers and fields are shown. What stands in no list here is not: neither its value nor its name."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEADERS = _words("""
    content-type date retry-after server sforce-call-options sforce-limit-info sforce-query-options x-sfdc-request-id
""")
"""Lower-case names of headers whose value is shown."""

ADDRESSES = frozenset({"location", "url", "instance_url", "nextRecordsUrl", "nextPageUrl", "serverUrl", "metadataUrl"})
"""Headers and fields that hold a URL: shown without what is secret in its query."""

CLEAR = _words("""
    alg aud client_assertion_type client_id exp format grant_type iss response_type scope sub token_type_hint token_type
    error errorCode error_description exceptionCode exceptionMessage errorMessage errorStatusCode faultcode faultstring
    fields message problem problemType statusCode
    q query attributes type allOrNone allOrNothing done entityType hasErrors id ids isActive issued_at label method
    name referenceId status statusMessage success totalSize version httpStatusCode httpMethod
    active appId applicationId developerName consumerId consumerKey isPackaged managerState state tokenFormat
    organization_id user_id username user_type zoneinfo
    Id Name Label DeveloperName MasterLabel Username IsActive IsFrozen IsSandbox OrganizationType ProfileId UserId
    ParentId AssigneeId PermissionSetId PermissionSetLicenseId PermissionSetGroupId SetupEntityId SetupEntityType
    SobjectType SObjectType Field LicenseId UserLicenseId UserType NamespacePrefix TotalLicenses UsedLicenses
    IsOwnedByProfile CreatedDate LastModifiedDate LoginTime Status Application LoginType TrialExpirationDate
    Max Remaining
    PermissionsRead PermissionsCreate PermissionsEdit PermissionsDelete PermissionsViewAllRecords
    PermissionsModifyAllRecords PermissionsApiEnabled
    allowMissingFiles asOfVersion apiVersion autoUpdatePackage checkOnly componentType columnNumber fullName
    ignoreWarnings includeDetails includeZip lineNumber members numberComponentErrors numberComponentsDeployed
    numberComponentsTotal numberTestErrors performRetrieve purgeOnDelete rollbackOnError runTests runTestsInBlock
    singlePackage String testLevel asyncProcessId created changed deleted warning completedDate createdDate
    lastModifiedDate startDate fileName stateDetail SystemModstamp page pageSize part command identifier
    isFromPackage accessTokenFormat expirationDate
""")
"""Names of fields whose values are shown: parameters of grants, refusals, states and names of things."""

LONG = frozenset({"client_id", "consumerKey", "iss"})
"""Fields of those that are long by nature: consumer keys, which are no secret."""

SECRET_ELEMENTS = _words("consumerSecret password serviceAccount signingKey")
"""Elements of metadata that hold secrets, in files, settings and calls."""

MASKED = SECRET_ELEMENTS | _words("""
    access_token assertion authorization certificate client_assertion client_secret code cookie
    id_token key privateKey refresh_token secret session sessionId signature token ZipFile zipFile
""")
"""Names that tell what is there, of secrets, whose values are never shown."""

PERSONAL = _words("""
    Alias Email FirstName LastName display_name email preferred_username
""")
"""Names of fields whose values are nobody's business, but may stand elsewhere as something else."""

CONTAINERS = _words("""
    apps attributes batchRequests batchResults body componentFailures componentSuccesses compositeRequest
    compositeResponse configuration consumers credentials DailyApiRequests deployOptions deployResult details errors
    fileProperties messages records result results stagedCredentials values
""")
"""Names of fields that hold others."""

OPERATIONS = _words("""
    cancelDeploy checkDeployStatus checkRetrieveStatus deploy describeMetadata describeValueType Fault listMetadata
    readMetadata retrieve createMetadata updateMetadata upsertMetadata deleteMetadata
""")
"""SOAP operations; their answers have the same names with Response behind them."""
