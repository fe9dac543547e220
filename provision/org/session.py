"""Where and as whom the APIs of an org are called."""

from __future__ import annotations

from dataclasses import dataclass, replace

JWT_DOTS = 2


@dataclass(frozen=True)
class Session:
    """Host, token and API version of calls."""

    instance_url: str
    access_token: str
    api_version: str

    def __repr__(self) -> str:
        return f"Session({self.instance_url}, v{self.api_version})"

    @property
    def soap_url(self) -> str:
        """Where the Metadata API listens for SOAP."""
        return f"{self.instance_url}/services/Soap/m/{self.api_version}"

    @property
    def has_jwt(self) -> bool:
        """Whether the token is a JWT: three parts in dots. Opaque ones may have dots too, behind `00D…!`."""
        return self.access_token.count(".") == JWT_DOTS and "!" not in self.access_token

    def since(self, version: int) -> Session:
        """Return the session at API `version` or later: what older versions lack, every org of today has."""
        return self if float(self.api_version) >= version else replace(self, api_version=f"{version}.0")
