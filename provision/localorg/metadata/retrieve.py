"""A retrieve from manifest to zip, and the lists that go with it."""

import base64
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from provision.localorg.clock import from_stamp
from provision.localorg.metadata import content, folders, manifest, refusals
from provision.localorg.metadata.jobs import Retrieved, RetrieveJob, stamp
from provision.localorg.metadata.manifest import WILDCARD
from provision.localorg.metadata.package import MANIFEST
from provision.localorg.metadata.schema import schema
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import kinds
from provision.localorg.metadata.types.kind import Kind

UNPACKAGED: Final = "unpackaged/"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Listed:
    """A component as lists show it; `file` is relative to the package."""

    type: str
    full_name: str
    id: str
    file: str


def run(tenant: Tenant, job: RetrieveJob) -> Retrieved:
    """Gather what the job asks for; what does not exist becomes a message, not a failure."""
    if job.package_names:
        missing = f"INVALID_CROSS_REFERENCE_KEY: No package named '{job.package_names[0]}' found"
        return Retrieved("", (), (), "UNKNOWN_EXCEPTION", missing)
    root = "" if job.single_package else UNPACKAGED
    files: dict[str, bytes] = {}
    properties, problems = [], []
    for type_name, member in job.manifest.members():
        kind = kinds.find(type_name)
        if kind is None or schema().is_younger(folders.root(type_name, member), job.version):
            problems.append(_unavailable(type_name))
            continue
        found = 0
        for listed in listing(tenant, kind, job.version):
            if member not in (WILDCARD, listed.full_name):
                continue
            found += 1
            if root + listed.file not in files:
                files[root + listed.file] = _file(tenant, kind, listed, job.version)
                properties.append(file_properties(tenant, listed, root))
        if not found and member != WILDCARD:
            problems.append(f"Entity of type '{type_name}' named '{member}' cannot be found")
    files[root + MANIFEST] = manifest.write(manifest.Manifest(job.manifest.types, job.version))
    properties.append(file_properties(tenant, Listed("Package", root + MANIFEST, "", MANIFEST), root))
    messages = tuple({"fileName": root + MANIFEST, "problem": problem} for problem in dict.fromkeys(problems))
    ordered = tuple(sorted(properties, key=lambda entry: entry["fileName"]))
    return Retrieved(base64.b64encode(_zip(files)).decode(), ordered, messages)


def listing(tenant: Tenant, kind: Kind, version: int) -> Iterator[Listed]:
    """Every component of that type that the API version has, by name."""
    folder = folders.by_type()[kind.type]
    for full_name, record_id in sorted(kind.names(tenant)):
        root = folders.root(kind.type, full_name)
        if not schema().is_younger(root, version):
            yield Listed(root, full_name, record_id, folder.path(full_name))


def file_properties(tenant: Tenant, listed: Listed, root: str) -> Mapping[str, str]:
    """One `FileProperties`, children in the order of the WSDL.

    What has no record of its own shows the asking user and the moment of asking.
    """
    record = tenant.records.get(listed.id) if listed.id else None
    kept = record.fields if record else {}
    now = stamp(tenant.now)
    created_by = str(kept.get("CreatedById") or tenant.user_id)
    modified_by = str(kept.get("LastModifiedById") or tenant.user_id)
    return {
        "createdById": created_by,
        "createdByName": _user_name(tenant, created_by),
        "createdDate": _soap_date(kept.get("CreatedDate")) or now,
        "fileName": root + listed.file,
        "fullName": listed.full_name,
        "id": listed.id,
        "lastModifiedById": modified_by,
        "lastModifiedByName": _user_name(tenant, modified_by),
        "lastModifiedDate": _soap_date(kept.get("LastModifiedDate")) or now,
        "manageableState": "unmanaged",
        "type": listed.type,
    }


def _user_name(tenant: Tenant, user_id: str) -> str:
    user = tenant.records.get(user_id)
    return str(user.fields.get("Name") or "") if user else ""


def _soap_date(kept: object) -> str:
    """A date as records keep it in the form of SOAP answers."""
    return stamp(from_stamp(kept)) if isinstance(kept, str) else ""


def _unavailable(type_name: str) -> str:
    return refusals.NOT_IN_VERSION.refuse(type=type_name).problem


def _file(tenant: Tenant, kind: Kind, listed: Listed, version: int) -> bytes:
    shown = kind.read(tenant, listed.full_name, version)
    return content.write(folders.root(kind.type, listed.full_name), shown or {})


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in _sorted(files):
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _sorted(files: Mapping[str, bytes]) -> Iterable[tuple[str, bytes]]:
    return sorted(files.items())
