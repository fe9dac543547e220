"""`provision rotate`: certificates, key pairs and secrets replaced without locking anybody out."""

from __future__ import annotations

import click

from provision.cli.rotate_cert import cert
from provision.cli.rotate_secret import secret


@click.group()
def command() -> None:
    """Replace certificates, key pairs and secrets: staged, proven, reversible.

    Interrupted anywhere, the next run goes on from where org, store and proof say that it stands.
    """


command.add_command(cert)
command.add_command(secret)
