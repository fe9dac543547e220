"""One Salesforce tenant: how to reach it, and a live admin session with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlsplit

from provision.org.metadata_api import MetadataApi
from provision.org.oauth_apps import OAuthApps
from provision.org.records import Records
from provision.org.session import Session
from provision.transport import Transport


@dataclass(frozen=True)
class Site:
    """How to reach an org; enough for what a consumer of an app can do on its own."""

    name: str
    """The name under `orgs:` in the settings."""
    transport: Transport = field(repr=False)
    my_domain: str
    """The host that tokens are asked for at."""
    login_host: str
    """`login.salesforce.com`, or `test.salesforce.com` for a sandbox."""
    api_version: str
    is_local: bool = False
    org_id: str | None = None
    """The org that the settings pin."""
    canary: str | None = None
    """Username of somebody who has access to no app, where the org comes with one (local orgs do)."""

    @property
    def api_calls(self) -> int:
        """Requests made to the org so far."""
        return self.transport.requests_made


@dataclass(frozen=True)
class Org:
    """A site with an admin session."""

    site: Site
    access_token: str = field(repr=False)
    instance_url: str
    source: str
    """Where the session came from, in words."""
    consumer_key: str | None = None
    """Of the app that the session was had with, where that is known."""
    username: str | None = None
    """Whose session it is, where its source tells that."""

    @cached_property
    def records(self) -> Records:
        """SOQL and records."""
        return Records(self.site.transport, self._session)

    @cached_property
    def metadata(self) -> MetadataApi:
        """Deploy and retrieve."""
        return MetadataApi(self.site.transport, self._session)

    @cached_property
    def oauth_apps(self) -> OAuthApps:
        """Consumer keys and secrets of External Client Apps."""
        return OAuthApps(self.site.transport, self._session)

    def since(self, version: int) -> Org:
        """Return the org as API `version` shows it, for what the version of the settings does not have yet."""
        newer = self._session.since(version).api_version
        return self if newer == self.site.api_version else replace(self, site=replace(self.site, api_version=newer))

    @property
    def host(self) -> str:
        """The host that the session belongs to."""
        return urlsplit(self.instance_url).netloc

    @property
    def _session(self) -> Session:
        return Session(self.instance_url, self.access_token, self.site.api_version)
