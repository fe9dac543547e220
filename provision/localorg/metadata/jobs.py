"""Deploys and retrieves as jobs that move one state per status poll, never by wall clock.

The work itself happens on the poll that ends the job, so until then a deploy has no effect and can be cancelled.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from provision.localorg.metadata import outcome
from provision.localorg.metadata.manifest import Manifest
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.outcome import Outcome

Status = Literal["Queued", "Pending", "InProgress", "Canceling", "Canceled", "Succeeded", "SucceededPartial", "Failed"]

_STAMP: Final = "%Y-%m-%dT%H:%M:%S.000Z"
QUICK_DEPLOY_WITHIN: Final = timedelta(days=10)
"""How long a validation can be deployed without being validated again (documented)."""
DONE: Final = frozenset({"Canceled", "Succeeded", "SucceededPartial", "Failed"})


@dataclass(frozen=True, slots=True)
class By:
    """A user as job answers print them: 15-character id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class DeployJob:
    """One deploy; times are ISO 8601 texts in UTC, `outcome` is there once it has run."""

    by: By
    zip_file: str = field(repr=False)
    """The zip as base64 text; dropped when the job is done, unless it was a validation that can be deployed later."""
    zip_size: int
    options: Options
    created: str
    modified: str
    status: Status = "Queued"
    started: str = ""
    completed: str = ""
    canceled_by: By | None = None
    outcome: Outcome | None = None
    validated_id: str = ""
    """Id of the validation that this deploy repeats, if it does."""

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.status in DONE

    @property
    def is_validation(self) -> bool:
        """Whether it was a check-only deploy that found nothing wrong."""
        return self.options.check_only and self.status == "Succeeded"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a retrieve found: the zip as base64 text, one entry per file, and what was missing."""

    zip_file: str = field(repr=False)
    properties: tuple[Mapping[str, str], ...]
    messages: tuple[Mapping[str, str], ...]
    error_code: str = ""
    error_text: str = ""


@dataclass(frozen=True, slots=True)
class RetrieveJob:
    """One retrieve; `version` is the API version of the files returned."""

    by: By
    manifest: Manifest
    version: int
    single_package: bool
    package_names: tuple[str, ...]
    status: Status = "Queued"
    result: Retrieved | None = None

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.status in DONE


def advance_deploy(job: DeployJob, now: datetime, run: Callable[[DeployJob], Outcome]) -> DeployJob:
    """The job after one more status poll."""
    moment = stamp(now)
    match job.status:
        case "Queued":
            return replace(job, status="Pending")
        case "Pending":
            return replace(job, status="InProgress", started=moment, modified=moment)
        case "InProgress":
            done = run(job)
            ended = replace(job, status=done.status, outcome=done, completed=moment, modified=moment)
            return ended if ended.is_validation else replace(ended, zip_file="")
        case "Canceling":
            return replace(job, status="Canceled", completed=moment, modified=moment)
        case _:
            return job


def quick_deploy(validated_id: str, validation: DeployJob, now: datetime, by: By) -> DeployJob | None:
    """A deploy of what was validated; None where that is no validation, or too old a one."""
    if not validation.is_validation or now - from_stamp(validation.completed) > QUICK_DEPLOY_WITHIN:
        return None
    return DeployJob(
        by=by,
        zip_file=validation.zip_file,
        zip_size=validation.zip_size,
        options=replace(validation.options, check_only=False),
        created=stamp(now),
        modified=stamp(now),
        validated_id=validated_id,
    )


def cancel(job: DeployJob, now: datetime, by: By) -> DeployJob:
    """The job after a request to cancel: at once while it waits, on the next poll while it runs."""
    if job.done:
        return job
    moment = stamp(now)
    if job.status in {"Queued", "Pending"}:
        return replace(job, status="Canceled", canceled_by=by, completed=moment, modified=moment)
    return replace(job, status="Canceling", canceled_by=by, modified=moment)


def advance_retrieve(job: RetrieveJob, run: Callable[[RetrieveJob], Retrieved]) -> RetrieveJob:
    """The job after one more status poll."""
    match job.status:
        case "Queued":
            return replace(job, status="Pending")
        case "Pending":
            return replace(job, status="InProgress")
        case "InProgress":
            result = run(job)
            return replace(job, status="Failed" if result.error_code else "Succeeded", result=result)
        case _:
            return job


def stamp(moment: datetime) -> str:
    """A moment as SOAP answers print it: UTC, milliseconds."""
    return moment.strftime(_STAMP)


def from_stamp(text: str) -> datetime:
    """Back from `stamp`."""
    return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)


def deploy_to_json(job: DeployJob) -> dict[str, Any]:
    """JSON-shaped, for the store."""
    return asdict(job)


def deploy_from_json(value: Mapping[str, Any]) -> DeployJob:
    """Back from `deploy_to_json`."""
    held = dict(value)
    held["by"] = By(**held["by"])
    held["options"] = Options(**held["options"])
    held["canceled_by"] = By(**held["canceled_by"]) if held["canceled_by"] else None
    held["outcome"] = outcome.from_json(held["outcome"]) if held["outcome"] else None
    return DeployJob(**held)


def retrieve_to_json(job: RetrieveJob) -> dict[str, Any]:
    """JSON-shaped, for the store."""
    return asdict(job)


def retrieve_from_json(value: Mapping[str, Any]) -> RetrieveJob:
    """Back from `retrieve_to_json`."""
    held = dict(value)
    held["by"] = By(**held["by"])
    types = tuple((name, tuple(members)) for name, members in held["manifest"]["types"])
    held["manifest"] = Manifest(types, held["manifest"]["version"])
    held["package_names"] = tuple(held["package_names"])
    if held["result"]:
        result = dict(held["result"])
        result["properties"], result["messages"] = tuple(result["properties"]), tuple(result["messages"])
        held["result"] = Retrieved(**result)
    return RetrieveJob(**held)
