"""The procedure of replacing a consumer secret with the values of one org, as for certificates. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from provision.model.desired import GrantType
from provision.rotate.runbook import Values, procedure


@dataclass(frozen=True, kw_only=True)
class SecretValues(Values):
    """What the runbook of a secret is filled in with."""

    grants: tuple[GrantType, ...]

    def rows(self) -> dict[str, str]:
        """Return the facts at the top."""
        return {**super().rows(), "Grants": ", ".join(self.grants)}


def lines(values: SecretValues) -> Iterator[str]:
    """Yield the procedure as Markdown."""
    yield from procedure(
        values,
        "secret",
        {
            "Before": _before(values),
            "Rotate": _rotate(values),
            "If it goes wrong": _wrong(values),
            "Afterwards": _after(values),
        },
    )


def _before(values: SecretValues) -> Iterator[str]:
    yield f"`provision verify {values.where}`: every check passes. Back the store up."
    yield f"The admin session ({values.admin}) does not come from {values.app} itself."
    signing = ", and those who sign assertions: it is their `iss`" if GrantType.JWT_BEARER in values.grants else ""
    yield (
        f"All are known who use consumer key {values.consumer_key}, and can take a new pair: "
        f"those who send its secret{signing}."
    )
    yield (
        "The app has room for one second pair. Where the one before the present still works and nobody uses it: "
        f"`provision rotate secret {values.where}{values.confirm} --retire`."
    )
    yield f"`provision rotate secret {values.where} --dry-run` shows the steps."


def _rotate(values: SecretValues) -> Iterator[str]:
    command = f"provision rotate secret {values.where}{values.confirm}"
    made = "The org makes a second pair, which is stored and gets a token with each grant"
    if values.hooks.deploy is not None:
        yield f"`{command}`. {made}; the hook `{' '.join(values.hooks.deploy.command)}` hands it out."
    else:
        yield f"`{command}`. {made}; then it waits (exit 30, ROTATION_WAITING)."
        yield f"`provision export {values.where} --staged --to dotenv:FILE`: hand it to every consumer; both work."
        yield f"`{command} --delivered N`, N as the first command told."
    yield "It makes the new pair the first one, gets a token with each grant again, and makes it the current one."


def _wrong(values: SecretValues) -> Iterator[str]:
    command = f"provision rotate secret {values.where}{values.confirm}"
    yield "No token with the second pair within ten minutes: it is deleted by itself; the pair in use goes on working."
    yield f"Interrupted: `{command}` goes on from where it stands."
    yield f"Consumers fail before the new pair is the first one: `{command} --rollback`."
    yield (
        f"Afterwards there is no way back in the org, but consumer key {values.consumer_key} and its secret work "
        "for up to thirty days: let consumers use them again, find the cause, then rotate once more."
    )
    yield f"The store is lost: restore it, or read the pair in use: `provision keys secret {values.where}`."


def _after(values: SecretValues) -> Iterator[str]:
    yield f"`provision verify {values.where}`: every check passes."
    yield "File the record that the rotation left; it names both consumer keys and the proof."
    yield (
        f"When no consumer uses {values.consumer_key} any more: "
        f"`provision rotate secret {values.where}{values.confirm} --retire`; else it lapses by itself."
    )
