"""Consumer keys and secrets over REST, read and rotated on a local org."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from provision.errors import Code, Refused, Unreachable
from provision.model.secret import Secret
from provision.org.client import Org
from provision.org.oauth_apps import Consumer, OAuthApps
from provision.org.session import Session
from provision.transport import Transport
from tests.org.external_client_app import APP, KEY, SECRET, AnOrg, Line, Lost
from tests.org.wire import Asked, Said, Wire


@pytest.fixture
def there(tmp_path: Path) -> AnOrg:
    """An org that gives secrets."""
    one = AnOrg(tmp_path)
    one.set_switch("true")
    return one


def the_consumer(org: Org) -> Consumer:
    app = org.oauth_apps.find(APP)
    assert app is not None
    [consumer] = org.oauth_apps.consumers(app.id)
    return consumer


def test_an_app_is_found_by_its_developer_name(there: AnOrg) -> None:
    app = there.org().oauth_apps.find(APP)
    assert app is not None
    assert (app.id[:3], app.name, app.is_packaged, app.token_format) == ("0xI", APP, False, "Opaque")
    assert there.org().oauth_apps.find("Nobody") is None


def test_a_secret_is_read_and_not_shown(there: AnOrg) -> None:
    org = there.org()
    pair = org.oauth_apps.current(the_consumer(org))
    assert (pair.consumer_key, pair.consumer_secret) == (KEY, Secret(SECRET))
    assert SECRET not in f"{pair} {pair!r} {org!r}"


def test_settings_of_an_older_version_are_served_all_the_same(tmp_path: Path) -> None:
    one = AnOrg(tmp_path, version="58.0")
    one.set_switch("true")
    org = one.org()
    assert org.oauth_apps.current(the_consumer(org)).consumer_key == KEY
    assert org.oauth_apps.staged(the_consumer(org)) is None


def test_a_pair_is_staged_promoted_and_the_old_one_deleted(there: AnOrg) -> None:
    org = there.org()
    apps, consumer = org.oauth_apps, the_consumer(org)
    assert apps.staged(consumer) is None
    made = apps.stage(consumer)
    assert (made.state, apps.staged(consumer)) == ("active", made)
    assert made.consumer_secret not in {None, Secret(SECRET)}
    assert apps.current(consumer).consumer_key == KEY, "staged beside the first, not in its place"
    apps.promote(consumer, made.id)
    now = apps.current(consumer)
    assert (now.consumer_key, now.consumer_secret) == (made.consumer_key, made.consumer_secret)
    old = apps.staged(consumer)
    assert old is not None
    assert (old.state, old.consumer_key, old.consumer_secret) == ("rotated", KEY, Secret(SECRET))
    apps.delete_staged(consumer, old.id)
    assert apps.staged(consumer) is None
    apps.delete_staged(consumer, old.id)
    assert apps.current(consumer) == now


def test_there_is_one_staged_pair_at_a_time(there: AnOrg) -> None:
    org = there.org()
    made = org.oauth_apps.stage(the_consumer(org))
    with pytest.raises(Refused) as raised:
        org.oauth_apps.stage(the_consumer(org))
    assert raised.value.code is Code.REQUEST_REFUSED
    assert org.oauth_apps.staged(the_consumer(org)) == made


def test_a_staged_pair_whose_answer_was_lost_is_found_again(there: AnOrg) -> None:
    line = Line(there.local.app, Lost, after=True)
    org = there.org(line)
    consumer = the_consumer(org)
    line.at = line.number + 1
    with pytest.raises(Unreachable):
        org.oauth_apps.stage(consumer)
    assert line.number == line.at, "not sent a second time"
    found = org.oauth_apps.staged(consumer)
    assert found is not None
    assert found.consumer_secret is not None


def test_without_the_setting_there_are_no_secrets_and_it_is_said_why(there: AnOrg) -> None:
    org = there.org()
    consumer = the_consumer(org)
    there.set_switch("false")
    for ask in (org.oauth_apps.current, org.oauth_apps.staged, org.oauth_apps.stage):
        with pytest.raises(Refused) as raised:
            ask(consumer)
        assert raised.value.code is Code.SECRET_ACCESS_OFF
        assert "not currently enabled" in str(raised.value.detail)
        assert "View Client Secret" in raised.value.remedy[0]
    assert org.oauth_apps.find(APP), "the list of apps needs no setting"


def answering(there: AnOrg, path: str, said: Said) -> Org:
    """The org, but for one path, which has another answer."""
    wire = Wire(there.local.app, lambda asked, real: said if asked.path.endswith(path) else real)
    org = there.org()
    return replace(org, site=replace(org.site, transport=Transport([there.local.my_domain], app=wire)))


@pytest.mark.parametrize("secret", [None, ""])
def test_an_answer_without_the_secret_is_no_secret(there: AnOrg, secret: str | None) -> None:
    body = json.dumps({"id": "888", "key": KEY, "secret": secret}).encode()
    consumer = the_consumer(there.org())
    with pytest.raises(Refused) as raised:
        answering(there, consumer.id, Said(200, body)).oauth_apps.current(consumer)
    assert raised.value.code is Code.SECRET_ACCESS_OFF


def test_a_page_of_a_proxy_is_no_answer(there: AnOrg) -> None:
    with pytest.raises(Unreachable):
        answering(there, "/usage", Said(200, b"<html>", "text/html")).oauth_apps.find(APP)


def test_a_long_list_is_read_page_by_page(there: AnOrg) -> None:
    def paged(asked: Asked, _said: Said) -> Said:
        assert "apps/oauth/usage" in asked.path
        return Said(200, json.dumps(pages[len(wire.asked) - 1]).encode())

    here = "/services/data/v67.0/apps/oauth/usage?page="
    pages = [
        {"apps": [{"developerName": "A", "identifier": "0xI1", "isFromPackage": True}], "nextPageUrl": f"{here}1"},
        {"apps": [{"developerName": "A", "identifier": "0xI2"}], "nextPageUrl": f"{here}1"},
    ]
    wire = Wire(there.local.app, paged)
    host = there.local.my_domain
    apps = OAuthApps(Transport([host], app=wire), Session(f"https://{host}", "t", "67.0"))
    found = apps.find("A")
    assert found is not None
    assert found.id == "0xI2", "the org's own before one that a package brought"
    assert len(wire.asked) == 2, "a page that names itself as the next one is not read for ever"
