"""Parts of an app beyond OAuth: its pages, sessions, IP ranges, SAML, canvas and mobile.

The choices of SAML, canvas and mobile are Salesforce's own names: who needs them copies them from existing metadata.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from provision.settings.base import Model
from provision.settings.values import ApiName, Label, NotEmpty, Truth, Url, Words, problem, whole

LONGEST_SESSION_MINUTES = 1440


def _ip(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        raise problem("allowed: an IP address, for instance 203.0.113.7 or 2001:db8::7") from None
    return text


def _reachable(level: object) -> object:
    if level == "high-assurance":
        raise problem("blocks logins without a browser, so that no grant would work; allowed: low, standard")
    return level


IpAddress = Annotated[str, AfterValidator(_ip)]
CanvasLocation: TypeAlias = Literal[
    "None",
    "Chatter",
    "UserProfile",
    "Visualforce",
    "Aura",
    "Publisher",
    "ChatterFeed",
    "ServiceDesk",
    "OpenCTI",
    "AppLauncher",
    "MobileNav",
    "PageLayout",
]


class SessionSettings(Model):
    """How long sessions of an app last and how well they must be secured."""

    timeout: Annotated[int, Field(ge=1, le=LONGEST_SESSION_MINUTES), BeforeValidator(whole)] | None = None
    """Minutes, at most a day."""
    level: Annotated[Literal["low", "standard"], BeforeValidator(_reachable)] | None = None
    """What a session must have. `high-assurance` is refused: no grant without a browser reaches it."""
    action: Literal["block", "raise-session-level"] | None = None
    """What happens to a session below the level."""


class IpRangeSettings(Model):
    """IP addresses from which the app may be used."""

    start: IpAddress
    """First address."""
    end: IpAddress
    """Last address."""
    description: Label | None = None
    """Whose addresses these are."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        start, end = ip_address(self.start), ip_address(self.end)
        if start.version != end.version or int(start) > int(end):
            raise problem("start must come before end, both IPv4 or both IPv6")
        return self


class SamlSettings(Model):
    """The app as a SAML service provider; Salesforce is the identity provider."""

    acs_url: Url
    """Assertion Consumer Service: where Salesforce sends assertions."""
    entity_url: Words
    """Entity ID of the service provider."""
    subject: Literal["Username", "FederationId", "UserId", "SpokeId", "CustomAttribute", "PersistentId"] = "Username"
    """What names the user in an assertion."""
    subject_attribute: Words | None = None
    """The attribute, with `subject: CustomAttribute`."""
    issuer: Words | None = None
    """By default the My Domain of the org."""
    name_id_format: Literal["Unspecified", "EmailAddress", "Persistent", "Transient"] | None = None
    """Format of the name identifier."""
    signing_algorithm: Literal["SHA1", "SHA256"] | None = None
    """How assertions are signed."""
    certificate: Words | None = None
    """Certificate of the service provider (PEM), which signs its requests."""
    encryption: Literal["AES_128", "AES_256", "Triple_Des"] | None = None
    """How assertions are encrypted."""
    encryption_certificate: Words | None = None
    """Certificate (PEM) to encrypt for."""
    slo_url: Url | None = None
    """Where Salesforce sends logouts."""
    slo_binding: Literal["RedirectBinding", "PostBinding"] | None = None
    """How logouts are sent."""

    @model_validator(mode="after")
    def _attribute_where_it_counts(self) -> Self:
        if (self.subject == "CustomAttribute") != (self.subject_attribute is not None):
            raise problem("subject: CustomAttribute and subject_attribute go together; write both or neither")
        return self


class CanvasSettings(Model):
    """The app as a canvas app inside Salesforce."""

    url: Url
    """Page of the app."""
    access_method: Literal["Get", "Post"] = "Post"
    """`Post`: signed request; `Get`: OAuth web flow."""
    locations: Annotated[tuple[CanvasLocation, ...], NotEmpty()] | None = None
    """Where the app appears."""
    options: Annotated[tuple[Literal["HideShare", "HideHeader", "PersonalEnabled"], ...], NotEmpty()] | None = None
    """How the app appears."""
    saml_initiation: Literal["None", "IdpInitiated", "SpInitiated"] | None = None
    """Who begins, if the app uses SAML."""
    lifecycle_class: ApiName | None = None
    """Apex class that is told of canvas events."""


class MobileSettings(Model):
    """The app on mobile devices."""

    platform: Literal["ios", "android"]
    """Operating system."""
    version: Words
    """Version of the mobile app, in quotes."""
    device: Literal["phone", "tablet", "minitablet"] | None = None
    """Kind of device."""
    minimum_os_version: Words | None = None
    """Oldest version of the operating system, in quotes."""
    bundle_identifier: Words | None = None
    """Bundle identifier of the mobile app."""
    install_url: Url | None = None
    """Where the mobile app can be installed from."""
    private: Truth | None = None
    """Whether the mobile app stays within the company."""
