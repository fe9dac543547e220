"""REST resources beside records: one request, its JSON answer, refusals as errors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from provision.errors import Code, Unreachable
from provision.org.oauth import bearer
from provision.org.refusals import refused, rest_refusals
from provision.org.session import Session
from provision.transport import Request, Response, Transport

_FAILED = 300
_JSON = "application/json"


@dataclass(frozen=True)
class Rest:
    """The REST API of one session."""

    transport: Transport
    session: Session

    def url(self, path: str) -> str:
        """Return the URL of a path: below the version, or from the root as answers give it."""
        if path.startswith(("/", "https:")):
            return urljoin(self.session.instance_url, path)
        return f"{self.session.instance_url}/services/data/v{self.session.api_version}/{path}"

    def send(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Response:
        """Send a request with a JSON document, if there is one; whatever came back is the caller's to judge."""
        content = None if document is None else json.dumps(document).encode()
        return self.send_content(method, path, content, _JSON)

    def send_content(self, method: str, path: str, content: bytes | None, content_type: str) -> Response:
        """Send a request with a body of any type."""
        headers = {**bearer(self.session.access_token), "accept": _JSON}
        if content is not None:
            headers["content-type"] = content_type
        return self.transport.send(
            Request(method, self.url(path), headers, content=content, repeatable=method in {"GET", "DELETE"})
        )


def answered(response: Response, summary: str) -> Mapping[str, Any]:
    """Return the JSON object of an answer.

    Raises the error for a refusal, with `summary`, and `Unreachable` for what is no answer of Salesforce's.
    """
    if response.status >= _FAILED:
        raise refused(summary, rest_refusals(response))
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise Unreachable(
            Code.SERVER_ERROR,
            f"{summary}: the answer is not one of Salesforce's",
            detail=f"HTTP {response.status} with {response.headers.get('content-type', 'no content type')}",
            remedy=("Check that my_domain is the org's own host, not a portal or a proxy's page",),
        )
    return body
