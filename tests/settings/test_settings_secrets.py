"""Secrets that stand under `metadata` are neither shown nor said in an error, and one that is written down is told."""

from __future__ import annotations

import pytest

from provision.settings.metadata_secrets import secrets_written
from provision.settings.problem import SENSITIVE
from provision.settings.sources import origin
from tests.settings.mistakes import app
from tests.settings.settings_files import faults, read

PUSH = "ExtlClntAppPushSettings"
CANARY = "CANARY"


def push(service: str, config: str, elements: str) -> str:
    return app(f"metadata: {{{PUSH}: {{pushServiceType: {service}, {config}: {{{elements}}}}}}}")


def apple(elements: str) -> str:
    return push("Apple", "applePushConfig", f"environment: Production, {elements}")


def test_no_secret_is_shown() -> None:
    text = apple('password: "${APNS_P12}", signingKey: CANARYLIT')
    settings = read(text, {"APNS_P12": f"{CANARY}-P12"})
    rows = {row.path.removeprefix("apps.a.metadata."): row for row in origin(settings, {}, {})}
    assert not [row for row in rows.values() if CANARY in repr(row)]
    assert rows[f"{PUSH}.applePushConfig.password"].value == SENSITIVE
    assert rows[f"{PUSH}.applePushConfig.password"].source.text.endswith(", environment APNS_P12")
    assert rows[f"{PUSH}.applePushConfig.signingKey"].value == SENSITIVE
    assert rows[f"{PUSH}.pushServiceType"].value == "Apple"
    assert CANARY not in repr(settings)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("signingKey: 9988776655", f"{SENSITIVE}: text is needed; put it in quotes"),
        ("password: 9988776655", f"{SENSITIVE}: text is needed; put it in quotes"),
        ("password: 99887766.55", f"{SENSITIVE}: text is needed; put it in quotes"),
        ('password: "a${99887766}"', f"{SENSITIVE}: is no reference; allowed: "),
        ("password: !99887766 x", "tags are not supported; remove it, or put the text in quotes"),
        ("password: [99887766]", "one value is needed"),
        ("password: {99887766: a}", "one value is needed"),
    ],
)
def test_no_secret_is_said_in_an_error(written: str, said: str) -> None:
    [line] = faults(apple(written))
    assert said in line
    assert "99887766" not in line


@pytest.mark.parametrize("written", ["*99887766", "*99887766!", "&99887766", "!<99887766", "`99887766", "@99887766"])
def test_no_secret_is_said_of_a_text_that_is_no_yaml(written: str) -> None:
    for text in (apple(f"password: {written}"), f"password: {written}\n", f'"signingKey" :\n  {written}\n'):
        assert not [line for line in faults(text) if "99887766" in line]


def test_a_secret_that_is_written_down_is_told_with_its_place() -> None:
    [line] = secrets_written(read(apple("password: '${APNS_P12}', signingKey: CANARYLIT"), {"APNS_P12": "CANARY-P12"}))
    assert line.startswith("provision.yaml:4:")
    assert "signingKey is written down" in line
    assert CANARY not in line


def test_a_private_key_that_is_written_down_is_told() -> None:
    key = '"-----BEGIN PRIVATE KEY-----\\nCANARY"'
    [line] = secrets_written(read(push("Android", "androidPushConfig", f"fcmProject: a, serviceAccount: {key}")))
    assert "serviceAccount holds a private key" in line
