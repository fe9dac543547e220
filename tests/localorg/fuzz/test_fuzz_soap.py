"""Envelopes from the grammar of XML, hostile ones among them: a result or a fault, and nothing expanded or fetched."""

from hypothesis import given
from hypothesis import strategies as st

from tests.localorg.fuzz.bounded import FUZZ, ask
from tests.localorg.visitor import V

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
MARK = "expanded-"
NAMESPACES = ("http://soap.sforce.com/2006/04/metadata", "urn:partner.soap.sforce.com", "urn:other", "")
OPERATIONS = (
    *("deploy", "retrieve", "listMetadata", "readMetadata", "createMetadata", "upsertMetadata", "deleteMetadata"),
    *("checkDeployStatus", "login", "query", "create", "update", "upsert", "delete", "queryMore", "getUserInfo", "x"),
)
ELEMENTS = (
    *("ZipFile", "DeployOptions", "singlePackage", "asyncProcessId", "queries", "type", "fullNames", "metadata"),
    *("sObjects", "ids", "queryString", "username", "password", "fieldsToNull", "externalIDFieldName", "fullName"),
)
DECLARATIONS = (
    "",
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="utf-16"?>',
    '<?xml version="1.1"?>',
    "<?xml-stylesheet href='file:///etc/passwd'?>",
    f'<!DOCTYPE a [<!ENTITY e "{MARK}">]>',
    f'<!DOCTYPE a [<!ENTITY e "{MARK}"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;">]>',
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">',
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>',
)
texts = st.sampled_from(["", "&e;", "&g;", "<![CDATA[<a>]]>", "<!-- -->", "true", "Account", "&#0;", "&lt;", "001"])
attributes = st.sampled_from(
    ["", ' xsi:nil="true"', ' xmlns:xsi="urn:x" xsi:type="ConnectedApp"', " a='1' a='2'", ' xmlns=""']
)
inside = st.recursive(
    texts,
    lambda inner: st.builds(
        lambda name, attribute, parts: f"<{name}{attribute}>{''.join(parts)}</{name}>",
        st.sampled_from(ELEMENTS),
        attributes,
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
) | st.sampled_from([20, 70, 5000]).map(lambda depth: "<a>" * depth + "</a>" * depth)


def envelope(declaration, token, operation, namespace, content):
    header = f"<s:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></s:Header>"
    body = f'<s:Body><{operation} xmlns="{namespace}">{content}</{operation}></s:Body>'
    return f'{declaration}<s:Envelope xmlns:s="{ENVELOPE}">{header}{body}</s:Envelope>'


@FUZZ
@given(
    declaration=st.sampled_from(DECLARATIONS),
    operation=st.sampled_from(OPERATIONS),
    namespace=st.sampled_from(NAMESPACES),
    content=inside,
    api=st.sampled_from("muc"),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1"]),
    known=st.booleans(),
)
def test_every_envelope_has_a_result_or_a_fault(lasting, declaration, operation, namespace, content, **more):
    token = lasting.token if more["known"] else "none"
    data = envelope(declaration, token, operation, namespace, content).encode(more["encoding"])
    answer = ask(lasting, "POST", f"/services/Soap/{more['api']}/64.0", data=data, content_type="text/xml")
    assert answer.status_code == 200 or (answer.status_code == 500 and "<faultcode>sf:" in answer.text)
    assert MARK not in answer.text
    assert "root:" not in answer.text
    if "DOCTYPE" in declaration:
        assert answer.status_code == 500


@FUZZ
@given(
    body=st.binary(max_size=60), resource=st.sampled_from(["composite", "sobjects/Account", "metadata/deployRequest"])
)
def test_any_bytes_in_place_of_json_are_refused(lasting, body, resource):
    answer = ask(lasting, "POST", f"{V}/{resource}", data=body, content_type="application/json")
    assert 200 <= answer.status_code < 500
