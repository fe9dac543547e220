"""How an app's certificate and secret are replaced, in the words of the file."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from provision.model.rotation import Hook, RotationSpec, Strategy
from provision.settings.base import Model
from provision.settings.problem import FileOrigin
from provision.settings.values import NotEmpty, Shape, Words, whole

LONGEST_SECONDS = 24 * 60 * 60
VariableName: TypeAlias = Annotated[
    str,
    Shape(
        r"(?!PROVISION_)[A-Za-z_][A-Za-z0-9_]*",
        "the name of an environment variable; PROVISION_ is for what a hook is told",
    ),
]


class HookSettings(Model):
    """A program that is run at one point of a rotation."""

    run: Annotated[tuple[Words, ...], NotEmpty()]
    """The program and its arguments, run without a shell. A path is relative to this file."""
    timeout: Annotated[int, Field(ge=1, le=LONGEST_SECONDS), BeforeValidator(whole)] = 300
    """Seconds after which it is ended and has failed."""
    secrets: Literal["stdin", "file", "none"] = "stdin"
    """How `deploy` gets the new key and credentials: JSON on stdin, a private file that is gone afterwards, or not."""
    env: tuple[VariableName, ...] = ()
    """Environment variables that it gets where they are set, beside `PATH`, `HOME`, locale, `TMPDIR` and proxies."""


class RotationSettings(Model):
    """How the certificate and the secret of an app are replaced."""

    strategy: Literal["renew", "in-place", "blue-green"] | None = None
    """What `rotate cert` does where no `--strategy` is given; else `renew`, or `in-place` where another key waits."""
    pre: HookSettings | None = None
    """Run before anything is changed; its failure stops the rotation there."""
    deploy: HookSettings | None = None
    """Hands the new key or secret to whoever uses the app. Its success confirms that they have it."""
    post: HookSettings | None = None
    """Run once the new key or secret has proved to work; its failure stops before anything old is retired."""


def rotation_spec(settings: RotationSettings, origin: FileOrigin) -> RotationSpec:
    """Return what the settings say, with hooks that run in the folder of the file."""

    def hook(declared: HookSettings | None) -> Hook | None:
        if declared is None:
            return None
        return Hook(declared.run, origin.file.resolve().parent, declared.timeout, declared.secrets, declared.env)

    strategy = Strategy(settings.strategy) if settings.strategy else None
    return RotationSpec(strategy, hook(settings.pre), hook(settings.deploy), hook(settings.post))
