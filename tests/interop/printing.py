"""What clients that others wrote print when a consumer of an app runs into something."""

from __future__ import annotations

import json
import os
import subprocess
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
import requests
import simple_salesforce.login
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.login import SalesforceLogin

from tests.interop import clients
from tests.interop.misconfigured import Consumer
from tests.interop.served import rerouted_session

HERE = Path(__file__).resolve().parent
QUERY = "SELECT Id FROM Account"
SUFFIX = ".salesforce.com"
LIMIT_SECONDS = 180


def simple_salesforce_prints(consumer: Consumer, _home: Path) -> str:
    """Return the warnings and the traceback; nothing where nothing went wrong."""
    session = rerouted_session(consumer.base_url, Path(consumer.ca_file))
    with warnings.catch_warnings(record=True) as warned, pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("always")
        patch.setattr(simple_salesforce.login, "datetime", _clock_off_by(consumer.clock_is_off_seconds))
        try:
            _with_simple_salesforce(consumer, session)
        except SalesforceError:
            told = "".join(warnings.formatwarning(w.message, w.category, w.filename, w.lineno) for w in warned)
            return told + traceback.format_exc()
    return ""


def _with_simple_salesforce(consumer: Consumer, session: requests.Session) -> None:
    """Ask a question with a token of each grant that the consumer has what it takes for."""
    known_as = consumer.host.removesuffix(SUFFIX)
    if consumer.key_file:
        audience = (consumer.audience or f"https://{consumer.host}").removeprefix("https://").removesuffix(SUFFIX)
        token, instance = SalesforceLogin(
            session=session,
            username=consumer.username,
            consumer_key=consumer.consumer_key,
            privatekey_file=str(consumer.key_file),
            domain=audience,
            instance_url=known_as,
        )
        Salesforce(instance=instance, session_id=token, session=session, version=consumer.api_version).query(QUERY)
    if consumer.consumer_secret:
        token, instance = SalesforceLogin(
            session=session,
            consumer_key=consumer.consumer_key,
            consumer_secret=consumer.consumer_secret,
            domain=known_as,
        )
        Salesforce(instance=instance, session_id=token, session=session, version=consumer.api_version).query(QUERY)


def _clock_off_by(seconds: float) -> type[datetime]:
    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=seconds)

    return Shifted


def jsforce_prints(consumer: Consumer, home: Path) -> str:
    """Return what a program that uses jsforce leaves on its terminal when it dies."""
    wanted = asdict(consumer) | {"jsforce": str(clients.jsforce() / "node_modules/jsforce")}
    wanted |= {"audience": consumer.audience or f"https://{consumer.host}"}
    environment = _node(consumer, home) | {"CONSUMER": json.dumps(wanted, default=str)}
    return _died(["node", str(HERE / "consumer.js")], environment)


def sf_prints(consumer: Consumer, home: Path, *more: str) -> str:
    """Return what the Salesforce CLI prints when it is to log in and ask a question; `more` are flags, as `--json`.

    It knows no client credentials.
    """
    if consumer.key_file is None:
        return ""
    environment = _node(consumer, home)
    if consumer.audience:
        environment["SF_AUDIENCE_URL"] = consumer.audience
    sf = str(clients.salesforce_cli())
    login = ["org", "login", "jwt", "--client-id", consumer.consumer_key, "--jwt-key-file", str(consumer.key_file)]
    whom = ["--username", consumer.username, "--instance-url", consumer.base_url, "--alias", "misconfigured"]
    asked = ["data", "query", "--target-org", "misconfigured", "--query", QUERY]
    return _died([sf, *login, *whom, *more], environment) or _died([sf, *asked, *more], environment)


def _node(consumer: Consumer, home: Path) -> dict[str, str]:
    preloaded = ["loopback_only.js", *(["shifted_clock.js"] if consumer.clock_is_off_seconds else [])]
    return {
        "HOME": str(home),
        "NODE_EXTRA_CA_CERTS": consumer.ca_file,
        "CLOCK_IS_OFF_SECONDS": str(consumer.clock_is_off_seconds),
        "NO_COLOR": "1",
        "NODE_OPTIONS": " ".join(f"--require {HERE / name}" for name in preloaded),
        **clients.QUIET,
    }


def _died(command: list[str], environment: Mapping[str, str]) -> str:
    """Return stdout and stderr of a command that failed; nothing of one that did not."""
    kept = {key: value for key, value in os.environ.items() if not key.upper().endswith("_PROXY")}
    done = subprocess.run(
        command, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS
    )
    return done.stdout + done.stderr if done.returncode else ""
