"""The shapes of answers: AsyncResult, DeployResult, RetrieveResult; elements in alphabetical order, as in the WSDL."""

from typing import Any, Final

from provision.localorg.metadata.jobs import DeployJob, RetrieveJob
from provision.localorg.metadata.outcome import Message, Outcome

_SIZES_SINCE: Final = 64
"""First API version whose DeployResult carries numberFiles and zipSize."""


def started(job_id: str) -> dict[str, Any]:
    """The answer to `deploy` and `retrieve`."""
    return {"done": False, "id": job_id, "state": "Queued"}


def async_result(job_id: str, job: RetrieveJob | DeployJob) -> dict[str, Any]:
    """The answer to the old `checkStatus`, which one client still polls retrieves with."""
    states = {"Queued": "Queued", "Pending": "Queued", "InProgress": "InProgress", "Canceling": "InProgress"}
    state = states.get(job.status, "Error" if job.status in {"Failed", "Canceled"} else "Completed")
    return {"done": job.done, "id": job_id, "state": state}


def deploy_result(job_id: str, job: DeployJob, *, details: bool, version: int) -> dict[str, Any]:
    """A `DeployResult`; `version` is that of the URL."""
    done = job.outcome or Outcome("Succeeded")
    shown: dict[str, Any] = {
        "checkOnly": job.options.check_only,
        "createdBy": job.by.id,
        "createdByName": job.by.name,
        "createdDate": job.created,
        "details": _details(job, done, job.completed) if details else {"runTestResult": _no_tests()},
        "done": job.done,
        "id": job_id,
        "ignoreWarnings": job.options.ignore_warnings,
        "lastModifiedDate": job.modified,
        "numberComponentErrors": done.count(success=False),
        "numberComponentsDeployed": done.count(success=True),
        "numberComponentsTotal": done.count(success=True) + done.count(success=False),
        "numberTestErrors": 0,
        "numberTestsCompleted": 0,
        "numberTestsTotal": 0,
        "rollbackOnError": job.options.rollback_on_error,
        "runTestsEnabled": job.options.runs_tests,
        "status": "Pending" if job.status == "Queued" else job.status,
        "success": job.outcome is not None and done.succeeded,
    }
    if job.canceled_by:
        shown |= {"canceledBy": job.canceled_by.id, "canceledByName": job.canceled_by.name}
    if job.completed:
        shown["completedDate"] = job.completed
    if job.started:
        shown["startDate"] = job.started
    if done.error_code:
        shown |= {"errorMessage": done.error_text, "errorStatusCode": done.error_code}
    if version >= _SIZES_SINCE:
        shown |= {"numberFiles": done.files, "zipSize": job.zip_size}
    return dict(sorted(shown.items()))


def retrieve_result(job_id: str, job: RetrieveJob, *, with_zip: bool) -> dict[str, Any]:
    """A `RetrieveResult`; the zip is nil until there is one, and when it was not asked for."""
    shown: dict[str, Any] = {"done": job.done, "id": job_id, "status": job.status, "success": job.status == "Succeeded"}
    shown["status"] = "Pending" if job.status == "Queued" else job.status
    zip_file = None
    if job.result:
        if job.result.error_code:
            shown |= {"errorMessage": job.result.error_text, "errorStatusCode": job.result.error_code}
        else:
            shown |= {"fileProperties": list(job.result.properties), "messages": list(job.result.messages)}
            zip_file = job.result.zip_file if with_zip else None
    return {**dict(sorted(shown.items())), "zipFile": zip_file}


def _details(job: DeployJob, done: Outcome, moment: str) -> dict[str, Any]:
    return {
        "componentFailures": [_message(message, moment) for message in done.failures()],
        "componentSuccesses": [_message(message, moment) for message in done.successes()] if job.done else [],
        "runTestResult": _no_tests(),
    }


def _message(message: Message, moment: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "changed": message.changed,
        "componentType": message.component_type,
        "created": message.created,
        "createdDate": moment,
        "deleted": message.deleted,
        "fileName": message.file_name,
        "fullName": message.full_name,
        "success": message.success,
    }
    if message.id:
        shown["id"] = message.id
    if message.problem:
        shown |= {"problem": message.problem, "problemType": message.problem_type}
    if message.line is not None and message.column is not None:
        shown |= {"columnNumber": message.column, "lineNumber": message.line}
    return dict(sorted(shown.items()))


def _no_tests() -> dict[str, Any]:
    return {"numFailures": 0, "numTestsRun": 0, "totalTime": 0.0}
