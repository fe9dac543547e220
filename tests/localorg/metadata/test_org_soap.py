"""Messages of several clients are read alike; answers and faults have the recorded form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.metadata import faults, options, soap
from provision.localorg.metadata.faults import Fault
from provision.localorg.metadata.options import Options

STRAY = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
    xmlns:met="http://soap.sforce.com/2006/04/metadata">
   <soapenv:Header>
      <met:CallOptions><met:client>simple</met:client></met:CallOptions>
      <met:SessionHeader><met:sessionId>00D!abc</met:sessionId></met:SessionHeader>
   </soapenv:Header>
   <soapenv:Body>
      <met:deploy>
         <met:ZipFile>UEs=</met:ZipFile>
         <met:DeployOptions>
            <met:singlePackage>True</met:singlePackage>
            <met:checkOnly>False</met:checkOnly>
            None
            <met:runAllTests>false</met:runAllTests>
            None
         </met:DeployOptions>
      </met:deploy>
   </soapenv:Body>
</soapenv:Envelope>"""

DEFAULT_NAMESPACE = """<?xml version="1.0"?><E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Header>
<SessionHeader xmlns="http://soap.sforce.com/2006/04/metadata"><sessionId>00D!abc</sessionId></SessionHeader></E:Header>
<E:Body><deploy xmlns="http://soap.sforce.com/2006/04/metadata"><ZipFile>UEs=</ZipFile><DeployOptions>
<checkOnly>false</checkOnly><singlePackage>true</singlePackage></DeployOptions></deploy></E:Body></E:Envelope>"""


@pytest.mark.parametrize("message", [STRAY, DEFAULT_NAMESPACE], ids=["prefixes and stray text", "default namespace"])
def test_clients_with_other_habits_say_the_same(message):
    call = soap.read(message.encode())
    assert (call.operation, call.session_id, call.arguments.text_of("ZipFile")) == ("deploy", "00D!abc", "UEs=")
    assert options.from_node(call.arguments.child("DeployOptions")) == Options(single_package=True)


def test_rest_options_may_be_texts_or_null():
    given_options = {"checkOnly": "false", "singlePackage": True, "rollbackOnError": "true", "testLevel": None}
    assert options.from_json(given_options) == Options(single_package=True, rollback_on_error=True)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "<a/>",
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>',
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>',
        '<!DOCTYPE a><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><a/></Body></Envelope>',
    ],
)
def test_what_is_no_call_is_a_fault(message):
    with pytest.raises(Fault):
        soap.read(message.encode())


def test_requests_beyond_the_limit_are_a_fault():
    with pytest.raises(Fault, match="Maximum size of request is 52428800 bytes"):
        soap.read(b" " * (soap.MAX_REQUEST_BYTES + 1))


def test_faults_have_the_recorded_form():
    assert soap.fault(faults.INSUFFICIENT_ACCESS.fault()).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope'
        ' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:sf="http://soap.sforce.com/2006/04/metadata"><soapenv:Body><soapenv:Fault>'
        "<faultcode>sf:INSUFFICIENT_ACCESS</faultcode>"
        "<faultstring>INSUFFICIENT_ACCESS: insufficient access rights on cross-reference id</faultstring>"
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )


def test_answers_nest_repeat_and_leave_out():
    result = {"a": True, "b": [1, 2], "c": [], "d": {"e": "x & 'y'"}, "f": None}
    body = soap.answer("deploy", result).decode().partition("<soapenv:Body>")[2]
    assert body == (
        "<deployResponse><result><a>true</a><b>1</b><b>2</b><d><e>x &amp; &apos;y&apos;</e></d>"
        '<f xsi:nil="true"/></result></deployResponse></soapenv:Body></soapenv:Envelope>'
    )
    assert b"<listMetadataResponse/>" in soap.answer("listMetadata", [])


@given(st.text(max_size=40))
def test_answers_are_xml_whatever_the_text(text):
    answer = soap.answer("readMetadata", {"a": text})
    assert soap.read(answer).operation == "readMetadataResponse"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_call_or_a_fault(data):
    with pytest.raises(Fault):
        soap.read(data)
