"""The operations of the Metadata API, whatever protocol asks for them."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from provision.localorg.metadata import (
    deploy,
    describe,
    faults,
    folders,
    jobs,
    manifest,
    options,
    results,
    retrieve,
    saving,
)
from provision.localorg.metadata.jobs import DeployJob, RetrieveJob
from provision.localorg.metadata.manifest import Manifest
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.outcome import Outcome
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.requester import Requester
from provision.localorg.metadata.soap import Call, Typed
from provision.localorg.metadata.tree import Node
from provision.localorg.metadata.types import kinds
from provision.localorg.store.ids import lengthen
from provision.localorg.store.jobs import Job


def start_deploy(requester: Requester, zip_file: bytes, chosen: Options) -> tuple[str, DeployJob]:
    """Queue a deploy; returns its id."""
    moment = jobs.stamp(requester.tenant.now)
    job = DeployJob(
        by=requester.by,
        zip_file=base64.b64encode(zip_file).decode(),
        zip_size=len(zip_file),
        options=chosen,
        created=moment,
        modified=moment,
    )
    return requester.jobs.insert("deploy", jobs.deploy_to_json(job)).id, job


def poll_deploy(requester: Requester, job_id: str) -> tuple[str, DeployJob]:
    """The deploy one state further.

    Raises:
        Fault: no such deploy.

    """
    held = _job(requester, job_id, "deploy")
    before = jobs.deploy_from_json(held.state)
    if before.status == "Pending" and requester.tenant.switches.deploys == "stay-pending":
        return held.id, before

    def run(job: DeployJob) -> Outcome:
        # Whoever polls, the deploy is that of the user who started it.
        tenant = replace(requester.tenant, user_id=lengthen(job.by.id))
        return deploy.run(requester.transaction, tenant, base64.b64decode(job.zip_file), job.options)

    after = jobs.advance_deploy(before, requester.tenant.now, run)
    if after != before:
        requester.jobs.update(held.id, jobs.deploy_to_json(after))
    return held.id, after


def quick_deploy(requester: Requester, validation_id: str) -> tuple[str, DeployJob]:
    """Queue the deploy of what a recent validation found to be right; returns its id.

    Raises:
        Fault: there is no such validation.

    """
    held = requester.jobs.get(validation_id)
    validation = jobs.deploy_from_json(held.state) if held and held.kind == "deploy" else None
    now = requester.tenant.now
    job = jobs.quick_deploy(held.id, validation, now, requester.by) if held and validation else None
    if job is None:
        raise faults.NO_VALIDATION.fault()
    return requester.jobs.insert("deploy", jobs.deploy_to_json(job)).id, job


def cancel_deploy(requester: Requester, job_id: str) -> tuple[str, DeployJob]:
    """Ask for a deploy to be cancelled.

    Raises:
        Fault: no such deploy, or it has ended.

    """
    held = _job(requester, job_id, "deploy")
    before = jobs.deploy_from_json(held.state)
    if before.done:
        raise faults.ALREADY_COMPLETED.fault()
    after = jobs.cancel(before, requester.tenant.now, requester.by)
    requester.jobs.update(held.id, jobs.deploy_to_json(after))
    return held.id, after


def poll_retrieve(requester: Requester, job_id: str) -> tuple[str, RetrieveJob]:
    """The retrieve one state further.

    Raises:
        Fault: no such retrieve.

    """
    held = _job(requester, job_id, "retrieve")
    before = jobs.retrieve_from_json(held.state)

    def run(job: RetrieveJob) -> jobs.Retrieved:
        return retrieve.run(requester.tenant, job)

    after = jobs.advance_retrieve(before, run)
    if after != before:
        requester.jobs.update(held.id, jobs.retrieve_to_json(after))
    return held.id, after


def perform(requester: Requester, call: Call) -> Any:
    """Carry out a SOAP operation and return its result, ready to be written.

    Raises:
        Fault: the operation is unknown, or refuses.

    """
    if call.operation in saving.OPERATIONS:
        return saving.OPERATIONS[call.operation](requester, call)
    if call.operation not in _SOAP:
        raise faults.NO_OPERATION.fault(operation=call.operation)
    return _SOAP[call.operation](requester, call.arguments)


def _job(requester: Requester, job_id: str, kind: str) -> Job:
    job = requester.jobs.get(job_id)
    if job is None or job.kind != kind:
        raise faults.UNKNOWN_JOB.fault()
    return job


def _deploy(requester: Requester, arguments: Node) -> Any:
    try:
        zip_file = base64.b64decode("".join(arguments.text_of("ZipFile").split()), validate=True)
    except (binascii.Error, ValueError):
        raise faults.BAD_ARGUMENT.fault(reason="ZipFile is not base64") from None
    chosen = options.from_node(arguments.child("DeployOptions"))
    return results.started(start_deploy(requester, zip_file, chosen)[0])


def _check_deploy_status(requester: Requester, arguments: Node) -> Any:
    job_id, job = poll_deploy(requester, arguments.text_of("asyncProcessId"))
    details = arguments.text_of("includeDetails").lower() in {"true", "1"}
    return results.deploy_result(job_id, job, details=details, version=requester.version)


def _cancel_deploy(requester: Requester, arguments: Node) -> Any:
    job_id, job = cancel_deploy(requester, _only_text(arguments))
    return {"done": job.done, "id": job_id}


def _deploy_recent_validation(requester: Requester, arguments: Node) -> Any:
    return quick_deploy(requester, _only_text(arguments))[0]


def _retrieve(requester: Requester, arguments: Node) -> Any:
    request = arguments.child("retrieveRequest") or arguments.child("request") or arguments
    unpackaged = request.child("unpackaged")
    try:
        asked = manifest.from_node(unpackaged) if unpackaged else Manifest((), None)
        api_version = request.text_of("apiVersion")
        version = asked.version or (manifest.parse_version(api_version) if api_version else requester.version)
    except Refusal as refusal:
        raise faults.BAD_ARGUMENT.fault(reason=refusal.problem) from None
    job = RetrieveJob(
        by=requester.by,
        manifest=asked,
        version=version,
        single_package=request.text_of("singlePackage").lower() in {"true", "1"},
        package_names=tuple(node.text.strip() for node in request.all("packageNames")),
    )
    return results.started(requester.jobs.insert("retrieve", jobs.retrieve_to_json(job)).id)


def _check_retrieve_status(requester: Requester, arguments: Node) -> Any:
    job_id, job = poll_retrieve(requester, arguments.text_of("asyncProcessId"))
    # Clients of the time before `includeZip` leave it out and expect the zip.
    with_zip = arguments.text_of("includeZip").lower() not in {"false", "0"}
    return results.retrieve_result(job_id, job, with_zip=with_zip)


def _check_status(requester: Requester, arguments: Node) -> Any:
    """The call that is older than checkRetrieveStatus; one client still polls retrieves with it."""
    job_id = _only_text(arguments)
    job: RetrieveJob | DeployJob
    if job_id.startswith("0Af"):
        job_id, job = poll_deploy(requester, job_id)
    else:
        job_id, job = poll_retrieve(requester, job_id)
    return results.async_result(job_id, job)


def _list_metadata(requester: Requester, arguments: Node) -> Any:
    listed: list[Any] = []
    for query in arguments.all("queries"):
        kind = kinds.find(query.text_of("type"))
        if kind is None:
            raise faults.UNKNOWN_TYPE.fault()
        listed += [
            retrieve.file_properties(requester.tenant, component, "")
            for component in retrieve.listing(requester.tenant, kind, requester.version)
        ]
    return listed


def _read_metadata(requester: Requester, arguments: Node) -> Any:
    type_name = arguments.text_of("type")
    kind = kinds.called(type_name, requester.version)
    if kind is None:
        raise faults.UNKNOWN_TYPE.fault()
    named = arguments.all("fullNames")
    saving.check_number(len(named))
    records: list[Any] = []
    for node in named:
        full_name = node.text.strip()
        fits = folders.root(kind.type, full_name) == type_name
        shown = kind.read(requester.tenant, full_name, requester.version) if fits else None
        records.append(Typed(type_name, {"fullName": full_name, **_sorted(shown)}) if shown is not None else None)
    return {"records": records}


def _describe_metadata(requester: Requester, arguments: Node) -> Any:
    asked = arguments.text_of("asOfVersion")
    try:
        return describe.metadata(manifest.parse_version(asked) if asked else requester.version)
    except Refusal as refusal:
        raise faults.BAD_ARGUMENT.fault(reason=refusal.problem) from None


def _only_text(arguments: Node) -> str:
    """The text of a call's single parameter; clients give it different names."""
    return arguments.children[0].text.strip() if arguments.children else ""


def _sorted(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Content with the elements of every level in the order of the WSDL."""
    return {name: _sorted_value(content[name]) for name in sorted(content)}


def _sorted_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _sorted(value)
    return [_sorted_value(item) for item in value] if isinstance(value, list) else value


_SOAP: Final[Mapping[str, Callable[[Requester, Node], Any]]] = {
    "cancelDeploy": _cancel_deploy,
    "checkDeployStatus": _check_deploy_status,
    "checkRetrieveStatus": _check_retrieve_status,
    "checkStatus": _check_status,
    "deploy": _deploy,
    "deployRecentValidation": _deploy_recent_validation,
    "describeMetadata": _describe_metadata,
    "listMetadata": _list_metadata,
    "readMetadata": _read_metadata,
    "retrieve": _retrieve,
}
