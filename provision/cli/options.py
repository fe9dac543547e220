"""Options that commands share, and what they are read into."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from provision.cli.output import Output

if TYPE_CHECKING:
    from provision.settings.models import Settings

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Setup:
    """What every command is handed: how to speak, and the settings once they are asked for."""

    output: Output
    environ: Mapping[str, str]
    config: Path | None
    api_version_flag: str | None
    may_prompt: bool

    def settings(self) -> Settings:
        """Load the settings; raises `Usage` with every problem in them."""
        from provision.settings.load import find, load

        return load(self.config or find(Path.cwd()), self.environ)

    def api_version(self, settings: Settings) -> str:
        """Return the API version: flag, `SF_ORG_API_VERSION`, file, built-in."""
        from provision.settings.sources import api_version

        return api_version(settings, self.flags, self.environ)

    @property
    def flags(self) -> Mapping[str, str]:
        """The flags that stand in for settings, where they were given."""
        return {"--api-version": self.api_version_flag} if self.api_version_flag else {}


def common(function: F) -> F:
    """Give a command the options that all have; its first parameter becomes a `Setup`."""

    @wraps(function)
    def with_setup(
        *args: Any,
        as_json: bool,
        quiet: bool,
        debug: bool,
        no_color: bool,
        no_prompt: bool,
        config: Path | None,
        api_version: str | None,
        **kwargs: Any,
    ) -> Any:
        environ = dict(os.environ)
        output = click.get_current_context().find_object(Output) or Output()
        output.as_json = as_json or environ.get("SF_CONTENT_TYPE", "").upper() == "JSON"
        output.quiet, output.debug = quiet, debug
        output.color = False if no_color else None
        if debug:
            # Our own log alone: others, botocore for one, log headers and bodies.
            logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
            logging.getLogger("provision").setLevel(logging.DEBUG)
        may_prompt = not no_prompt and sys.stdin.isatty()
        return function(Setup(output, environ, config, api_version, may_prompt), *args, **kwargs)

    decorated: Any = with_setup
    for option in reversed(_COMMON):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]  # click's decorators return what they were given


def orgs(function: F) -> F:
    """Let a command choose orgs."""
    chosen = click.option("-o", "--target-org", "org_names", multiple=True, metavar="NAME", help="Org; repeatable.")
    everyone = click.option("--all", "all_orgs", is_flag=True, help="All orgs of the settings.")
    return chosen(everyone(function))


def apps(function: F) -> F:
    """Let a command choose apps."""
    text = "App; repeatable. Default: all of the org."
    return click.option("-a", "--app", "app_names", multiple=True, metavar="NAME", help=text)(function)


class Minutes(click.FloatRange):
    """A finite, non-negative number of minutes."""

    name = "minutes"

    def __init__(self) -> None:
        super().__init__(min=0, max=24 * 60)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse `nan`, which compares with nothing."""
        found = super().convert(value, param, ctx)
        if found != found:  # noqa: PLR0124  # the definition of nan
            self.fail(f"{value} is not a number of minutes", param, ctx)
        return found


MINUTES = Minutes()


def propagation_timeout(text: str, default: float = 10.0) -> Callable[[F], F]:
    """Let a command wait for changes to spread; `text` says for what."""
    return click.option(
        "--propagation-timeout", type=MINUTES, default=default, show_default=True, metavar="MINUTES", help=text
    )


def lock_wait(function: F) -> F:
    """Let a command wait for another one that changes the same org."""
    text = "How long to wait for another run in the same org."
    option = click.option("--lock-wait", type=MINUTES, default=0.0, show_default=True, metavar="MINUTES", help=text)
    return option(function)


_COMMON = (
    click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout."),
    click.option("-q", "--quiet", is_flag=True, help="No progress on stderr."),
    click.option("--debug", is_flag=True, help="Log requests and answers, without secrets; show tracebacks."),
    click.option("--no-color", is_flag=True, help="No colours."),
    click.option("--no-prompt", "--no-input", "no_prompt", is_flag=True, help="Never ask."),
    click.option(
        "--config", type=click.Path(path_type=Path, dir_okay=False), help="Settings file (default: found upwards)."
    ),
    click.option("--api-version", metavar="NN.0", help="API version (default: from the settings)."),
)
