"""The operations of the Metadata API, whatever protocol asks for them."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from provision.localorg.metadata import (
    deploy,
    describe,
    faults,
    jobs,
    manifest,
    options,
    results,
    retrieve,
)
from provision.localorg.metadata.caller import Caller
from provision.localorg.metadata.jobs import DeployJob, RetrieveJob
from provision.localorg.metadata.manifest import Manifest
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.outcome import Outcome
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.soap import Typed
from provision.localorg.metadata.tree import Node
from provision.localorg.metadata.types import kinds
from provision.localorg.store.jobs import Job


def start_deploy(caller: Caller, zip_file: bytes, chosen: Options) -> tuple[str, DeployJob]:
    """Queue a deploy; returns its id."""
    moment = jobs.stamp(caller.tenant.now)
    job = DeployJob(caller.by, base64.b64encode(zip_file).decode(), chosen, created=moment, modified=moment)
    return caller.jobs.insert("deploy", jobs.deploy_to_json(job)).id, job


def poll_deploy(caller: Caller, job_id: str) -> tuple[str, DeployJob]:
    """The deploy one state further.

    Raises:
        Fault: no such deploy.

    """
    held = _job(caller, job_id, "deploy")
    before = jobs.deploy_from_json(held.state)

    def run(job: DeployJob) -> Outcome:
        return deploy.run(caller.transaction, caller.tenant, base64.b64decode(job.zip_file), job.options)

    after = jobs.advance_deploy(before, caller.tenant.now, run)
    if after != before:
        caller.jobs.update(held.id, jobs.deploy_to_json(after))
    return held.id, after


def cancel_deploy(caller: Caller, job_id: str) -> tuple[str, DeployJob]:
    """Ask for a deploy to be cancelled.

    Raises:
        Fault: no such deploy, or it has ended.

    """
    held = _job(caller, job_id, "deploy")
    before = jobs.deploy_from_json(held.state)
    if before.done:
        raise faults.ALREADY_COMPLETED.fault()
    after = jobs.cancel(before, caller.tenant.now, caller.by)
    caller.jobs.update(held.id, jobs.deploy_to_json(after))
    return held.id, after


def poll_retrieve(caller: Caller, job_id: str) -> tuple[str, RetrieveJob]:
    """The retrieve one state further.

    Raises:
        Fault: no such retrieve.

    """
    held = _job(caller, job_id, "retrieve")
    before = jobs.retrieve_from_json(held.state)

    def run(job: RetrieveJob) -> jobs.Retrieved:
        return retrieve.run(caller.tenant, job)

    after = jobs.advance_retrieve(before, run)
    if after != before:
        caller.jobs.update(held.id, jobs.retrieve_to_json(after))
    return held.id, after


def perform(caller: Caller, operation: str, arguments: Node) -> Any:
    """Carry out a SOAP operation and return its result, ready to be written.

    Raises:
        Fault: the operation is unknown, or refuses.

    """
    if operation not in _SOAP:
        raise faults.NO_OPERATION.fault(operation=operation)
    return _SOAP[operation](caller, arguments)


def _job(caller: Caller, job_id: str, kind: str) -> Job:
    job = caller.jobs.get(job_id)
    if job is None or job.kind != kind:
        raise faults.UNKNOWN_JOB.fault()
    return job


def _deploy(caller: Caller, arguments: Node) -> Any:
    try:
        zip_file = base64.b64decode("".join(arguments.text_of("ZipFile").split()), validate=True)
    except (binascii.Error, ValueError):
        raise faults.BAD_ARGUMENT.fault(reason="ZipFile is not base64") from None
    chosen = options.from_node(arguments.child("DeployOptions"))
    return results.started(start_deploy(caller, zip_file, chosen)[0])


def _check_deploy_status(caller: Caller, arguments: Node) -> Any:
    job_id, job = poll_deploy(caller, arguments.text_of("asyncProcessId"))
    details = arguments.text_of("includeDetails").lower() in {"true", "1"}
    return results.deploy_result(job_id, job, details=details, version=caller.version)


def _cancel_deploy(caller: Caller, arguments: Node) -> Any:
    job_id, job = cancel_deploy(caller, _only_text(arguments))
    return {"done": job.done, "id": job_id}


def _retrieve(caller: Caller, arguments: Node) -> Any:
    request = arguments.child("retrieveRequest") or arguments.child("request") or arguments
    unpackaged = request.child("unpackaged")
    try:
        asked = manifest.from_node(unpackaged) if unpackaged else Manifest((), None)
        api_version = request.text_of("apiVersion")
        version = asked.version or (manifest.parse_version(api_version) if api_version else caller.version)
    except Refusal as refusal:
        raise faults.BAD_ARGUMENT.fault(reason=refusal.problem) from None
    job = RetrieveJob(
        by=caller.by,
        manifest=asked,
        version=version,
        single_package=request.text_of("singlePackage").lower() in {"true", "1"},
        package_names=tuple(node.text.strip() for node in request.all("packageNames")),
    )
    return results.started(caller.jobs.insert("retrieve", jobs.retrieve_to_json(job)).id)


def _check_retrieve_status(caller: Caller, arguments: Node) -> Any:
    job_id, job = poll_retrieve(caller, arguments.text_of("asyncProcessId"))
    # Clients of the time before `includeZip` leave it out and expect the zip.
    with_zip = arguments.text_of("includeZip").lower() not in {"false", "0"}
    return results.retrieve_result(job_id, job, with_zip=with_zip)


def _check_status(caller: Caller, arguments: Node) -> Any:
    """The call that is older than checkRetrieveStatus; one client still polls retrieves with it."""
    job_id = _only_text(arguments)
    job: RetrieveJob | DeployJob
    if job_id.startswith("0Af"):
        job_id, job = poll_deploy(caller, job_id)
    else:
        job_id, job = poll_retrieve(caller, job_id)
    return results.async_result(job_id, job)


def _list_metadata(caller: Caller, arguments: Node) -> Any:
    listed = []
    for query in arguments.all("queries"):
        kind = kinds.find(query.text_of("type"))
        if kind is None:
            raise faults.UNKNOWN_TYPE.fault()
        listed += [
            retrieve.file_properties(caller.tenant, component, "", caller.by)
            for component in retrieve.listing(caller.tenant, kind)
        ]
    return listed


def _read_metadata(caller: Caller, arguments: Node) -> Any:
    kind = kinds.find(arguments.text_of("type"))
    if kind is None:
        raise faults.UNKNOWN_TYPE.fault()
    records: list[Any] = []
    for node in arguments.all("fullNames"):
        full_name = node.text.strip()
        shown = kind.read(caller.tenant, full_name, caller.version)
        records.append(Typed(kind.type, {"fullName": full_name, **_sorted(shown)}) if shown is not None else None)
    return {"records": records}


def _describe_metadata(caller: Caller, arguments: Node) -> Any:
    asked = arguments.text_of("asOfVersion")
    try:
        return describe.metadata(manifest.parse_version(asked) if asked else caller.version)
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


_SOAP: Final[Mapping[str, Callable[[Caller, Node], Any]]] = {
    "cancelDeploy": _cancel_deploy,
    "checkDeployStatus": _check_deploy_status,
    "checkRetrieveStatus": _check_retrieve_status,
    "checkStatus": _check_status,
    "deploy": _deploy,
    "describeMetadata": _describe_metadata,
    "listMetadata": _list_metadata,
    "readMetadata": _read_metadata,
    "retrieve": _retrieve,
}
