"""Each rule of the lint finds its mistake at its place, and nothing in files that are right."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from provision.metadata.lint import FileFinding, lint
from provision.metadata.rules import RULES

FIXTURES = Path(__file__).parent / "fixtures"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)
RSA_KEY = rsa.generate_private_key(65537, 2048)


def certificate(key=RSA_KEY, *, begin: datetime = NOW - DAY, end: datetime = NOW + DAY, algorithm=None) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Billing Sync")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .sign(key, algorithm or hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def wrap(type_name: str, inner: str, namespace: str = NAMESPACE) -> str:
    return f'<?xml version="1.0"?>\n<{type_name} xmlns="{namespace}">\n{inner}\n</{type_name}>\n'


def element(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>"


def app(config: str = "", rest: str = "") -> str:
    inner = f"<callbackUrl>https://a.example</callbackUrl>\n{config}\n<isAdminApproved>true</isAdminApproved>"
    return wrap(
        "ConnectedApp",
        f"<contactEmail>a@acme.example</contactEmail><label>A</label><oauthConfig>{inner}</oauthConfig>{rest}",
    )


def member(type_name: str, inner: str) -> str:
    return wrap(type_name, f"<externalClientApplication>A</externalClientApplication>{inner}")


def permission_set(inner: str) -> str:
    return wrap("PermissionSet", f"<label>A</label>{inner}")


def granted(name: str) -> str:
    return f"<userPermissions><enabled>true</enabled><name>{name}</name></userPermissions>"


def linted(text: str, file: str = "A.xml", api_version: str = "67.0") -> tuple[FileFinding, ...]:
    return lint(file, text.encode(), api_version=api_version, now=NOW)


def old_weak_key() -> str:
    # 1024 bits are what is to be found.
    return certificate(rsa.generate_private_key(65537, 1024))  # noqa: S505


POLICY = "ExtlClntAppOauthConfigurablePolicies"
GLOBAL = "ExtlClntAppGlobalOauthSettings"
PEM_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIB"

WRONG = [
    ("not-well-formed", "<ConnectedApp>\n <label></ConnectedApp>", (2, 24)),
    ("not-well-formed", "<CustomObject/>", (1, 1)),
    ("namespace", wrap("PermissionSet", "<label>A</label>", "http://example.com"), (2, 1)),
    ("namespace", permission_set('\n<description xmlns="x"/>'), (4, 1)),
    ("loose-text", permission_set("="), (2, 1)),
    ("not-contiguous", permission_set(f"{granted('A')}<license>x</license>\n{granted('B')}"), (4, 1)),
    ("order", permission_set("\n<description>A</description>"), (4, 1)),
    ("unknown-element", permission_set("<zz>1</zz>"), (3, 17)),
    ("not-repeatable", permission_set("<label>B</label>"), (3, 1)),
    ("elements-expected", permission_set("<userPermissions>x</userPermissions>"), (3, 17)),
    ("text-expected", wrap("PermissionSet", "<label><b>A</b></label>"), (3, 1)),
    ("not-boolean", app("<isPkceRequired>no</isPkceRequired>"), (4, 1)),
    ("not-integer", app(rest="\n<sessionPolicy><sessionTimeout>x</sessionTimeout></sessionPolicy>"), (6, 16)),
    ("not-allowed", app("<scopes>Everything</scopes>"), (4, 1)),
    ("required", wrap("PermissionSet", ""), (2, 1)),
    ("too-new", app("<isDPopEnabled>true</isDPopEnabled>"), (4, 1)),
    ("retired", member(POLICY, "<isNamedUserJwtEnabled>true</isNamedUserJwtEnabled>"), (3, 57)),
    ("needs", app(element("oauthClientCredentialUser", "u") + element("isClientCredentialEnabled", "1")), (4, 1)),
    ("package-version", wrap("Package", "<version>67</version>"), (3, 1)),
    ("secret-in-source", app("<consumerSecret>hunter2hunter2</consumerSecret>"), (4, 1)),
    ("private-key", app(f"<certificate>{PEM_KEY}</certificate>"), (4, 1)),
    ("consumer-key-in-source", app("<consumerKey>3MVG9abc</consumerKey>"), (4, 1)),
    ("certificate-unreadable", app("<certificate>AAAA</certificate>"), (4, 1)),
    ("certificate-unreadable", app("<certificate>{CERT}</certificate>"), (4, 1)),
    ("certificate-expired", app(f"<certificate>{certificate(end=NOW - DAY / 2)}</certificate>"), (4, 1)),
    ("certificate-not-yet-valid", app(f"<certificate>{certificate(begin=NOW + DAY / 2)}</certificate>"), (4, 1)),
    ("certificate-weak", app(f"<certificate>{old_weak_key()}</certificate>"), (4, 1)),
    (
        "certificate-weak",
        app(f"<certificate>{certificate(ec.generate_private_key(ec.SECP256R1()))}</certificate>"),
        (4, 1),
    ),
    ("full-scope", app("<scopes>Api</scopes>\n<scopes>Full</scopes>"), (5, 1)),
    (
        "full-scope",
        member("ExtlClntAppOauthSettings", "\n<commaSeparatedOauthScopes>Api, Full</commaSeparatedOauthScopes>"),
        (4, 1),
    ),
    ("everyone-may-authorise", app().replace("true<", "false<"), (5, 1)),
    ("everyone-may-authorise", member(POLICY, "\n" + element("permittedUsersPolicyType", "AllSelfAuthorized")), (4, 1)),
    ("profile-wide-approval", app(rest="\n<profileName>System Administrator</profileName>"), (6, 1)),
    ("profile-wide-approval", member(POLICY, "\n<commaSeparatedProfile>Admin</commaSeparatedProfile>"), (4, 1)),
    ("removes-all", app(rest="\n<permissionSetName></permissionSetName>"), (6, 1)),
    (
        "ip-relaxed",
        app(
            rest="<oauthPolicy>\n<ipRelaxation>BYPASS</ipRelaxation>\n<refreshTokenPolicy>zero</refreshTokenPolicy></oauthPolicy>"
        ),
        (6, 1),
    ),
    ("ip-relaxed", member(POLICY, "\n<ipRelaxationPolicyType>Bypass</ipRelaxationPolicyType>"), (4, 1)),
    ("callback-insecure", app().replace("https://", "http://"), (3, 73)),
    ("callback-wildcard", app().replace("https://", "https://*."), (3, 73)),
    ("callback-not-url", app().replace("https://a.example", "localhost"), (3, 73)),
    ("callback-not-url", app().replace("https://a.example", "https://"), (3, 73)),
    ("callback-insecure", member(GLOBAL, element("callbackUrl", "http://a.example\nhttps://b.example")), (3, 57)),
    ("user-interface-open", permission_set(f"\n{granted('ApiEnabled')}"), (4, 1)),
    ("wide-permission", permission_set(f"\n{granted('ModifyAllData')}"), (4, 1)),
    (
        "secrets-readable",
        wrap("ExternalClientAppSettings", element("enableClientSecretInRestApiAccess", "true")),
        (3, 1),
    ),
    ("org-bound", wrap("ExternalClientApplication", "<orgScopedExternalApp>00Dxx:A</orgScopedExternalApp>"), (3, 1)),
    ("org-bound", member("ExtlClntAppOauthSettings", "\n<oauthLink>00Dxx:888xx</oauthLink>"), (4, 1)),
    ("rotates-on-deploy", member(GLOBAL, "\n<shouldRotateConsumerSecret>true</shouldRotateConsumerSecret>"), (4, 1)),
]


@pytest.mark.parametrize(("rule", "text", "place"), WRONG, ids=[row[0] for row in WRONG])
def test_a_broken_rule_is_found_at_its_place(rule, text, place):
    findings = [one for one in linted(text) if one.rule == rule]
    assert [(one.line, one.column) for one in findings] == [place]
    assert findings[0].remedy == RULES[rule].remedy


def test_every_rule_is_shown_to_be_broken_somewhere():
    elsewhere = {"file-name", "deletion-wildcard"}
    assert {row[0] for row in WRONG} | elsewhere == set(RULES)


@pytest.mark.parametrize("file", sorted(FIXTURES.iterdir()), ids=lambda file: file.name)
def test_files_that_are_right_have_only_notes(file):
    findings = lint(file.name, file.read_bytes(), api_version="67.0", now=NOW)
    assert [one for one in findings if one.severity != "note"] == []


@pytest.mark.parametrize(
    "text",
    [
        app(f"<certificate>{certificate()}</certificate>"),
        app("<consumerKey>{CONSUMERKEY}</consumerKey><consumerSecret>${SECRET}</consumerSecret>"),
        app("<consumerKey></consumerKey>"),
        app().replace("https://a.example", "http://localhost:1717/cb\nhttp://[::1]/\nmyapp://done\nhttp://127.0.0.1/"),
        permission_set(granted("ApiEnabled") + granted("ApiUserOnly")),
        permission_set(granted("ModifyAllData").replace("true", "false")),
    ],
)
def test_what_is_right_is_left_alone(text):
    assert [one.rule for one in linted(text) if one.rule != "order"] == []


def test_a_file_is_named_after_what_it_holds():
    text = permission_set("")
    for file in ("a/A.permissionset", "A.permissionset-meta.xml", "A.xml", "package.xml", "C:\\a\\A.permissionset"):
        assert linted(text, file) == ()
    assert [one.rule for one in linted(text, "a/A.connectedApp-meta.xml")] == ["file-name"]
    assert linted(wrap("ExternalClientAppSettings", ""), "ExternalClientApp.settings") == ()


def test_a_deletion_needs_no_version_and_takes_no_wildcard():
    text = wrap("Package", "<types><members>A</members>\n<members>*</members><name>ConnectedApp</name></types>")
    assert [one.rule for one in linted(text, "package.xml")] == ["required"]
    (finding,) = linted(text, "a/destructiveChangesPost.xml")
    assert (finding.rule, finding.line, finding.column) == ("deletion-wildcard", 4, 1)


def test_findings_come_in_the_order_of_the_file():
    text = app("<isPkceRequired>no</isPkceRequired>\n<scopes>Full</scopes>", "\n<zz>1</zz>")
    rules = [one.rule for one in linted(text) if one.rule != "order"]
    assert rules == ["not-boolean", "full-scope", "unknown-element"]


def test_no_finding_repeats_a_secret():
    secret = "hunter2hunter2"
    text = app(f"<consumerSecret>{secret}</consumerSecret><certificate>{PEM_KEY}{secret}</certificate>")
    assert secret not in repr(linted(text))
