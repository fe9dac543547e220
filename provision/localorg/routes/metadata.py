"""The Metadata API over HTTP: SOAP calls, and deploys over REST."""

import json
from collections.abc import Callable
from typing import Any, Final

from werkzeug import Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from provision.localorg.metadata import faults, manifest, operations, options, requester, rest, soap
from provision.localorg.metadata.faults import Fault
from provision.localorg.metadata.refusals import Refusal
from provision.localorg.metadata.requester import Requester
from provision.localorg.routes import rendering
from provision.localorg.routes.data import callers
from provision.localorg.routes.exchange import Answer, Exchange
from provision.localorg.sobjects.refusals import Refusal as CallerRefusal

_JSON_TYPE: Final = "application/json"
_JSON_PARTS: Final = ("json", "entity_content")


def call(exchange: Exchange, version: str, suffix: str = "") -> Response:  # noqa: ARG001  # clients append what they like
    """One SOAP call; the operation is that of the body, whatever path and SOAPAction say."""
    try:
        asked = soap.read(_body(exchange))
        soap.check_token(asked.session_id, version)
        result = _ask(exchange, asked.session_id, version, lambda by: operations.perform(by, asked))
    except Fault as fault:
        return refused_call(fault)
    except CallerRefusal as refusal:
        return refused_call(faults.of_caller(refusal.code, refusal.message))
    return _answered(Answer(soap.answer(asked.operation, result), content_type="text/xml; charset=utf-8"))


def refused_call(fault: Fault) -> Answer:
    """The answer to a SOAP call that is refused."""
    return _refused(Answer(soap.fault(fault), 500, content_type="text/xml; charset=utf-8"), fault)


def start(exchange: Exchange, version: str) -> Response:
    """A deploy over REST: a JSON part with the options and a file part with the zip, in any order.

    A body of JSON alone asks for the deploy of a validation.
    """

    def work(by: Requester) -> Any:
        zip_file, chosen = _parts(exchange)
        return rest.started(*operations.start_deploy(by, zip_file, chosen), by.version)

    def quick_work(by: Requester) -> Any:
        validation = _json(_body(exchange).decode("utf-8", "replace")).get("validatedDeployRequestId")
        job_id, job = operations.quick_deploy(by, str(validation))
        return rest.quick(job_id, job, _url(exchange, version, job_id))

    return _rest(exchange, version, quick_work if exchange.request.mimetype == _JSON_TYPE else work, 201)


def status(exchange: Exchange, version: str, job_id: str) -> Response:
    """How a deploy stands."""

    def work(by: Requester) -> Any:
        details = exchange.request.args.get("includeDetails", "").lower() == "true"
        found_id, job = operations.poll_deploy(by, job_id)
        return rest.status(found_id, job, _url(exchange, version, found_id), details=details, version=by.version)

    return _rest(exchange, version, work)


def cancel(exchange: Exchange, version: str, job_id: str) -> Response:
    """A request to cancel, which is the only change of a deploy that can be asked for."""

    def work(by: Requester) -> Any:
        wanted = _json(_body(exchange).decode("utf-8", "replace")).get("deployResult")
        if not isinstance(wanted, dict) or wanted.get("status") != "Canceling":
            raise faults.BAD_ARGUMENT.fault(reason="deployResult.status must be Canceling")
        found_id, job = operations.cancel_deploy(by, job_id)
        return rest.status(found_id, job, _url(exchange, version, found_id), details=False, version=by.version)

    return _rest(exchange, version, work, 202)


def _rest(exchange: Exchange, version: str, work: Callable[[Requester], Any], success: int = 200) -> Response:
    try:
        result = _ask(exchange, exchange.bearer_token() or "", version, work)
    except Fault as fault:
        error = {"message": fault.text, "errorCode": fault.code}
        return _refused(rendering.rest(exchange.request, fault.rest_status, [error]), fault)
    except CallerRefusal as refusal:
        return _answered(rendering.rest_refusal(exchange.request, [refusal]))
    return _answered(rendering.rest(exchange.request, success, result))


def _ask(exchange: Exchange, session_id: str, version: str, work: Callable[[Requester], Any]) -> Any:
    """Do the work as the user of the session, in one transaction.

    Raises:
        Fault: wrong host or version, no permission for the Metadata API, or what the work raises.
        CallerRefusal: no session that is good for the APIs, as for every other call.

    """
    if exchange.tenant is None:
        raise faults.WRONG_HOST.fault()
    try:
        major = manifest.parse_version(version)
    except Refusal:
        raise faults.UNSUPPORTED_VERSION.fault() from None
    with exchange.database.transaction() as transaction:
        caller = callers.of(exchange.tenant, session_id, transaction)
        return work(requester.identify(transaction, exchange.tenant, caller, exchange.now, major))


def _url(exchange: Exchange, version: str, job_id: str) -> str:
    """Where the status of a deploy is asked."""
    return f"{exchange.base_url}/services/data/v{version}/metadata/deployRequest/{job_id}"


def _parts(exchange: Exchange) -> tuple[bytes, options.Options]:
    request = exchange.request
    if (request.content_length or 0) > soap.MAX_REQUEST_BYTES:
        raise faults.TOO_LARGE.fault()
    try:
        uploaded = {name: file.read() for name, file in request.files.items()}
    except HTTPException as error:
        raise faults.MALFORMED.fault(reason=error.name) from None
    finally:
        request.close()
    texts = {name: data.decode("utf-8", "replace") for name, data in uploaded.items() if name in _JSON_PARTS}
    texts |= {name: text for name, text in request.form.items() if name in _JSON_PARTS}
    if "file" not in uploaded or not texts:
        raise faults.BAD_ARGUMENT.fault(reason="a part with deployOptions and a part named file are expected")
    chosen = _json(next(iter(texts.values()))).get("deployOptions")
    return uploaded["file"], options.from_json(chosen if isinstance(chosen, dict) else {})


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise faults.BAD_ARGUMENT.fault(reason="the body is not JSON") from None
    return value if isinstance(value, dict) else {}


def _body(exchange: Exchange) -> bytes:
    if (exchange.request.content_length or 0) > soap.MAX_REQUEST_BYTES:
        raise faults.TOO_LARGE.fault()
    try:
        return exchange.request.get_data(cache=False)
    except HTTPException as error:
        raise faults.MALFORMED.fault(reason=error.name) from None


def _answered(answer: Answer) -> Answer:
    answer.api_call = True
    return answer


def _refused(answer: Answer, fault: Fault) -> Answer:
    answer.refusal, answer.reason = fault.code, fault.text
    return _answered(answer)


_DEPLOYS: Final = "/services/data/v<version>/metadata/deployRequest"

RULES: tuple[Rule, ...] = (
    Rule("/services/Soap/m/<version>", endpoint=call, methods=["POST"], strict_slashes=False),
    Rule("/services/Soap/m/<version>/<path:suffix>", endpoint=call, methods=["POST"], strict_slashes=False),
    Rule(_DEPLOYS, endpoint=start, methods=["POST"], strict_slashes=False),
    Rule(f"{_DEPLOYS}/<job_id>", endpoint=status, methods=["GET"], strict_slashes=False),
    Rule(f"{_DEPLOYS}/<job_id>", endpoint=cancel, methods=["PATCH"], strict_slashes=False),
)
