"""What holds an External Client App together: every member names its application, which has one of each type."""

from collections.abc import Iterable, Mapping
from typing import Final

from provision.localorg.metadata import refusals
from provision.localorg.metadata.content import Content
from provision.localorg.metadata.schema import schema
from provision.localorg.metadata.tenant import Tenant
from provision.localorg.metadata.types import settings
from provision.localorg.metadata.types.kind import Component

APPLICATION: Final = "ExternalClientApplication"
OAUTH_SETTINGS: Final = "ExtlClntAppOauthSettings"
GLOBAL_OAUTH_SETTINGS: Final = "ExtlClntAppGlobalOauthSettings"
OAUTH_POLICIES: Final = "ExtlClntAppOauthConfigurablePolicies"
POLICIES: Final = "ExtlClntAppConfigurablePolicies"
PARENT: Final = "externalClientApplication"

_EDIT_APPS: Final = "ExternalClientAppDeveloper"
_EDIT_POLICIES: Final = "ExternalClientAppAdmin"
_POLICY_SUFFIX: Final = "Policies"


def check_access(tenant: Tenant, type_name: str) -> None:
    """Insist that the org has External Client Apps and that the user may change this part of them.

    Raises:
        Refusal: not so.

    """
    setting = settings.value(tenant, "ExternalClientApp")
    if tenant.switches.external_client_apps == "disabled" or setting["enableExternalClientApps"] == "false":
        raise refusals.NOT_AVAILABLE.refuse()
    if not tenant.holds(_EDIT_POLICIES if type_name.endswith(_POLICY_SUFFIX) else _EDIT_APPS):
        raise refusals.NO_RIGHT.refuse()


def check_member(tenant: Tenant, type_name: str, component: Component, column: str) -> None:
    """Insist that the member fits: its application exists, is still the same, and has no other member of the type.

    `column` is the reference that must be unique, as Salesforce calls it.

    Raises:
        Refusal: not so.

    """
    app = parent(component)
    if record_id(tenant, app) is None:
        raise refusals.NO_REFERENCE.refuse(field=PARENT, type=APPLICATION, name=app)
    held = tenant.documents.get(type_name, component.full_name)
    if held is not None and held[PARENT] != app:
        raise refusals.MOVED.refuse(type=type_name, name=component.full_name)
    other = member(tenant, type_name, app)
    if other not in (None, component.full_name):
        raise refusals.SECOND_MEMBER.refuse(column=column, name=str(other))


def parent(component: Component) -> str:
    """Name of the application that a member belongs to."""
    return str(component.content[PARENT]).strip()


def record_id(tenant: Tenant, app: str) -> str | None:
    """Id of an application; None where there is none of that name."""
    return tenant.documents.record_id(APPLICATION, app)


def member(tenant: Tenant, type_name: str, app: str) -> str | None:
    """Full name of the application's member of that type."""
    return next(iter(tenant.documents.where(type_name, PARENT, app)), None)


def document(tenant: Tenant, type_name: str, app: str) -> Content | None:
    """Document of the application's member of that type."""
    name = member(tenant, type_name, app)
    return tenant.documents.get(type_name, name) if name else None


def declared(type_name: str, component: Component, held: Mapping[str, object], defaults: Mapping[str, str]) -> Content:
    """What the org keeps of a file: what it says, and the default for what it leaves out.

    Elements that the file's API version does not know stay as they were (recorded: a higher version brings more
    elements into what a deploy resets).
    """
    known = schema().elements(type_name, component.version)
    unknown = {name: value for name, value in held.items() if name not in known}
    said = {name: value for name, value in component.content.items() if name != "fullName"}
    label = {} if said.get("label", "").strip() else {"label": component.full_name}
    return {**defaults, **unknown, **said, **label}


def listed(text: str) -> tuple[str, ...]:
    """Names of a comma-separated list, each once."""
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))


def insist_all_found(wording: refusals.Wording, found: Mapping[str, str | None]) -> Iterable[str]:
    """Ids of what was looked up by name.

    Raises:
        Refusal: with the names that were not found.

    """
    missing = [name for name, held in found.items() if held is None]
    if missing:
        raise wording.refuse(names=", ".join(missing))
    return [held for held in found.values() if held is not None]
