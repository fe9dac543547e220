"""The runbook is filled in with the values of one org, and names commands that exist."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from provision.cli.root import root
from provision.model.desired import AppKind, GrantType
from provision.model.result import CertificateState
from provision.model.rotation import Hook, RotationSpec, Strategy
from provision.rotate import secret_runbook
from provision.rotate.runbook import CertificateValues, Values, lines
from provision.rotate.secret_runbook import SecretValues

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOOK = Hook(("./hand-out", "--to", "vault"), Path("/work"))


def values(strategy: Strategy, hooks: RotationSpec = RotationSpec(), *, production: bool = True) -> CertificateValues:  # noqa: B008
    return CertificateValues(
        org="prod",
        org_id="00DXX0000000001AAA",
        host="acme.my.salesforce.com",
        app="billing-sync",
        name="Billing_Sync",
        kind=AppKind.CONNECTED_APP,
        username="billing.bot@acme.example",
        consumer_key="3MVG9.key",
        admin="SF_ACCESS_TOKEN",
        strategy=strategy,
        generation=4,
        certificate=CertificateState("AB:CD", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        hooks=hooks,
        is_production=production,
        now=NOW,
    )


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("hooks", [RotationSpec(), RotationSpec(deploy=HOOK)])
def test_every_command_of_a_runbook_exists(strategy: Strategy, hooks: RotationSpec) -> None:
    text = "\n".join(lines(values(strategy, hooks)))
    assert commands_exist(text) >= 6


def commands_exist(text: str) -> int:
    """Parse every command that a runbook names, and return how many they are."""
    commands = re.findall(r"`(provision [^`]+)`", text)
    for spoken in commands:
        words = shlex.split(spoken.replace(" N", " 1"))[1:]
        command: click.Command = root
        while isinstance(command, click.Group):
            found = command.get_command(click.Context(command), words.pop(0))
            assert found is not None, spoken
            command = found
        # click keeps the help option that it makes first.
        context = click.Context(command, help_option_names=["-h", "--help"])
        command.make_parser(context).parse_args(args=list(words))
    return len(commands)


def test_it_holds_the_values_of_the_org() -> None:
    text = "\n".join(lines(values(Strategy.IN_PLACE)))
    for value in ("00DXX0000000001AAA", "acme.my.salesforce.com", "3MVG9.key", "AB:CD", "2026-07-01 (30 days)"):
        assert value in text
    assert "--confirm prod" in text
    assert "--delivered N" in text


def test_only_a_new_key_has_to_be_handed_out() -> None:
    assert "--delivered" not in "\n".join(lines(values(Strategy.RENEW)))
    assert "./hand-out --to vault" in "\n".join(lines(values(Strategy.IN_PLACE, RotationSpec(deploy=HOOK))))


def test_a_second_app_is_handed_out_at_leisure() -> None:
    text = "\n".join(lines(values(Strategy.BLUE_GREEN)))
    assert "ROTATION_WAITING" not in text
    assert "--delivered" not in text
    assert "provision export" in text
    assert "--confirm prod --retire --confirm billing-sync" in text


def test_a_sandbox_needs_no_confirmation() -> None:
    assert "--confirm prod" not in "\n".join(lines(values(Strategy.RENEW, production=False)))


def secret_text(*grants: GrantType, hooks: RotationSpec = RotationSpec()) -> str:  # noqa: B008
    common = {field.name: getattr(values(Strategy.RENEW, hooks), field.name) for field in fields(Values)}
    return "\n".join(secret_runbook.lines(SecretValues(**common, grants=grants)))


@pytest.mark.parametrize("hooks", [RotationSpec(), RotationSpec(deploy=HOOK)])
def test_every_command_of_a_runbook_for_a_secret_exists(hooks: RotationSpec) -> None:
    assert commands_exist(secret_text(*GrantType, hooks=hooks)) >= 6


def test_the_runbook_of_a_secret_holds_the_values_of_the_org() -> None:
    text = secret_text(GrantType.CLIENT_CREDENTIALS)
    for value in ("00DXX0000000001AAA", "acme.my.salesforce.com", "3MVG9.key", "--confirm prod", "--delivered N"):
        assert value in text
    assert "assertions" not in text
    assert "assertions" in secret_text(*GrantType)
    assert "./hand-out --to vault" in secret_text(*GrantType, hooks=RotationSpec(deploy=HOOK))
