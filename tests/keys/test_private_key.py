"""Private keys: every shape is read, everything else is refused in its own words and without a trace of the key."""

import base64
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provision.errors import Code, Failed, ProvisionError
from provision.keys.certificate import certificate_pem
from provision.keys.issue import request, request_pem
from provision.keys.private_key import load_private_key, load_trusted_private_key, private_key_pem
from provision.model.secret import Secret
from tests.keys.openssl import needs_openssl, openssl
from tests.keys.shapes import SHAPES

PASSPHRASE = "correct horse"
FORMS = {"PKCS #1": PrivateFormat.TraditionalOpenSSL, "PKCS #8": PrivateFormat.PKCS8}


def pem_of(key, form=PrivateFormat.PKCS8, encryption=None) -> str:
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


def refusal(data, passphrase=None) -> Failed:
    with pytest.raises(Failed) as raised:
        load_private_key(data, passphrase)
    assert raised.value.remedy
    assert raised.value.__cause__ is None
    return raised.value


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_is_read(key, form, shape):
    assert load_private_key(shape(pem_of(key, form))).private_numbers() == key.private_numbers()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("shape", [s for s in SHAPES if "alone" not in s and "DER" not in s])
def test_every_shape_of_an_encrypted_key_is_read_with_its_passphrase(key, form, shape):
    encrypted = SHAPES[shape](pem_of(key, form, BestAvailableEncryption(PASSPHRASE.encode())))
    assert load_private_key(encrypted, Secret(PASSPHRASE)).private_numbers() == key.private_numbers()


@needs_openssl
@pytest.mark.parametrize("cipher", ["-aes128", "-aes256", "-des3"])
def test_keys_that_openssl_encrypted_are_read(key, cipher):
    plain = private_key_pem(key)
    legacy = openssl("rsa", "-traditional", cipher, "-passout", f"pass:{PASSPHRASE}", stdin=plain)
    modern = openssl("pkcs8", "-topk8", "-v2", cipher[1:], "-passout", f"pass:{PASSPHRASE}", stdin=plain)
    assert b"Proc-Type: 4,ENCRYPTED" in legacy
    for encrypted in (legacy, modern):
        assert load_private_key(encrypted, Secret(PASSPHRASE)).private_numbers() == key.private_numbers()


@needs_openssl
def test_a_cipher_that_is_not_supported_is_told(key):
    encrypted = openssl(
        "pkcs8", "-topk8", "-v2", "camellia-256-cbc", "-passout", f"pass:{PASSPHRASE}", stdin=private_key_pem(key)
    )
    problem = refusal(encrypted, Secret(PASSPHRASE))
    assert "not supported" in (problem.detail or "")
    assert any("openssl pkey" in action for action in problem.remedy)


def test_a_key_of_an_unknown_algorithm_is_told(key):
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    unknown = der.replace(bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d010163"))
    labelled = "-----BEGIN PRIVATE KEY-----\n" + base64.b64encode(unknown).decode() + "\n-----END PRIVATE KEY-----"
    assert "not supported" in refusal(labelled).summary


def test_a_passphrase_does_not_make_rubbish_a_wrong_passphrase():
    rubbish = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
    assert "sound private key" in refusal(rubbish, Secret(PASSPHRASE)).summary


def test_der_of_an_encrypted_key_is_read(key):
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    assert load_private_key(der, Secret(PASSPHRASE)).private_numbers() == key.private_numbers()
    assert "encrypted" in refusal(der).summary


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_missing_and_a_wrong_passphrase_are_told_apart(key, form):
    encrypted = pem_of(key, form, BestAvailableEncryption(PASSPHRASE.encode()))
    assert "no passphrase was given" in refusal(encrypted).summary
    assert "no passphrase was given" in refusal(encrypted, Secret("")).summary
    assert "passphrase does not open" in refusal(encrypted, Secret("wrong")).summary


def test_a_passphrase_that_is_not_needed_is_ignored(key):
    for form in FORMS.values():
        assert load_private_key(pem_of(key, form), Secret(PASSPHRASE)).private_numbers() == key.private_numbers()


def test_a_key_between_certificates_is_found(key, certificate):
    bundle = certificate_pem(certificate) + pem_of(key) + certificate_pem(certificate)
    assert load_private_key(bundle).private_numbers() == key.private_numbers()


def test_a_label_put_on_by_hand_may_be_wrong(key):
    relabelled = pem_of(key, PrivateFormat.PKCS8).replace(" PRIVATE KEY", " RSA PRIVATE KEY")
    assert load_private_key(relabelled).private_numbers() == key.private_numbers()


def test_what_is_not_a_private_key_is_refused_in_its_own_words(key, certificate):
    public = key.public_key()
    spki = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    container = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"pw"))
    cases = {
        certificate_pem(certificate): "a certificate",
        certificate.public_bytes(Encoding.DER): "a certificate",
        base64.b64encode(certificate.public_bytes(Encoding.DER)): "a certificate",
        spki: "a public key",
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo): "a public key",
        public.public_bytes(Encoding.PEM, PublicFormat.PKCS1): "a public key",
        public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH): "a public key",
        request_pem(request(key, "x")): "a certificate signing request",
        container: "PKCS #12",
        base64.b64encode(container): "PKCS #12",
        b"\xfe\xed\xfe\xed\x00\x00\x00\x02": "Java keystore",
        "PuTTY-User-Key-File-3: ssh-rsa\n": "PuTTY",
        '{"kty":"RSA","n":"AQAB"}': "JSON Web Key",
        "-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----\n": "PGP MESSAGE",
    }
    for given_instead, words in cases.items():
        problem = refusal(given_instead)
        assert problem.code is Code.KEY_UNREADABLE
        assert words in problem.summary


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), "EC"),
        (lambda: dsa.generate_private_key(2048), "DSA"),
        (ed25519.Ed25519PrivateKey.generate, "another algorithm"),
    ],
)
def test_other_algorithms_are_refused(make, name):
    key = make()
    problem = refusal(pem_of(key))
    assert problem.code is Code.KEY_UNREADABLE
    assert name in problem.summary
    assert "RS256" in (problem.detail or "")


def test_an_ec_key_with_its_parameters_is_refused_as_ec():
    key = ec.generate_private_key(ec.SECP256R1())
    parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
    assert "EC" in refusal(parameters + pem_of(key, PrivateFormat.TraditionalOpenSSL)).summary


def test_openssh_format_is_refused_with_a_command_that_converts(key, tmp_path):
    path = tmp_path / "id_rsa"
    path.write_text(pem_of(key, PrivateFormat.OpenSSH))
    path.chmod(0o600)
    problem = refusal(path.read_text())
    assert "OpenSSH" in problem.summary
    command = next(action for action in problem.remedy if "ssh-keygen" in action)
    assert "ssh-keygen -p -m PKCS8 -f COPY" in command
    try:
        subprocess.run(
            ["ssh-keygen", "-p", "-m", "PKCS8", "-f", str(path), "-P", "", "-N", ""], check=True, capture_output=True
        )
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not installed")
    assert load_private_key(path.read_bytes()).private_numbers() == key.private_numbers()


def test_several_keys_at_once_are_refused(key, other_key):
    problem = refusal(pem_of(key) + pem_of(other_key))
    assert problem.summary.startswith("2 private keys")


@pytest.mark.parametrize("bits", [1024, 2040])
def test_short_keys_are_refused_as_weak(bits):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    problem = refusal(pem_of(key))
    assert problem.code is Code.KEY_WEAK
    assert str(bits) in problem.summary


def test_small_exponents_are_refused_as_weak():
    key = rsa.generate_private_key(public_exponent=3, key_size=2048)
    problem = refusal(pem_of(key))
    assert problem.code is Code.KEY_WEAK
    assert "exponent 3" in problem.summary


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "empty"),
        ("  \n\t", "empty"),
        ("hello", "neither PEM nor DER"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "no END line"),
        ("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----", "not base64"),
        ("-----BEGIN PRIVATE KEY-----\n\n-----END PRIVATE KEY-----", "not base64"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "sound private key"),
        ("-----BEGIN private key-----\nAAAA\n-----END private key-----", "BEGIN line is damaged"),
        ("-----BEGIN ", "BEGIN line is damaged"),
        (b"A" * (1024 * 1024 + 1), "larger than"),
    ],
)
def test_unreadable_input_is_refused_with_the_reason(data, words):
    problem = refusal(data)
    assert problem.code is Code.KEY_UNREADABLE
    assert words in problem.summary


def test_import_validates_the_numbers(key):
    """A key whose numbers do not fit together is refused on import."""
    numbers = key.private_numbers()
    wrong = rsa.RSAPrivateNumbers(
        numbers.p, numbers.q, numbers.d + 2, numbers.dmp1, numbers.dmq1, numbers.iqmp, numbers.public_numbers
    )
    unsound = wrong.private_key(unsafe_skip_rsa_key_validation=True)
    assert refusal(pem_of(unsound)).code is Code.KEY_UNREADABLE


def test_trusted_loading_takes_what_was_written_and_rsa_alone(key):
    assert load_trusted_private_key(private_key_pem(key)).private_numbers() == key.private_numbers()
    with pytest.raises(ValueError, match="Not an RSA key"):
        load_trusted_private_key(pem_of(ec.generate_private_key(ec.SECP256R1())).encode())


@settings(max_examples=150)
@given(st.binary(max_size=400) | st.text(max_size=400))
def test_random_input_raises_nothing_but_our_errors(data):
    with pytest.raises(ProvisionError):
        load_private_key(data)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data(), shape=st.sampled_from(sorted(SHAPES)), form=st.sampled_from(sorted(FORMS)))
def test_mangled_keys_raise_nothing_but_our_errors_and_leak_nothing(key, data, shape, form):
    """Whatever is cut out, put in or repeated: a key comes back, or an error that quotes none of it."""
    whole = SHAPES[shape](pem_of(key, FORMS[form]))
    raw = whole.encode() if isinstance(whole, str) else whole
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    mangled = raw[:start] + data.draw(st.binary(max_size=20)) + raw[end:]
    try:
        load_private_key(mangled)
    except ProvisionError as problem:
        shown = f"{problem!r} {problem} {problem.detail} {problem.remedy} {problem.context} {problem.__cause__!r}"
        body = "".join(pem_of(key, FORMS[form]).splitlines()[1:-1])
        assert not any(body[i : i + 12] in shown for i in range(len(body) - 12))
