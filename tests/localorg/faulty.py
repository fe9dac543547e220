"""What clients see of faults, whether they reach the org by a socket or not."""

from __future__ import annotations

V = "/services/data/v66.0"
ROW_LOCK = [{"message": "unable to obtain exclusive access to this record", "errorCode": "UNABLE_TO_LOCK_ROW"}]
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"

ANSWERS = {
    "unavailable": (503, "text/plain", "no healthy upstream"),
    "maintenance": (503, "text/html", "<title>SERVER_UNAVAILABLE</title>"),
    "row-lock": (400, "application/json", '"errorCode":"UNABLE_TO_LOCK_ROW"'),
    "request-limit": (403, "application/json", '"errorCode":"REQUEST_LIMIT_EXCEEDED"'),
}
"""Kind of fault → status, type and part of the answer of the REST API."""

SOAP_FAULTS = {
    "row-lock": "UNABLE_TO_LOCK_ROW: unable to obtain exclusive access to this record",
    "request-limit": "REQUEST_LIMIT_EXCEEDED: TotalRequests Limit exceeded.",
}


def metadata_call(operation: str, inside: str, session_id: str) -> str:
    """A call of the Metadata API."""
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<s:Header xmlns="{NAMESPACE}"><SessionHeader><sessionId>{session_id}</sessionId></SessionHeader></s:Header>'
        f'<s:Body><{operation} xmlns="{NAMESPACE}">{inside}</{operation}></s:Body></s:Envelope>'
    )
