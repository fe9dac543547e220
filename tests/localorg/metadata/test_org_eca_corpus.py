"""External Client Apps of real repositories deploy, each repository in one package, and come back as they were."""

import re
from pathlib import Path

import pytest

from provision.localorg.metadata import content, folders
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.types.external_client_app import family

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "dev" / "eca"
NEWEST, OLDEST = 68, 60
REFERENCES = {"ExternalClientApplication": "orgScopedExternalApp", "ExtlClntAppOauthSettings": "oauthLink"}
"""What an org writes of itself; authors take it out before they deploy elsewhere."""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of real metadata files is not here")


def repositories():
    """Files by their path in a package, repository by repository; members whose app is not there are left out."""
    for repository in sorted(CORPUS.iterdir()):
        paths = sorted(path for path in repository.rglob("*") if path.is_file())
        files = {"/".join(path.parts[-2:]).removesuffix("-meta.xml"): path.read_bytes() for path in paths}
        apps = {Path(path).stem for path in files if path.endswith(".eca")}
        with_settings = {parent(data) for path, data in files.items() if path.endswith(".ecaOauth")}
        yield (
            repository.name,
            {
                path: data
                for path, data in files.items()
                if path.endswith(".eca")
                or parent(data) in (with_settings if path.endswith((".ecaGlblOauth", ".ecaOauthPlcy")) else apps)
            },
        )


def parent(data):
    return re.search(rb"<externalClientApplication\s*>([^<]*)<", data)[1].decode()


def read(path, data, version):
    return content.read(data, folders.locate(path)[0], version)


def readable(files, version):
    try:
        return {path: read(path, data, version) for path, data in files.items()}
    except Refusal:
        return None


def provide(org, members):
    """Make everybody exist whom the members name."""
    for member in members:
        for name in family.listed(member.get("commaSeparatedPermissionSet", "")):
            org.insert("PermissionSet", Name=name, Label=name, IsOwnedByProfile=False)
        for name in family.listed(member.get("commaSeparatedProfile", "")):
            if not org.records("Profile", Name=name):
                profile = org.insert("Profile", Name=name)
                org.insert("PermissionSet", Name="X00e", Label="X00e", IsOwnedByProfile=True, ProfileId=profile)
        username = member.get("clientCredentialsFlowUser")
        if username and not org.records("User", Username=username):
            org.insert("User", Username=username, IsActive=True)


def of_no_org(data):
    for name in REFERENCES.values():
        data = re.sub(rf"\s*<{name}>[^<]*</{name}>".encode(), b"", data)
    return data


def of_this_org(org, path, data):
    """The text with the references of this org in place of those of the author's, if the author kept them."""
    type_name, full_name = folders.locate(path)
    name = REFERENCES.get(type_name)
    if name is None:
        return data.decode()
    with org.tenant() as tenant:
        value = tenant.documents.get(type_name, full_name)[name]
    return re.sub(f"<{name}>[^<]*</{name}>", f"<{name}>{value}</{name}>", data.decode())


def says_the_same(member, shown, path, version):
    """Whether everything that the author wrote comes back; scopes in whichever order."""
    back = read(path, shown.encode(), version)
    return {name: loosely(value) for name, value in member.items() if name not in REFERENCES.values()} == {
        name: loosely(back.get(name)) for name in member if name not in REFERENCES.values()
    }


def loosely(value):
    return sorted(family.listed(value)) if isinstance(value, str) else value


def as_an_org_wrote_it(member, path, data):
    """Whether nobody has touched the file since its retrieve: layout and references are there."""
    type_name, _ = folders.locate(path)
    return content.write(type_name, member) == data and REFERENCES.get(type_name, "label") in member


def versions_of(path, newest):
    """API versions to retrieve a file at; its author did it at one of them."""
    oldest = 66 if path.endswith(".ecaOauthSecurity") else OLDEST
    return range(newest, oldest - 1, -1)


def test_families_come_back_as_they_were(make_org):
    """All that was said comes back, and files that an org wrote come back byte for byte."""
    same = 0
    for repository, files in repositories():
        version = next(version for version in range(NEWEST, OLDEST - 1, -1) if readable(files, version))
        members = readable(files, version)
        org = make_org(repository)
        provide(org, members.values())
        done = org.deploy({path: of_no_org(data) for path, data in files.items()}, version=version)
        assert done.status == "Succeeded", (repository, [message.problem for message in done.failures()])
        for path, data in files.items():
            assert says_the_same(members[path], org.read(*folders.locate(path), version), path, version), path
            if as_an_org_wrote_it(members[path], path, data):
                expected = of_this_org(org, path, data)
                assert expected in [org.read(*folders.locate(path), one) for one in versions_of(path, NEWEST)], path
                same += 1
    assert same > 45
