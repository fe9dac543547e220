"""What any store has to do: subclass it, and give it an `opened` fixture.

`opened` is a callable that returns a store on one and the same medium each time, so that the tests can see what another
process would see.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from provision.errors import Code, Failed, ProvisionError, Usage
from provision.keys.certificate import fingerprint_sha256
from provision.keys.generate import generate_private_key
from provision.keys.issue import issue
from provision.keys.match import matches, signs_for
from provision.keys.material import KeyMaterial
from provision.keys.private_key import load_private_key
from provision.model.desired import AppKind
from provision.model.secret import Secret
from provision.store.protocol import Credentials, Intent, LastProof, Slot, State, Store

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
SLOT = Slot("uat", "billing-sync")
ORG_ID = "00DXX0000000001AAA"
FIRST = Credentials("3MVG9.first", Secret("canary-first"), ORG_ID, AppKind.CONNECTED_APP)
SECOND = Credentials("3MVG9.second", Secret("canary-second"), ORG_ID, AppKind.EXTERNAL_CLIENT_APP)

Opened = Callable[[], Store]


@pytest.fixture(scope="session")
def materials() -> tuple[KeyMaterial, ...]:
    """Three key pairs; the third is the second renewed with the same key."""
    one, two = generate_private_key(2048), generate_private_key(2048)
    return (
        KeyMaterial(one, issue(one, "one", NOW, 30)),
        KeyMaterial(two, issue(two, "two", NOW, 30)),
        KeyMaterial(two, issue(two, "two renewed", NOW, 60)),
    )


class StoreContract:
    """Tests of the protocol, each on a fresh medium."""

    def test_an_empty_store_has_nothing(self, opened: Opened, materials) -> None:
        store = opened()
        assert store.generations(SLOT) == ()
        assert store.key_pair(SLOT) is None
        assert store.key_pair(SLOT, 1) is None
        assert store.key_pair_for(SLOT, materials[0].certificate) is None
        assert store.credentials(SLOT) is None
        assert store.credentials_generations(SLOT) == ()
        assert store.intents(SLOT) == ()

    def test_a_key_pair_is_there_for_the_next_process(self, opened: Opened, materials) -> None:
        number = opened().add_key_pair(SLOT, materials[0])
        pair = opened().key_pair(SLOT)
        assert pair is not None
        assert (pair.generation, pair.certificate) == (number, materials[0].certificate)
        assert signs_for(pair.signer, materials[0].certificate)

    def test_a_new_key_pair_replaces_none(self, opened: Opened, materials) -> None:
        numbers = [opened().add_key_pair(SLOT, material) for material in materials]
        assert len(set(numbers)) == 3
        found = opened().generations(SLOT)
        assert [one.certificate for one in found] == [material.certificate for material in materials]
        assert [one.state for one in found] == [State.ARCHIVED, State.ARCHIVED, State.CURRENT]
        assert [one.is_current for one in found] == [False, False, True]
        for number, material in zip(numbers, materials, strict=True):
            pair = opened().key_pair(SLOT, number)
            assert pair is not None
            assert signs_for(pair.signer, material.certificate)

    def test_a_staged_key_pair_waits_to_be_used(self, opened: Opened, materials) -> None:
        first = opened().add_key_pair(SLOT, materials[0])
        staged = opened().add_key_pair(SLOT, materials[1], make_current=False)
        assert [one.state for one in opened().generations(SLOT)] == [State.CURRENT, State.STAGED]
        opened().use_generation(SLOT, staged)
        assert [one.state for one in opened().generations(SLOT)] == [State.ARCHIVED, State.CURRENT]
        opened().use_generation(SLOT, first)
        pair = opened().key_pair(SLOT)
        assert pair is not None
        assert pair.certificate == materials[0].certificate

    def test_nothing_is_current_before_it_is_made_so(self, opened: Opened, materials) -> None:
        opened().add_key_pair(SLOT, materials[0], make_current=False)
        assert opened().key_pair(SLOT) is None
        assert [one.state for one in opened().generations(SLOT)] == [State.STAGED]

    def test_the_key_for_a_certificate_is_found_in_any_generation(self, opened: Opened, materials) -> None:
        store = opened()
        numbers = [store.add_key_pair(SLOT, material) for material in materials]
        for number, material in zip(numbers, materials, strict=True):
            pair = opened().key_pair_for(SLOT, material.certificate)
            assert pair is not None
            assert pair.generation == number

    def test_a_renewed_certificate_finds_its_key(self, opened: Opened, materials) -> None:
        """The org may hold a certificate that is not stored, over a key that is."""
        opened().add_key_pair(SLOT, materials[1])
        pair = opened().key_pair_for(SLOT, materials[2].certificate)
        assert pair is not None
        assert signs_for(pair.signer, materials[2].certificate)
        assert opened().key_pair_for(SLOT, materials[0].certificate) is None

    def test_a_further_certificate_is_a_generation_with_the_same_key(self, opened: Opened, materials) -> None:
        first = opened().add_key_pair(SLOT, materials[1])
        second = opened().add_certificate(SLOT, first, materials[2].certificate)
        assert [one.state for one in opened().generations(SLOT)] == [State.ARCHIVED, State.CURRENT]
        for number, material in ((first, materials[1]), (second, materials[2])):
            pair = opened().key_pair(SLOT, number)
            assert pair is not None
            assert pair.certificate == material.certificate
            assert signs_for(pair.signer, material.certificate)

    def test_a_further_certificate_may_wait_to_be_used(self, opened: Opened, materials) -> None:
        first = opened().add_key_pair(SLOT, materials[1])
        opened().add_certificate(SLOT, first, materials[2].certificate, make_current=False)
        assert [one.state for one in opened().generations(SLOT)] == [State.CURRENT, State.STAGED]

    def test_a_key_stays_while_one_of_its_generations_does(self, opened: Opened, materials) -> None:
        first = opened().add_key_pair(SLOT, materials[1])
        second = opened().add_certificate(SLOT, first, materials[2].certificate)
        opened().retire_generation(SLOT, first)
        pair = opened().key_pair_for(SLOT, materials[1].certificate)
        assert pair is not None
        assert pair.generation == second

    def test_a_certificate_of_another_key_is_not_added(self, opened: Opened, materials) -> None:
        first = opened().add_key_pair(SLOT, materials[0])
        with pytest.raises(Failed) as raised:
            opened().add_certificate(SLOT, first, materials[1].certificate)
        assert raised.value.code is Code.KEY_MISMATCH
        assert len(opened().generations(SLOT)) == 1

    def test_a_key_that_is_gone_gets_no_certificate(self, opened: Opened, materials) -> None:
        first = opened().add_key_pair(SLOT, materials[1])
        opened().add_key_pair(SLOT, materials[0])
        opened().retire_generation(SLOT, first)
        for number in (first, 9):
            with pytest.raises(Failed) as raised:
                opened().add_certificate(SLOT, number, materials[2].certificate)
            assert raised.value.code is Code.KEY_MISSING

    def test_a_private_key_can_be_handed_on(self, opened: Opened, materials) -> None:
        old = opened().add_key_pair(SLOT, materials[0])
        opened().add_key_pair(SLOT, materials[1])
        pem = opened().private_key_pem(SLOT, old)
        assert pem is not None
        assert matches(load_private_key(pem.reveal()).public_key(), materials[0].certificate)
        assert "PRIVATE" not in f"{pem!r}"
        opened().retire_generation(SLOT, old)
        assert opened().private_key_pem(SLOT, old) is None
        assert opened().private_key_pem(SLOT, 9) is None

    def test_a_retired_key_is_gone_and_its_certificate_stays(self, opened: Opened, materials) -> None:
        old = opened().add_key_pair(SLOT, materials[0])
        opened().add_key_pair(SLOT, materials[1])
        opened().retire_generation(SLOT, old)
        assert opened().key_pair(SLOT, old) is None
        assert opened().key_pair_for(SLOT, materials[0].certificate) is None
        found = opened().generations(SLOT)[0]
        assert (found.certificate, found.state) == (materials[0].certificate, State.RETIRED)
        with pytest.raises(Failed) as raised:
            opened().use_generation(SLOT, old)
        assert raised.value.code is Code.KEY_MISSING
        opened().retire_generation(SLOT, old)

    def test_numbers_are_not_used_again(self, opened: Opened, materials) -> None:
        opened().add_key_pair(SLOT, materials[0])
        staged = opened().add_key_pair(SLOT, materials[1], make_current=False)
        opened().retire_generation(SLOT, staged)
        assert opened().add_key_pair(SLOT, materials[2]) > staged
        saved = opened().save_credentials(SLOT, FIRST)
        other = opened().save_credentials(SLOT, SECOND, make_current=False)
        opened().retire_credentials(SLOT, other)
        assert saved < other < opened().save_credentials(SLOT, SECOND)

    def test_the_current_generation_is_not_retired(self, opened: Opened, materials) -> None:
        number = opened().add_key_pair(SLOT, materials[0])
        with pytest.raises(Usage):
            opened().retire_generation(SLOT, number)
        saved = opened().save_credentials(SLOT, FIRST)
        with pytest.raises(Usage):
            opened().retire_credentials(SLOT, saved)
        assert opened().key_pair(SLOT) is not None
        assert opened().credentials(SLOT) == FIRST

    @pytest.mark.parametrize("method", ["use_generation", "retire_generation", "use_credentials", "retire_credentials"])
    def test_a_generation_that_never_was_is_missing(self, opened: Opened, materials, method: str) -> None:
        opened().add_key_pair(SLOT, materials[0])
        opened().save_credentials(SLOT, FIRST)
        with pytest.raises(Failed) as raised:
            getattr(opened(), method)(SLOT, 7)
        assert raised.value.code is Code.KEY_MISSING

    def test_credentials_are_there_for_the_next_process(self, opened: Opened) -> None:
        opened().save_credentials(SLOT, FIRST)
        assert opened().credentials(SLOT) == FIRST

    @pytest.mark.parametrize(
        "credentials",
        [Credentials("3MVG9.only"), Credentials("ключ", Secret('"\\\n\u2028')), Credentials("", Secret(""))],
    )
    def test_whatever_credentials_hold_comes_back(self, opened: Opened, credentials: Credentials) -> None:
        opened().save_credentials(SLOT, credentials)
        assert opened().credentials(SLOT) == credentials

    def test_saving_credentials_keeps_the_earlier_ones(self, opened: Opened) -> None:
        first = opened().save_credentials(SLOT, FIRST)
        opened().save_credentials(SLOT, SECOND)
        assert opened().credentials(SLOT) == SECOND
        found = opened().credentials_generations(SLOT)
        assert [(one.credentials, one.state) for one in found] == [(FIRST, State.ARCHIVED), (SECOND, State.CURRENT)]
        opened().use_credentials(SLOT, first)
        assert opened().credentials(SLOT) == FIRST

    def test_retired_credentials_keep_the_key_and_lose_the_secret(self, opened: Opened) -> None:
        old = opened().save_credentials(SLOT, FIRST)
        opened().save_credentials(SLOT, SECOND)
        opened().retire_credentials(SLOT, old)
        found = opened().credentials_generations(SLOT)[0]
        assert (found.state, found.credentials.consumer_key) == (State.RETIRED, FIRST.consumer_key)
        assert found.credentials.consumer_secret is None
        with pytest.raises(Failed) as raised:
            opened().use_credentials(SLOT, old)
        assert raised.value.code is Code.KEY_MISSING

    def test_the_name_that_an_app_is_used_under_is_remembered(self, opened: Opened) -> None:
        assert opened().app_name(SLOT) is None
        opened().use_app_name(SLOT, "Billing_Sync_v2")
        opened().use_app_name(SLOT, "Billing_Sync_v3")
        assert opened().app_name(SLOT) == "Billing_Sync_v3"
        assert opened().app_name(Slot("uat", "other")) is None

    def test_a_record_is_kept_and_may_be_completed(self, opened: Opened) -> None:
        opened().keep_record(SLOT, "20260301-certificate.md", b"half")
        assert opened().keep_record(SLOT, "20260301-certificate.md", b"whole")

    def test_intents_are_remembered_until_cleared(self, opened: Opened) -> None:
        opened().mark(SLOT, Intent("rotate", {"generation": "2"}))
        opened().mark(SLOT, Intent("open/secret switch", {}))
        opened().mark(SLOT, Intent("rotate", {"generation": "3"}))
        assert opened().intents(SLOT) == (Intent("open/secret switch", {}), Intent("rotate", {"generation": "3"}))
        opened().clear(SLOT, "rotate")
        opened().clear(SLOT, "rotate")
        assert opened().intents(SLOT) == (Intent("open/secret switch", {}),)

    def test_slots_are_apart(self, opened: Opened, materials) -> None:
        """Also where names contain what file systems and URLs give a meaning to."""
        names = ["uat", "UAT 2", "..", "../x", "a/b", "a%2Fb", ".hidden", "ü"]
        slots = [Slot(org, app) for org in names for app in ("billing", "..")]
        for slot in slots:
            opened().save_credentials(slot, Credentials(f"{slot.org}|{slot.app}"))
        for slot in slots:
            assert opened().credentials(slot) == Credentials(f"{slot.org}|{slot.app}")
        opened().add_key_pair(slots[0], materials[0])
        assert opened().generations(slots[1]) == ()

    @pytest.mark.parametrize("slot", [Slot("", "app"), Slot("org", "")])
    def test_an_empty_name_is_refused(self, opened: Opened, slot: Slot) -> None:
        with pytest.raises(Usage):
            opened().save_credentials(slot, FIRST)

    def test_an_org_is_held_by_one_run(self, opened: Opened, materials) -> None:
        with opened().exclusive("uat"):
            with pytest.raises(Failed) as raised, opened().exclusive("uat"):
                pytest.fail("two runs held one org")
            assert raised.value.code is Code.STORE_LOCKED
            with opened().exclusive("prod"):
                pass
            opened().add_key_pair(SLOT, materials[0])
        with opened().exclusive("uat"):
            assert opened().key_pair(SLOT) is not None

    def test_an_org_is_free_after_a_run_that_failed(self, opened: Opened) -> None:
        with pytest.raises(ZeroDivisionError), opened().exclusive("uat"):
            raise ZeroDivisionError
        with opened().exclusive("uat"):
            pass

    def test_no_secret_is_shown(self, opened: Opened, materials) -> None:
        store = opened()
        store.add_key_pair(SLOT, materials[0])
        store.save_credentials(SLOT, FIRST)
        shown = f"{store!r}{store.key_pair(SLOT)!r}{store.generations(SLOT)!r}{store.credentials_generations(SLOT)!r}"
        assert "canary" not in shown
        assert "PRIVATE" not in shown

    def test_refusals_tell_what_to_do(self, opened: Opened, materials) -> None:
        number = opened().add_key_pair(SLOT, materials[0])
        for refused in (lambda: opened().retire_generation(SLOT, number), lambda: opened().use_generation(SLOT, 9)):
            with pytest.raises(ProvisionError) as raised:
                refused()
            assert raised.value.remedy

    def test_certificates_come_back_bit_for_bit(self, opened: Opened, materials) -> None:
        opened().add_key_pair(SLOT, materials[0])
        stored = opened().generations(SLOT)[0].certificate
        assert fingerprint_sha256(stored) == fingerprint_sha256(materials[0].certificate)

    def test_what_was_made_is_remembered_for_one_org_until_it_is_taken_down(self, opened: Opened) -> None:
        bot, access = ("User", "bot@acme.example"), ("PermissionSet", "Access")
        assert opened().made("uat", ORG_ID) == frozenset()
        opened().note_made("uat", ORG_ID, [bot])
        opened().note_made("uat", ORG_ID, [access, bot])
        assert opened().made("uat", ORG_ID) == opened().made("uat", ORG_ID[:15]) == {bot, access}
        assert opened().made("prod", ORG_ID) == frozenset()
        opened().forget_made("uat", ORG_ID, [bot, ("User", "nobody")])
        assert opened().made("uat", ORG_ID) == {access}

    def test_what_was_made_in_an_org_before_its_refresh_is_not_there_afterwards(self, opened: Opened) -> None:
        refreshed = "00DYY0000000001AAA"
        opened().note_made("uat", ORG_ID, [("User", "bot@acme.example")])
        assert opened().made("uat", refreshed) == frozenset()
        opened().note_made("uat", refreshed, [("PermissionSet", "Access")])
        assert opened().made("uat", refreshed) == {("PermissionSet", "Access")}
        assert opened().made("uat", ORG_ID) == frozenset()

    def test_the_last_proof_of_an_app_is_remembered(self, opened: Opened) -> None:
        assert opened().last_proof(SLOT) is None
        opened().note_proof(SLOT, LastProof(NOW, proved=False, numbers={"failed": 1, "passed": 3}))
        last = LastProof(NOW, proved=True, numbers={"passed": 4}, certificate="ab" * 32, org_id=ORG_ID)
        opened().note_proof(SLOT, last)
        assert opened().last_proof(SLOT) == last
        assert opened().last_proof(Slot("prod", "billing-sync")) is None
