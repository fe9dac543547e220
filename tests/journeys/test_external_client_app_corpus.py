"""External Client Apps of real repositories: written by our templates, deployed by our client, retrieved unchanged.

The files are other people's and not part of the project; where they are not at hand these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from provision.acts.deploy import Deployment, deploy
from provision.apps.external_client_app_family import APPLICATION, OAUTH_SETTINGS, PARENT, SUFFIXES
from provision.localorg import FILE_NAME, LocalOrg
from provision.localorg.store.jsontext import Json
from provision.metadata.check import check
from provision.metadata.merge import entries
from provision.metadata.package import from_zip
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.model.event import silent
from provision.model.metadata import Component, Document, Package, Value
from provision.org.client import Org
from provision.org.connect import connect
from provision.settings.load import load
from tests.conftest import SHARED

CORPUS = SHARED / "corpus" / "dev" / "eca"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of real files is not at hand")

REPOSITORIES = sorted(path.name for path in CORPUS.iterdir()) if CORPUS.is_dir() else []
FILES = 68
"""How many files of External Client Apps the collection has; all can be deployed."""
OF_THE_ORG = {APPLICATION: "orgScopedExternalApp", OAUTH_SETTINGS: "oauthLink"}
"""References that an org writes; files with those of another org are refused."""
BY_PARENT = {"ExtlClntAppGlobalOauthSettings", "ExtlClntAppOauthConfigurablePolicies"}
"""Types that need the OAuth settings of their app."""
SECRETS = "consumerSecret"
"""Never retrieved."""

Family = Mapping[tuple[str, str], Document]


def family(repository: str) -> Family:
    """Return the files of a repository by type and full name."""
    found: dict[tuple[str, str], Document] = {}
    for path in sorted((CORPUS / repository).rglob("*")):
        if path.is_file():
            document = parse(path.read_bytes())
            found[document.type, path.name.removesuffix("-meta.xml").rpartition(".")[0]] = document
    return found


def deployable(files: Family) -> Family:
    """Leave out members whose application or OAuth settings the author did not keep."""
    apps = {name for type_name, name in files if type_name == APPLICATION}
    with_settings = {one.fields[PARENT] for one in files.values() if one.type == OAUTH_SETTINGS} & apps
    return {
        key: one
        for key, one in files.items()
        if one.type == APPLICATION or one.fields[PARENT] in (with_settings if one.type in BY_PARENT else apps)
    }


def of_no_org(document: Document) -> Document:
    gone = {OF_THE_ORG.get(document.type), SECRETS}
    return Document(document.type, {tag: value for tag, value in document.fields.items() if tag not in gone})


def api_version(files: Family) -> str:
    """Return the newest API version that has every element; authors retrieved with different ones."""
    for version in (f"{number}.0" for number in range(68, 59, -1)):
        if not any(one.rule in {"too-new", "retired"} for each in files.values() for one in check(each, version)):
            return version
    raise AssertionError("no API version has all elements")


def provide(local: LocalOrg, files: Family) -> None:
    """Make everybody exist whom the files name."""
    with local.transaction() as transaction:
        records = transaction.records(local.org_id)
        for document in files.values():
            for name in listed(document, "commaSeparatedPermissionSet"):
                records.insert("PermissionSet", {"Name": name, "Label": name, "IsOwnedByProfile": False})
            for name in listed(document, "commaSeparatedProfile"):
                if not any(one.fields["Name"] == name for one in records.all("Profile")):
                    profile = records.insert("Profile", {"Name": name}).id
                    owned: dict[str, Json] = {"IsOwnedByProfile": True, "ProfileId": profile}
                    records.insert("PermissionSet", {"Name": "X00e", "Label": "X00e", **owned})
            for name in listed(document, "clientCredentialsFlowUser"):
                if records.user_named(name) is None:
                    records.insert("User", {"Username": name, "IsActive": True})


def listed(document: Document, tag: str) -> tuple[str, ...]:
    return entries(str(document.fields.get(tag, "")))


def connected(settings: Path, version: str) -> tuple[Org, LocalOrg]:
    org = connect(load(settings, {}), "local", {}, version)
    org.records.query("SELECT Id FROM Organization")
    return org, LocalOrg.open(settings.parent / ".provision" / FILE_NAME, "local")


def said(document: Document, tags: Mapping[str, Value]) -> list[tuple[str, object]]:
    """Return the elements `tags` in their order in the document; scopes in whichever order."""
    return [(tag, loosely(tag, value)) for tag, value in document.fields.items() if tag in tags]


def loosely(tag: str, value: Value) -> object:
    return sorted(entries(str(value))) if tag.startswith("commaSeparated") else value


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_family_is_taken_by_an_org_and_comes_back_unchanged(modern: Path, repository: str) -> None:
    files = deployable(family(repository))
    version = api_version(files)
    org, local = connected(modern, version)
    provide(local, files)
    sent = {key: of_no_org(document) for key, document in files.items()}
    made = tuple(Component(*key, render(document, api_version=version)) for key, document in sent.items())
    deploy(org, Package(made, version), Deployment(), silent)
    back = from_zip(org.metadata.retrieve({type_name: ["*"] for type_name, _ in sent}))
    received = {(one.type, one.full_name): parse(one.content) for one in back.components}
    figures: Counter[str] = Counter()
    for key, document in sent.items():
        got = received[key]
        ordered = parse(render(document, api_version=version))
        assert said(got, document.fields) == said(ordered, document.fields), key
        assert render(got, api_version=version) == next(
            one.content for one in back.components if (one.type, one.full_name) == key
        )
        figures[key[0]] += 1
    print(f"{repository}: API {version}, {len(files)} files unchanged, {dict(figures)}")  # noqa: T201 the figures


def test_the_collection_is_whole() -> None:
    """Every file is of a type that belongs to the kind, and of a whole family."""
    every = {repository: family(repository) for repository in REPOSITORIES}
    assert {type_name for files in every.values() for type_name, _ in files} == set(SUFFIXES)
    counted = sum(map(len, every.values())), sum(len(deployable(files)) for files in every.values())
    print(f"{counted[0]} files, {counted[1]} of them in families that deploy")  # noqa: T201 the figures
    assert counted == (FILES, FILES)
