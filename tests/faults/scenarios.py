"""The rotations that are cut off everywhere."""

from __future__ import annotations

from pathlib import Path

from tests.faults.cases import Scenario

CONNECTED_APP, EXTERNAL_CLIENT_APP = ("-o", "local-legacy"), ("-o", "local")
APPLIED = (("apply", "--no-verify", "--quiet", *CONNECTED_APP),)
CERT = ("rotate", "cert", "--quiet", *CONNECTED_APP)
SECRET = ("rotate", "secret", "--quiet", *EXTERNAL_CLIENT_APP)


def deliver_with(folder: Path, program: str) -> None:
    """Let a program that does nothing be the deploy hook."""
    path = folder / "provision.yaml"
    user = "    user: billing-bot"
    path.write_text(path.read_text().replace(user, f"{user}\n    rotation: {{deploy: {{run: [{program}]}}}}"))


SCENARIOS = (
    Scenario("renew", APPLIED, (*CERT, "--strategy", "renew")),
    Scenario("in-place", APPLIED, (*CERT, "--strategy", "in-place", "--accept-outage")),
    Scenario(
        "rollback",
        (*APPLIED, (*CERT, "--strategy", "in-place", "--accept-outage")),
        (*CERT, "--rollback"),
        finish=CERT,
    ),
    Scenario("blue-green", APPLIED, (*CERT, "--strategy", "blue-green"), finish=CERT),
    Scenario(
        "retire",
        (*APPLIED, (*CERT, "--strategy", "blue-green")),
        (*CERT, "--retire", "--confirm", "billing-sync", "--quiet-for", "0"),
    ),
    Scenario(
        "blue-green-rollback",
        (*APPLIED, (*CERT, "--strategy", "blue-green")),
        (*CERT, "--rollback"),
        finish=CERT,
    ),
    Scenario(
        "secret",
        (("apply", "--no-verify", "--quiet", *EXTERNAL_CLIENT_APP),),
        SECRET,
        settings=lambda folder: deliver_with(folder, '"true"'),
        org="local",
    ),
)
