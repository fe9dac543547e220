"""Which orgs and apps a command is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from provision.errors import Code, Usage
from provision.settings.models import OrgSettings, Settings
from provision.settings.problem import nearest, quoted

TARGET_ORG = "SF_TARGET_ORG"


def select_orgs(settings: Settings, names: Iterable[str], all_: bool, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the orgs that are meant, each once: `names`, or all that stand in the file, else one by default.

    The default is `SF_TARGET_ORG`, then `default_org`. Raises `Usage`: ORG_UNKNOWN for a name that is not in the
    settings and where no org is named at all, USAGE where `names` and `all_` contradict each other.
    """
    named = tuple(dict.fromkeys(names))
    if named and all_:
        raise Usage(
            Code.USAGE, "--all and --target-org contradict each other", remedy=("Leave out --all", "Leave out -o")
        )
    if all_:
        return _all(settings)
    for name in named:
        _check(settings, name, "-o")
    if named:
        return named
    by_variable = environ.get(TARGET_ORG)
    if by_variable:
        _check(settings, by_variable, TARGET_ORG)
        return (by_variable,)
    if settings.default_org is not None:
        return (settings.default_org,)
    raise Usage(
        Code.ORG_UNKNOWN,
        "No org is named",
        detail=f"The settings know {', '.join(settings.orgs)}; there is no default_org and no {TARGET_ORG}.",
        remedy=(f"-o {next(iter(settings.orgs))}", "Or write default_org into the settings"),
        context={"orgs": list(settings.orgs)},
    )


def select_apps(settings: Settings, org: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the apps of `org` that are meant, each once: `names`, else all that the org gets.

    Raises `Usage`: APP_UNKNOWN for a name that is not in the settings or not for this org, ORG_UNKNOWN, and USAGE
    where the org gets no app at all.
    """
    listed = org_settings(settings, org).apps
    available = tuple(settings.in_org(org).apps) if listed is None else tuple(dict.fromkeys(listed))
    named = tuple(dict.fromkeys(names))
    for name in named:
        if name not in available:
            raise _unknown_app(settings, org, name, available)
    if not (named or available):
        raise Usage(Code.USAGE, f"There is no app for {org}", remedy=("Declare one under apps in the settings",))
    return named or available


def org_settings(settings: Settings, name: str) -> OrgSettings:
    """Return the settings of one org; raises `Usage` (ORG_UNKNOWN) with the nearest match."""
    _check(settings, name, "-o")
    return settings.orgs[name]


def _all(settings: Settings) -> tuple[str, ...]:
    if not settings.written_orgs:
        raise Usage(
            Code.USAGE,
            "--all means the orgs in the settings, and there are none",
            remedy=("Declare one under orgs in the settings", "-o local"),
        )
    return settings.written_orgs


def _check(settings: Settings, name: str, source: str) -> None:
    if name not in settings.orgs:
        match = nearest(name, settings.orgs)
        raise Usage(
            Code.ORG_UNKNOWN,
            f"There is no org {quoted(name)} in the settings",
            detail=f"{source} names it. The settings know {', '.join(settings.orgs)}.",
            remedy=(f"-o {match}",) if match else ("Declare it under orgs in the settings",),
            context={"org": name, "orgs": list(settings.orgs), "source": source},
        )


def _unknown_app(settings: Settings, org: str, name: str, available: tuple[str, ...]) -> Usage:
    match = nearest(name, available)
    elsewhere = name in settings.apps
    return Usage(
        Code.APP_UNKNOWN,
        f"{org} does not get the app {name}" if elsewhere else f"There is no app {quoted(name)} in the settings",
        detail=f"The apps of {org} are {', '.join(available) or '(none)'}.",
        remedy=(f"Add {name} to orgs.{org}.apps",) if elsewhere else (f"-a {match}",) if match else ("Declare it",),
        context={"app": name, "org": org, "apps": list(available)},
    )
