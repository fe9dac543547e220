"""What the local org calls recorded can be found in the collected evidence, word for word."""

import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest

from provision.localorg.oauth import refusals as oauth
from provision.localorg.sobjects import refusals as rest
from provision.localorg.soql import refusals as soql

EVIDENCE = Path(__file__).resolve().parents[3] / "shared" / "evidence" / "ERRORS.json"


def wordings(module, kind):
    return [(name, value) for name, value in vars(module).items() if isinstance(value, kind)]


REST = wordings(rest, rest.Wording) + wordings(soql, rest.Wording)
OAUTH = wordings(oauth, oauth.Wording)
RECORDED = [
    (wording.code, wording.text)
    for _, wording in REST
    if wording.source.startswith("recorded") and "assumed" not in wording.source
] + [(wording.error, wording.description) for _, wording in OAUTH if wording.source.startswith("recorded")]


@pytest.fixture(scope="module")
def texts():
    if not EVIDENCE.exists():
        pytest.skip("the collected evidence is not here")
    return [(str(entry["error"]), str(entry["error_description"])) for entry in json.loads(EVIDENCE.read_text())]


@pytest.mark.parametrize(("code", "text"), RECORDED, ids=[text[:50] for _, text in RECORDED])
def test_recorded_words_are_in_the_evidence(texts, code, text):
    pattern = re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(text).replace(r"\ ", " ")), re.DOTALL)
    assert any(code.removeprefix("sf:") in found and pattern.search(words) for found, words in texts)


@pytest.mark.parametrize(("name", "wording"), [*REST, *OAUTH], ids=[name for name, _ in [*REST, *OAUTH]])
def test_every_refusal_says_where_it_is_known_from(name, wording):
    kinds = ("recorded", "documented", "thread", "assumed", "rule of Setup", "a limit of the local org")
    assert wording.source.startswith(kinds)


@pytest.mark.parametrize(("name", "wording"), REST, ids=[name for name, _ in REST])
def test_rest_refusals_have_an_http_status_of_the_client_error_kind(name, wording):
    assert HTTPStatus.BAD_REQUEST <= wording.status < HTTPStatus.INTERNAL_SERVER_ERROR


@pytest.mark.parametrize("history", sorted({wording.history for _, wording in OAUTH if wording.history}))
def test_login_history_has_documented_or_recorded_texts(history):
    path = EVIDENCE.parent / "recordings" / "login_status_codes.json"
    if not path.exists():
        pytest.skip("the collected evidence is not here")
    known = json.loads(path.read_text())
    seen = {each["status"] for each in known["seen_in_login_history_for_oauth"]}
    assert history in seen | set(known["login_status"].values())
