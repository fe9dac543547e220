"""Key pairs and certificates as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from provision.cli.options import Setup
from provision.cli.output import error_document, print_error
from provision.errors import ProvisionError

if TYPE_CHECKING:
    from provision.acts.key_import import Arrival
    from provision.acts.key_standing import Standing
    from provision.cli.key_choice import Choice
    from provision.keys.describe import CertificateDescription


def show_generations(setup: Setup, choice: Choice) -> None:
    """Print every stored key pair of what was chosen."""
    from provision.keys.describe import describe

    rows = [
        {"org": slot.org, "app": slot.app, "generation": one.number, "state": one.state.value}
        | certificate_document(describe(one.certificate), choice.now)
        for slot in choice.slots
        for one in choice.store.generations(slot)
    ]
    setup.output.result({"key_pairs": rows}, _lines(rows) if rows else ["No key pairs are stored."])


def tell_arrival(setup: Setup, arrival: Arrival, now: datetime, *, staged: bool) -> None:
    """Tell what came of something brought that its certificate alone does not show."""
    from provision.keys.chain import name_of, remarks

    for remark in remarks(arrival.chain, now):
        setup.output.warn(remark)
    if arrival.issued:
        setup.output.warn("No certificate came with the key, so one was issued; an app that holds another keeps that")
    if not arrival.new:
        setup.output.say("This key pair was stored already.")
    if arrival.chain.issuers:
        names = ", ".join(map(name_of, arrival.chain.issuers))
        setup.output.say(f"Its chain verifies: {names}. An app takes the certificate alone, so only that is stored.")
    if not staged and not arrival.generation.is_current:
        setup.output.say("Its key is not the one in use, so it waits beside that.")


def show_standings(setup: Setup, standings: Sequence[Standing], now: datetime, problem: ProvisionError | None) -> int:
    """Print how certificates stand and what that comes to; return the exit code."""
    rows = [
        {"org": one.slot.org, "app": one.slot.app, "valid": one.valid, "due": one.due, "detail": one.words}
        | (certificate_document(one.certificate, now) if one.certificate else {"fingerprint_sha256": None})
        for one in standings
    ]
    document = {"certificates": rows}
    if problem is not None and setup.output.as_json:
        setup.output.envelope(error_document(problem, setup.output.warnings, document))
        return problem.exit_code
    width = max((len(f"{row['org']} {row['app']}") for row in rows), default=0)
    setup.output.result(document, (f"{row['org']} {row['app']}".ljust(width) + f"  {row['detail']}" for row in rows))
    if problem is None:
        return 0
    print_error(setup.output, problem)
    return problem.exit_code


def certificate_document(facts: CertificateDescription, now: datetime) -> dict[str, Any]:
    """Return the facts of a certificate."""
    return {
        "subject": facts.subject,
        "issuer": facts.issuer,
        "serial": facts.serial,
        "key": f"{facts.key_algorithm} {facts.bits or ''}".strip(),
        "signature": facts.signature_algorithm,
        "self_signed": facts.self_signed,
        "fingerprint_sha256": facts.fingerprint_sha256,
        "not_before": facts.not_before.isoformat(),
        "not_after": facts.not_after.isoformat(),
        "period": facts.period(now).value,
        "days_left": facts.days_left(now),
        "validity": facts.validity(now),
    }


def _lines(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    names = [f"{row['org']} {row['app']} {row['generation']}" for row in rows]
    width = max(map(len, names))
    for name, row in zip(names, rows, strict=True):
        yield f"{name:<{width}}  {row['state']:<8}  {row['key']}  {row['fingerprint_sha256'][:23]}…  {row['validity']}"
