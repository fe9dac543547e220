"""REST deploys: the same jobs as over SOAP, in JSON."""

from collections.abc import Mapping
from typing import Any, Final

from provision.localorg.metadata import options, results
from provision.localorg.metadata.jobs import DeployJob

_STARTED: Final = (
    *("id", "success", "checkOnly", "ignoreWarnings"),
    *("rollbackOnError", "status", "runTestsEnabled", "done"),
)
_PLACES: Final = ("columnNumber", "lineNumber")
_ABSENT: Final = (
    *("canceledBy", "canceledByName", "completedDate", "errorMessage"),
    *("errorStatusCode", "startDate", "stateDetail"),
)
"""What a result says with null where there is nothing to say."""


def started(job_id: str, job: DeployJob, version: int) -> dict[str, Any]:
    """The answer to a new deploy, with as much of the result as there is then."""
    result = results.deploy_result(job_id, job, details=False, version=version)
    return {
        "id": job_id,
        "deployOptions": options.to_json(job.options),
        "deployResult": {name: result[name] for name in _STARTED},
    }


def quick(job_id: str, job: DeployJob, url: str) -> dict[str, Any]:
    """The answer to the deploy of a validation."""
    return {
        "validatedDeployRequestId": job.validated_id,
        "id": job_id,
        "url": url,
        "deployOptions": options.to_json(job.options),
    }


def status(job_id: str, job: DeployJob, url: str, *, details: bool, version: int) -> dict[str, Any]:
    """The answer to a status request; `version` is that of the URL."""
    result = results.deploy_result(job_id, job, details=details, version=version)
    shown = dict.fromkeys(_ABSENT)
    shown |= {name: _date(name, value) for name, value in result.items() if name != "details"}
    if details:
        messages = result["details"]
        shown["details"] = {
            "componentFailures": [_message(message) for message in messages["componentFailures"]],
            "componentSuccesses": [_message(message) for message in messages["componentSuccesses"]],
            "retrieveResult": None,
            "runTestResult": messages["runTestResult"],
        }
    return {
        "id": job_id,
        "url": url,
        "validatedDeployRequestId": job.validated_id or None,
        "deployResult": shown,
        "deployOptions": options.to_json(job.options),
    }


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    """One message; a client in wide use insists on finding places in every one, so absent ones are null."""
    return {**dict.fromkeys(_PLACES), **{name: _date(name, value) for name, value in message.items()}}


def _date(name: str, value: Any) -> Any:
    return value.replace("Z", "+0000") if name.endswith("Date") else value
