"""The signer over a key in memory: it signs, and that is all."""

import copy
import pickle

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from provision.keys.delegate import DelegatedKey
from provision.keys.generate import generate_private_key
from provision.keys.private_key import private_key_pem
from provision.signers.file import FileSigner


@pytest.fixture(scope="module")
def key():
    return generate_private_key(2048)


def test_its_signature_is_rs256(key):
    signature = FileSigner(key).sign_rs256(b"header.payload")
    key.public_key().verify(signature, b"header.payload", padding.PKCS1v15(), hashes.SHA256())


def test_its_public_key_is_the_other_half(key):
    assert FileSigner(key).public_key() == key.public_key()


def test_it_shows_no_key_in_text(key):
    signer = FileSigner(key)
    assert repr(signer) == str(signer) == f"{signer}" == "FileSigner(RSA 2048)"
    assert not hasattr(signer, "__dict__")


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_cannot_be_pickled_or_copied(key, leave):
    with pytest.raises(TypeError, match="not pickled") as raised:
        leave(FileSigner(key))
    assert not any(line in str(raised.value) for line in private_key_pem(key).decode().splitlines()[1:-1])


def test_a_delegated_key_cannot_be_pickled_and_copies_to_itself(key):
    delegated = DelegatedKey(FileSigner(key))
    with pytest.raises(TypeError):
        pickle.dumps(delegated)
    assert copy.copy(delegated) is copy.deepcopy(delegated) is delegated
