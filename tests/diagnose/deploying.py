"""Ways to deploy what a local org refuses. Each returns the whole answer."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from tests.diagnose.asking import NAMESPACE, Provoke, get, second
from tests.localorg.visitor import V

CALLBACK = "<callbackUrl>https://localhost/x</callbackUrl>"
FOLDERS = {
    "ConnectedApp": ("connectedApps", "connectedApp"),
    "PermissionSet": ("permissionsets", "permissionset"),
    "ExternalClientApplication": ("externalClientApps", "eca"),
    "ExtlClntAppOauthSettings": ("extlClntAppOauthSettings", "ecaOauth"),
    "ExtlClntAppGlobalOauthSettings": ("extlClntAppGlobalOauthSets", "ecaGlblOauth"),
    "ExtlClntAppOauthConfigurablePolicies": ("extlClntAppOauthPolicies", "ecaOauthPlcy"),
}


def deployed(*components: tuple[str, str, str], listed: bool = True, **options: object) -> Provoke:
    """Deploy components (type, name, elements) and return the whole answer."""

    def provoke(visitor: Any) -> str:
        files = {}
        for type_name, name, elements in components:
            folder, suffix = FOLDERS[type_name]
            files[f"{folder}/{name}.{suffix}"] = f'<{type_name} xmlns="{NAMESPACE}">{elements}</{type_name}>'
        types = "".join(
            f"<types><members>{name}</members><name>{type_name}</name></types>" for type_name, name, _ in components
        )
        files["package.xml"] = (
            f'<Package xmlns="{NAMESPACE}">{types if listed else ""}<version>66.0</version></Package>'
        )
        return _deploy(visitor, files, options)

    return provoke


def _deploy(visitor: Any, files: dict[str, str], options: dict[str, object]) -> str:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    chosen = {"singlePackage": True, "rollbackOnError": True, **options}
    body = {"json": json.dumps({"deployOptions": chosen}), "file": (io.BytesIO(held.getvalue()), "package.xml")}
    started = visitor.send("POST", f"{V}/metadata/deployRequest", data=body).get_json()
    said = ""
    for _poll in range(5):
        said = visitor.send("GET", f"{V}/metadata/deployRequest/{started['id']}?includeDetails=true").text
    return said


def zipped(**files: str) -> Provoke:
    return lambda visitor: _deploy(visitor, {name.replace("__", "/"): text for name, text in files.items()}, {})


def connected(oauth: str = "", rest: str = "", name: str = "A") -> tuple[str, str, str]:
    config = f"<oauthConfig>{CALLBACK}{oauth}<scopes>Api</scopes></oauthConfig>"
    return ("ConnectedApp", name, f"<contactEmail>a@b.example</contactEmail><label>{name}</label>{config}{rest}")


def permission_set(elements: str) -> tuple[str, str, str]:
    return ("PermissionSet", "P", f"{elements}<label>P</label>")


def of_version(version: str, type_name: str) -> Provoke:
    """Deploy a package of another version that names one member."""
    package = (
        f'<Package xmlns="{NAMESPACE}"><types><members>A</members><name>{type_name}</name></types>'
        f"<version>{version}</version></Package>"
    )
    folder, suffix = FOLDERS[type_name]
    content = f'<{type_name} xmlns="{NAMESPACE}"><label>A</label></{type_name}>'
    return zipped(**{"package.xml": package, f"{folder}/A.{suffix}": content})


def deletion(visitor: Any) -> str:
    empty = f'<Package xmlns="{NAMESPACE}"><version>66.0</version></Package>'
    gone = f'<Package xmlns="{NAMESPACE}"><types><members>A</members><name>ConnectedApp</name></types></Package>'
    return zipped(**{"package.xml": empty, "destructiveChanges.xml": gone})(visitor)


def cancelled_late(visitor: Any) -> str:
    done = json.loads(deployed(connected())(visitor))
    body = {"deployResult": {"status": "Canceling"}}
    return str(visitor.send("PATCH", f"{V}/metadata/deployRequest/{done['id']}", json=body).text)


def application(name: str = "E", more: str = "") -> tuple[str, str, str]:
    elements = (
        "<contactEmail>a@b.example</contactEmail><distributionState>Local</distributionState>"
        f"<isProtected>false</isProtected><label>{name}</label>{more}"
    )
    return ("ExternalClientApplication", name, elements)


def part(type_name: str, name: str, elements: str) -> tuple[str, str, str]:
    return (
        type_name,
        name,
        f"{elements}<externalClientApplication>E</externalClientApplication><label>{name}</label>",
    )


def fields(*entries: tuple[str, bool, bool]) -> str:
    return "".join(
        f"<fieldPermissions><editable>{str(edit).lower()}</editable><field>{name}</field>"
        f"<readable>{str(read).lower()}</readable></fieldPermissions>"
        for name, edit, read in entries
    )


GLOBAL, OAUTH, POLICIES = (
    "ExtlClntAppGlobalOauthSettings",
    "ExtlClntAppOauthSettings",
    "ExtlClntAppOauthConfigurablePolicies",
)
SCOPES = "<commaSeparatedOauthScopes>Api</commaSeparatedOauthScopes>"
FLOW = "<isClientCredentialsFlowEnabled>true</isClientCredentialsFlowEnabled>"


def family(*more: tuple[str, str, str], shared: str = "", oauth: str = "") -> Provoke:
    """Deploy an External Client App with its OAuth parts, and more."""
    parts = (part(OAUTH, "E_oauth", SCOPES + oauth), part(GLOBAL, "E_glbloauth", CALLBACK + shared))
    return deployed(application(), *parts, *more)


def policies(elements: str = "", name: str = "E_oauth_defaultPolicy") -> tuple[str, str, str]:
    return part(POLICIES, name, elements)


def staged_twice(visitor: Any) -> str:
    settings = (
        '<ExternalClientAppSettings xmlns="http://soap.sforce.com/2006/04/metadata">'
        "<enableClientSecretInRestApiAccess>true</enableClientSecretInRestApiAccess></ExternalClientAppSettings>"
    )
    package = (
        f'<Package xmlns="{NAMESPACE}"><types><members>ExternalClientApp</members><name>Settings</name></types>'
        "<version>66.0</version></Package>"
    )
    zipped(**{"package.xml": package, "settings/ExternalClientApp.settings": settings})(visitor)
    family()(visitor)
    app_id = visitor.id_of("ExternalClientApplication", DeveloperName="E")
    consumers = visitor.send("GET", f"{V}/apps/oauth/credentials/{app_id}").get_json()["consumers"]
    return second(get(consumers[0]["stagedCredentialsUrl"], "POST", json={}))(visitor)
