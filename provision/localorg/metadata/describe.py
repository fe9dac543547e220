"""What describeMetadata says: the component types of this org and where their files go."""

from typing import Any

from provision.localorg.metadata import folders
from provision.localorg.metadata.schema import schema
from provision.localorg.metadata.types import kinds


def metadata(version: int) -> dict[str, Any]:
    """A `DescribeMetadataResult` for that API version, types in alphabetical order."""
    types = sorted(kind.type for kind in kinds.KINDS if not schema().is_younger(kind.type, version))
    return {
        "metadataObjects": [_object(folders.by_type()[name]) for name in types],
        "organizationNamespace": "",
        "partialSaveAllowed": True,
        "testRequired": False,
    }


def _object(folder: folders.Folder) -> dict[str, Any]:
    return {
        "directoryName": folder.name,
        "inFolder": False,
        "metaFile": False,
        "suffix": folder.suffix,
        "xmlName": folder.type,
    }
