"""`provision keys csr`."""

from __future__ import annotations

from pathlib import Path

import click

from provision.cli.init import refuse_to_overwrite
from provision.cli.key_choice import choose, only
from provision.cli.options import Setup, apps, common, orgs
from provision.errors import Code, Usage


@click.command()
@orgs
@apps
@click.option("--subject", metavar="NAME", help="RFC 4514 name or common name (default: key.subject, else the app).")
@click.option("--new-key", is_flag=True, help="Make a new key for it, beside the one in use.")
@click.option("--generation", type=click.IntRange(min=1), metavar="N", help="Default: the current key pair.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file.")
@click.option("--force", is_flag=True, help="Replace the file.")
@common
def csr(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    subject: str | None,
    new_key: bool,
    generation: int | None,
    out: Path | None,
    force: bool,
) -> None:
    """Request a certificate from an authority (PKCS #10) for the key of an app.

    The key stays where it is. Bring the certificate that comes back with: provision keys import --certificate FILE

    \b
    Examples:
      provision keys csr -a billing-sync > billing-sync.csr
      provision keys csr -a billing-sync --subject CN=billing-sync,O=Acme --new-key --out billing-sync.csr
    """
    from provision.acts.key_request import request_certificate, request_with_new_key
    from provision.keys.issue import request_pem
    from provision.store.disk import write_text

    chosen = choose(setup, org_names, app_names, all_orgs=all_orgs)
    slot = only(chosen.slots)
    spec = chosen.slots[slot]
    name = subject or spec.subject or slot.app
    if new_key and generation is not None:
        raise Usage(Code.USAGE, "--new-key and --generation contradict each other", remedy=("Give one of them",))
    if out is not None:
        refuse_to_overwrite(out, force=force)
    if new_key:
        made = request_with_new_key(chosen.store, slot, spec, name, chosen.now)
    else:
        made = request_certificate(chosen.store, slot, name, generation)
    text = request_pem(made.content)
    document = {
        "org": slot.org,
        "app": slot.app,
        "generation": made.generation.number,
        "state": made.generation.state.value,
        "subject": made.content.subject.rfc4514_string(),
        "request": text,
        "file": str(out) if out else None,
    }
    if out is not None:
        write_text(out, text, replace=force)
    setup.output.result(document, [f"{out} written."] if out else [text.rstrip()])
    number, state = document["generation"], document["state"]
    setup.output.say(f"For the key of generation {number} ({state}) of {slot.app} in {slot.org}.")
