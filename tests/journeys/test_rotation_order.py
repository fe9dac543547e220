"""In what order a rotation does things, and what it looks at again in between."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from provision.acts.deploy import Deployment
from provision.errors import Code, Failed
from provision.fleet import Call
from provision.keys.certificate import certificate_pem, parse_certificate
from provision.keys.generate import generate
from provision.localorg import FILE_NAME, LocalOrg
from provision.model.desired import KeySpec
from provision.model.rotation import Strategy
from provision.rotate.run import rotate_certificates
from provision.rotate.secret_run import rotate_secrets
from provision.rotate.work import Wish
from provision.settings.load import load
from provision.store.file import FileStore
from provision.store.protocol import CredentialsGeneration, Slot, State
from provision.transport import Request, Response, Transport
from tests.journeys.conftest import Provision, edit
from tests.org.by_hand import document, find, set_document

ORG, APP = "local-legacy", "billing-sync"
SLOT = Slot(ORG, APP)
IN_PLACE = ("rotate", "cert", "--strategy", "in-place", "--accept-outage", "--json")


@pytest.fixture
def applied(settings: Path, provision: Provision) -> LocalOrg:
    """The local org with the app."""
    assert provision("apply", "--no-verify").code == 0
    return LocalOrg.open(settings.parent / ".provision" / FILE_NAME, ORG)


def hook(settings: Path, point: str, program: str) -> Path:
    """Declare a hook that runs a Python program, and return where that is."""
    path = settings.parent / f"{point}.py"
    path.write_text(program)
    declared = json.dumps({point: {"run": [sys.executable, str(path)]}})
    edit(settings, "    user: billing-bot", f"    user: billing-bot\n    rotation: {declared}")
    return path


def on_the_app(local: LocalOrg) -> str:
    return str((document(local) or {})["oauthConfig"]["certificate"])


def stranger() -> str:
    """A certificate that nobody stored."""
    return certificate_pem(generate(KeySpec(), "stranger", datetime.now(UTC)).certificate)


# The pre hook


@pytest.mark.parametrize(
    ("org", "words"),
    [
        (ORG, IN_PLACE),
        (ORG, ("rotate", "cert", "--strategy", "blue-green", "--json")),
        ("local", ("rotate", "secret", "--json")),
    ],
    ids=["in-place", "blue-green", "secret"],
)
def test_nothing_is_under_way_where_the_pre_hook_fails(
    modern: Path, provision: Provision, org: str, words: tuple[str, ...]
) -> None:
    program = hook(modern, "pre", "raise SystemExit('there is a freeze')")
    assert provision("apply", "-o", org, "--no-verify").code == 0
    store, slot = FileStore(modern.parent / ".provision"), Slot(org, APP)
    done = provision(*words, "-o", org)
    assert (done.code, done.document["code"]) == (1, Code.HOOK_FAILED), done.out
    assert store.intents(slot) == ()
    program.write_text("")
    assert provision(*words, "-o", org).code in {0, 30}


# The post hook


@pytest.mark.parametrize(
    ("org", "words"),
    [(ORG, ("rotate", "cert", "--strategy", "blue-green", "--json")), ("local", ("rotate", "secret", "--json"))],
    ids=["blue-green", "secret"],
)
def test_a_rotation_has_not_ended_where_the_post_hook_fails(
    modern: Path, provision: Provision, org: str, words: tuple[str, ...]
) -> None:
    program = hook(modern, "post", "raise SystemExit('the consumer does not start')")
    assert provision("apply", "-o", org, "--no-verify").code == 0
    store, slot = FileStore(modern.parent / ".provision"), Slot(org, APP)
    done = provision(*words, "-o", org)
    if done.code == 30:
        done = provision(*words, "-o", org, "--delivered", "2")
    assert (done.code, done.document["code"]) == (1, Code.HOOK_FAILED), done.out
    [under_way] = [one.name for one in store.intents(slot)]
    assert under_way.startswith("rotate-")
    program.write_text("")
    assert provision(*words[:2], "--json", "-o", org).code == 0
    assert under_way not in [one.name for one in store.intents(slot)]


# What somebody else does meanwhile


def test_a_certificate_that_somebody_else_put_there_during_delivery_is_not_overwritten(
    applied: LocalOrg, provision: Provision, settings: Path
) -> None:
    theirs = stranger()
    (settings.parent / "theirs.pem").write_text(theirs)
    hook(
        settings,
        "deploy",
        "from pathlib import Path\n"
        "from provision.localorg import LocalOrg\n"
        f"local = LocalOrg.open(Path('.provision/{FILE_NAME}').resolve(), {ORG!r})\n"
        "with local.transaction() as transaction:\n"
        "    documents = transaction.documents(local.org_id)\n"
        "    app = ('ConnectedApp', 'Billing_Sync')\n"
        "    held = documents.get(*app)\n"
        "    held['oauthConfig']['certificate'] = Path('theirs.pem').read_text()\n"
        "    documents.put(*app, held, documents.record_id(*app))\n",
    )
    done = provision(*IN_PLACE)
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_UNDER_WAY), done.out
    assert parse_certificate(on_the_app(applied)) == parse_certificate(theirs)


@pytest.mark.parametrize("back", [False, True], ids=["another one", "the one before"])
def test_a_certificate_that_does_not_stay_is_noticed_at_once(
    applied: LocalOrg, provision: Provision, monkeypatch: pytest.MonkeyPatch, back: bool
) -> None:
    before, real = on_the_app(applied), Transport._once
    theirs = before if back else stranger()
    replaced: list[str] = []

    def once(transport: Transport, request: Request) -> Response:
        answer = real(transport, request)
        if on_the_app(applied) not in {before, theirs}:
            set_document(applied, "oauthConfig", certificate=theirs)
            replaced.append(request.url)
        assert len(replaced) < 3, "it is deployed again and again"
        return answer

    monkeypatch.setattr(Transport, "_once", once)
    done = provision(*IN_PLACE, "--propagation-timeout", "0")
    assert (done.code, done.document["code"]) == (1, Code.ROTATION_UNDER_WAY), done.out
    [rotation] = done.document["result"]["rotations"]
    assert rotation["steps"][-1].startswith("switch: "), "nothing is proved or put back"
    assert on_the_app(applied) == theirs


# A store that does not keep what it was given


class Forgetful(FileStore):
    """Gives staged credentials back without their secret."""

    def credentials_generations(self, slot: Slot) -> tuple[CredentialsGeneration, ...]:
        return tuple(
            replace(one, credentials=replace(one.credentials, consumer_secret=None))
            if one.state is State.STAGED
            else one
            for one in super().credentials_generations(slot)
        )


def test_a_pair_that_the_store_did_not_keep_is_not_promoted(modern: Path, provision: Provision) -> None:
    assert provision("apply", "-o", "local", "--no-verify").code == 0
    store, wish = Forgetful(modern.parent / ".provision"), Wish(delivered=2)
    [done] = rotate_secrets(call(modern, "local"), store, wish, lambda _event: None)
    assert done.error is not None
    assert done.error.code is Code.STORE_CORRUPT
    assert provision("rotate", "secret", "-o", "local", "--rollback").code == 0
    assert provision("verify", "-o", "local").code == 0


class Full(FileStore):
    """Has no room for a record."""

    def keep_record(self, slot: Slot, name: str, content: bytes) -> str:
        raise Failed(Code.STORE_CORRUPT, f"no room for {name} of {slot.app} ({len(content)} bytes)")


def call(settings: Path, org: str) -> Any:
    return Call(load(settings, {}), [org], {org: [APP]}, {}, "67.0")


def test_no_second_app_is_made_with_credentials_that_the_store_did_not_keep(applied: LocalOrg, settings: Path) -> None:
    store, wish = Forgetful(settings.parent / ".provision"), Wish(Strategy.BLUE_GREEN, deployment=Deployment())
    [done] = rotate_certificates(call(settings, ORG), store, wish, lambda _event: None)
    assert done.error is not None
    assert done.error.code is Code.KEY_MISSING
    assert [one["Name"] for one in find(applied, "ConnectedApplication")] == ["Billing Sync"]


@pytest.mark.parametrize("strategy", Strategy)
def test_a_rotation_has_not_ended_before_its_record_is_left(
    applied: LocalOrg, provision: Provision, settings: Path, strategy: Strategy
) -> None:
    store, wish = Full(settings.parent / ".provision"), Wish(strategy, accept_outage=True)
    [done] = rotate_certificates(call(settings, ORG), store, wish, lambda _event: None)
    assert done.error is not None
    assert any(one.name.startswith("rotate-") for one in store.intents(SLOT))
    [finished] = provision("rotate", "cert", "--json").document["result"]["rotations"]
    assert (finished["status"], finished["after"]["generation"]) == ("rotated", 2)
    assert Path(finished["record"]).exists()
    assert not any(one.name.startswith("rotate-") for one in store.intents(SLOT))
    assert applied.org_id
