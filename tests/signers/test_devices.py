"""Keys that never leave their device: made, found again, signing, deleted; all the same for each kind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from provision.errors import Code, Failed, Usage
from provision.keys.delegate import DelegatedKey
from provision.keys.generate import certified
from provision.keys.issue import issue, request
from provision.keys.match import signs_for
from provision.model.desired import KeySpec
from provision.model.signing import AwsKmsSpec, KeyReference, Pkcs11Spec
from provision.signers.aws_kms import AwsKmsDevice
from provision.signers.device import Device
from provision.signers.devices import Devices
from provision.signers.pkcs11 import Pkcs11Device
from provision.store.file import FileStore
from provision.store.protocol import Slot, State
from tests.signers.conftest import REGION
from tests.signers.soft_hsm import PIN, PIN_ENV, TOKEN

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SLOT = Slot("uat", "billing-sync")


@pytest.mark.parametrize("bits", [2048, 3072])
def test_a_key_that_is_made_signs_what_its_certificate_verifies(device: Device, bits: int) -> None:
    signer = device.make("uat/billing-sync", bits)
    certificate = issue(DelegatedKey(signer), "billing-sync", NOW, 30)
    assert signer.public_key().key_size == bits
    assert signs_for(signer, certificate)


def test_a_key_is_found_again_by_its_reference(device: Device) -> None:
    one, two = device.make("uat/billing-sync", 2048), device.make("uat/billing-sync", 2048)
    assert one.reference is not None
    assert two.reference is not None
    assert one.reference != two.reference
    again = device.open(one.reference.key)
    assert again.public_key() == one.public_key() != two.public_key()
    assert signs_for(again, issue(DelegatedKey(one), "billing-sync", NOW, 30))


def test_a_certificate_is_requested_for_a_key_that_stays(device: Device) -> None:
    made = request(DelegatedKey(device.make("uat/billing-sync", 2048)), "CN=billing-sync,O=Acme")
    assert made.is_signature_valid


def test_a_deleted_key_signs_nothing_and_may_be_deleted_again(device: Device) -> None:
    signer = device.make("uat/billing-sync", 2048)
    assert signer.reference is not None
    device.destroy(signer.reference.key)
    device.destroy(signer.reference.key)
    assert is_gone(device, signer.reference.key)


def is_gone(device: Device, key: str) -> bool:
    """Whether a key signs nothing any more; moto lets a key sign that waits for its deletion, which AWS does not."""
    if isinstance(device, AwsKmsDevice):
        state = device.call("look", "describe_key", KeyId=key)["KeyMetadata"]["KeyState"]
        return bool(state == "PendingDeletion")
    with pytest.raises(Failed) as caught:
        device.open(key).sign_rs256(b"anything")
    assert caught.value.code is Code.SIGNER_FAILED
    assert "vault" in caught.value.summary
    return True


def test_a_key_does_not_leave_its_token(pkcs11_module: Path) -> None:
    import pkcs11

    device = Pkcs11Device("hsm", Pkcs11Spec(pkcs11_module, TOKEN, PIN_ENV), {PIN_ENV: PIN})
    made = device.make("uat/billing-sync", 2048)
    with device.session("look") as session:
        key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=made.reference.key)
        assert key[pkcs11.Attribute.EXTRACTABLE] is False
        assert key[pkcs11.Attribute.SENSITIVE] is True
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            key[pkcs11.Attribute.PRIVATE_EXPONENT]


@pytest.mark.parametrize(
    ("spec", "environ", "said"),
    [
        (Pkcs11Spec(Path("/nowhere/lib.so"), TOKEN, PIN_ENV), {PIN_ENV: PIN}, "nowhere"),
        (Pkcs11Spec(Path("MODULE"), "no such token", PIN_ENV), {PIN_ENV: PIN}, "NoSuchToken"),
        (Pkcs11Spec(Path("MODULE"), TOKEN, PIN_ENV), {PIN_ENV: "canary-wrong"}, "PinIncorrect"),
        (Pkcs11Spec(Path("MODULE"), TOKEN, PIN_ENV), {}, f"{PIN_ENV} is not set"),
        (Pkcs11Spec(Path("MODULE"), TOKEN, None, Path("/nowhere/pin")), {}, "/nowhere/pin"),
    ],
    ids=["no module", "no token", "wrong PIN", "no PIN", "no PIN file"],
)
def test_what_is_wrong_with_a_token_is_told_without_the_pin(pkcs11_module: Path, spec, environ, said) -> None:
    from dataclasses import replace

    spec = replace(spec, module=pkcs11_module) if spec.module == Path("MODULE") else spec
    with pytest.raises(Failed) as caught:
        Pkcs11Device("hsm", spec, environ).make("x", 2048)
    assert caught.value.code is Code.SIGNER_FAILED
    assert said in (caught.value.detail or "")
    assert "canary" not in f"{caught.value.summary} {caught.value.detail}"


@pytest.mark.usefixtures("kms")
def test_what_kms_refuses_is_told_in_its_own_words() -> None:
    device = AwsKmsDevice("vault", AwsKmsSpec(REGION))
    with pytest.raises(Failed) as caught:
        device.open("arn:aws:kms:eu-central-1:123456789012:key/nowhere").sign_rs256(b"x")
    assert caught.value.code is Code.SIGNER_FAILED
    assert "NotFoundException" in (caught.value.detail or "")


@pytest.mark.usefixtures("kms")
def test_more_than_kms_takes_is_told_before_it_is_sent() -> None:
    signer = AwsKmsDevice("vault", AwsKmsSpec(REGION)).make("x", 2048)
    with pytest.raises(Failed, match="could not sign"):
        signer.sign_rs256(b"x" * 4097)


def test_a_signer_that_is_not_declared_is_told() -> None:
    with pytest.raises(Usage) as caught:
        Devices().signer(KeyReference("gone", "x"))
    assert "signers.gone" in caught.value.remedy[0]


class _Devices(Devices):
    """One device under every name."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self._device = device

    def named(self, name: str) -> Device:
        assert name == "vault"
        return self._device


def test_a_store_keeps_a_reference_in_place_of_the_key(device: Device, tmp_path: Path) -> None:
    store, spec = FileStore(tmp_path, devices=_Devices(device)), KeySpec(signer="vault")
    number = store.add_key_pair(SLOT, certified(store.new_key(SLOT, spec), spec, "app", NOW))
    again = FileStore(tmp_path, devices=_Devices(device))
    pair = again.key_pair(SLOT)
    assert pair is not None
    assert (pair.generation, signs_for(pair.signer, pair.certificate)) == (number, True)
    assert again.private_key_pem(SLOT, number) is None
    assert "signer vault" in again.whereabouts(SLOT, number)
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_retiring_deletes_the_key_at_its_device_once_no_generation_has_it(device: Device, tmp_path: Path) -> None:
    store, spec = FileStore(tmp_path, devices=_Devices(device)), KeySpec(signer="vault")
    store.add_key_pair(SLOT, certified(store.new_key(SLOT, spec), spec, "app", NOW))
    first = store.key_pair(SLOT)
    assert first is not None
    renewed = issue(DelegatedKey(first.signer), "app", NOW, 60)
    store.add_certificate(SLOT, 1, renewed)
    store.add_key_pair(SLOT, certified(store.new_key(SLOT, spec), spec, "app", NOW))
    store.retire_generation(SLOT, 1)
    assert signs_for(first.signer, renewed), "generation 2 has that key, too"
    store.retire_generation(SLOT, 2)
    assert first.signer.reference is not None
    assert is_gone(device, first.signer.reference.key)
    assert [one.state for one in store.generations(SLOT)] == [State.RETIRED, State.RETIRED, State.CURRENT]


def test_a_key_of_another_certificate_is_damage(device: Device, tmp_path: Path) -> None:
    store, spec = FileStore(tmp_path, devices=_Devices(device)), KeySpec(signer="vault")
    for _ in range(2):
        store.add_key_pair(SLOT, certified(store.new_key(SLOT, spec), spec, "app", NOW))
    keys = tmp_path / "uat" / "billing-sync" / "keys"
    (keys / "0001.key.json").write_bytes((keys / "0002.key.json").read_bytes())
    with pytest.raises(Failed) as caught:
        store.key_pair(SLOT, 1)
    assert caught.value.code is Code.STORE_CORRUPT
