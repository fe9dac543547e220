"""DeployOptions as they arrive: partial, in any order, with booleans in several spellings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from provision.localorg.metadata.tree import Node

_TRUE: Final = frozenset({"true", "1"})
NO_TESTS: Final = "NoTestRun"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a deploy; the defaults are those of the SOAP call.

    Some change nothing here and are only echoed: nothing deleted is kept to be purged, the others are reserved.
    """

    allow_missing_files: bool = False
    auto_update_package: bool = False
    check_only: bool = False
    ignore_warnings: bool = False
    perform_retrieve: bool = False
    purge_on_delete: bool = False
    rollback_on_error: bool = False
    single_package: bool = False
    test_level: str = NO_TESTS

    @property
    def runs_tests(self) -> bool:
        """Whether the answer says that tests run; this org has no Apex, so none ever do."""
        return self.test_level not in {"", NO_TESTS}


_FLAGS: Final[Mapping[str, str]] = {
    "allowMissingFiles": "allow_missing_files",
    "autoUpdatePackage": "auto_update_package",
    "checkOnly": "check_only",
    "ignoreWarnings": "ignore_warnings",
    "performRetrieve": "perform_retrieve",
    "purgeOnDelete": "purge_on_delete",
    "rollbackOnError": "rollback_on_error",
    "singlePackage": "single_package",
}


def from_node(node: Node | None) -> Options:
    """Options of a SOAP message; stray text between elements and unknown elements do not matter."""
    children = node.children if node else ()
    return _options((child.name, child.text.strip()) for child in children)


def from_json(values: Mapping[str, Any]) -> Options:
    """Options of a REST request; clients send booleans as JSON booleans or as texts, and null for absent."""
    return _options((name, str(value)) for name, value in values.items() if value is not None)


def to_json(options: Options) -> dict[str, Any]:
    """Options in the words of the REST answer."""
    flags: dict[str, Any] = {name: getattr(options, attribute) for name, attribute in _FLAGS.items()}
    return dict(sorted((flags | {"runTests": None, "testLevel": options.test_level}).items()))


def _options(pairs: Iterable[tuple[str, str]]) -> Options:
    values = dict(pairs)
    flags = {_FLAGS[name]: text.lower() in _TRUE for name, text in values.items() if name in _FLAGS}
    return Options(**flags, test_level=values.get("testLevel") or NO_TESTS)
