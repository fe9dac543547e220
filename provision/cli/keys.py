"""`provision keys`: the key pairs of apps."""

from __future__ import annotations

import click

from provision.cli.key_choice import choose, only
from provision.cli.key_csr import csr
from provision.cli.key_output import certificate_document, show_generations, show_standings, tell_arrival
from provision.cli.key_retire import retire
from provision.cli.key_secret import secret
from provision.cli.options import Setup, apps, common, orgs


@click.group()
def command() -> None:
    """Generate, list, show, check, import, certify and retire the key pairs of apps."""


@command.command()
@orgs
@apps
@click.option("--staged", is_flag=True, help="Keep it ready beside the one in use.")
@common
def generate(
    setup: Setup, org_names: tuple[str, ...], app_names: tuple[str, ...], all_orgs: bool, staged: bool
) -> None:
    """Make a key pair and a certificate for each app.

    Size, validity and subject are those of `key` in the settings. A key pair that is in use is never replaced.

    \b
    Examples:
      provision keys generate -a billing-sync
    """
    from provision.acts.key_pairs import generate_key_pairs

    chosen = choose(setup, org_names, app_names, all_orgs=all_orgs)
    generate_key_pairs(chosen.store, tuple(chosen.slots.items()), chosen.now, staged=staged)
    show_generations(setup, chosen)


@command.command(name="list")
@orgs
@apps
@common
def list_(setup: Setup, org_names: tuple[str, ...], app_names: tuple[str, ...], all_orgs: bool) -> None:
    """List the stored key pairs, oldest first."""
    show_generations(setup, choose(setup, org_names, app_names, all_orgs=all_orgs))


@command.command()
@orgs
@apps
@click.option("--generation", type=click.IntRange(min=1), metavar="N", help="Default: the current one.")
@click.option("--pem", is_flag=True, help="Print the certificate as PEM and nothing else.")
@common
def show(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    generation: int | None,
    pem: bool,
) -> None:
    """Show the certificate of an app. The private key is never shown.

    \b
    Examples:
      provision keys show -a billing-sync
      provision keys show -a billing-sync --pem > server.crt
    """
    from provision.acts.key_pairs import stored_generation
    from provision.keys.certificate import certificate_pem
    from provision.keys.describe import Period, describe

    chosen = choose(setup, org_names, app_names, all_orgs=all_orgs)
    slot = only(chosen.slots)
    found = stored_generation(chosen.store, slot, generation)
    text = certificate_pem(found.certificate)
    document = {"org": slot.org, "app": slot.app, "generation": found.number, "state": found.state.value}
    facts = describe(found.certificate)
    document |= certificate_document(facts, chosen.now)
    if facts.period(chosen.now) is not Period.WITHIN:
        setup.output.warn(f"Generation {found.number}: {facts.validity(chosen.now)}")
    lines = [text.rstrip()] if pem else [f"{name:<19} {value}" for name, value in document.items()]
    setup.output.result({**document, "certificate": text}, lines)


@command.command()
@orgs
@apps
@click.option("--expires-in", metavar="30d|66%", help="Exit 30 where a certificate is that close to its end.")
@click.option("--in-org", is_flag=True, help="Look at the certificates that the org holds, not at the stored ones.")
@common
def check(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    expires_in: str | None,
    in_org: bool,
) -> int:
    """Check keys and certificates, and whether they are due.

    A stored key has to sign for its certificate, which has to be valid. Whether it is due is asked by --expires-in.

    \b
    Examples:
      provision keys check --expires-in 30d
      provision keys check --all --expires-in 66% --json
      provision keys check -o uat --in-org --expires-in 30d
    """
    from provision.acts.key_standing import problem_of, stored_standing
    from provision.cli.key_choice import deployed
    from provision.keys.expiry import Threshold

    threshold = Threshold.parse(expires_in) if expires_in is not None else None
    chosen = choose(setup, org_names, app_names, all_orgs=all_orgs, signing=True)
    if in_org:
        standings = deployed(setup, chosen, threshold)
    else:
        standings = tuple(stored_standing(chosen.store, slot, threshold, chosen.now) for slot in chosen.slots)
    return show_standings(setup, standings, chosen.now, problem_of(standings))


@command.command(name="import")
@orgs
@apps
@click.option("--key", "key_file", metavar="FILE", help="Private key in any common shape; - for stdin.")
@click.option("--key-env", metavar="NAME", help="Environment variable that holds the private key.")
@click.option("--certificate", "certificate_file", metavar="FILE", help="Its certificate, or chain; - for stdin.")
@click.option("--certificate-env", metavar="NAME", help="Environment variable that holds the certificate.")
@click.option("--passphrase-env", metavar="NAME", help="Environment variable that holds the key's passphrase.")
@click.option("--staged", is_flag=True, help="Keep it ready beside the one in use.")
@common
def import_(
    setup: Setup,
    org_names: tuple[str, ...],
    app_names: tuple[str, ...],
    all_orgs: bool,
    staged: bool,
    **sources: str | None,
) -> None:
    """Bring a key pair that exists already, or the certificate that an authority issued for a stored key.

    It is for one app in one org, and never taken from the command line itself. Without --certificate, the one in the
    key's own file is taken, else a new one is issued. Without --key, the key is looked for among the stored ones. The
    key pair becomes the current one, a certificate only where its key is; earlier ones stay stored.

    \b
    Examples:
      provision keys import -a billing-sync --key server.key --certificate server.crt
      provision keys import -a billing-sync --certificate issued-with-chain.pem
      vault-read server.key | provision keys import -a billing-sync --key -
      provision keys import -a billing-sync --key-env SF_PRIVATE_KEY
    """
    from provision.acts.key_import import bring
    from provision.cli.key_sources import read_given

    chosen = choose(setup, org_names, app_names, all_orgs=all_orgs)
    slot = only(chosen.slots)
    given = read_given(setup.environ, sources)
    arrival = bring(chosen.store, slot, chosen.slots[slot], given, chosen.now, staged=staged)
    tell_arrival(setup, arrival, chosen.now, staged=staged)
    show_generations(setup, chosen)


command.add_command(csr)
command.add_command(retire)
command.add_command(secret)
