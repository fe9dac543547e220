"""Whatever arrives, the answer is a result or a refusal, never a crash."""

from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from provision.localorg.metadata.tree import NAMESPACE
from tests.localorg.fuzz.bounded import FUZZ

SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'
FILE = "permissionsets/A.permissionset"
ELEMENTS = (
    *("ZipFile", "DeployOptions", "asyncProcessId", "retrieveRequest", "unpackaged", "types", "members", "name"),
    *("version", "queries", "type", "fullNames", "apiVersion", "asOfVersion", "packageNames"),
)
OPERATIONS = (
    *("deploy", "checkDeployStatus", "cancelDeploy", "retrieve", "checkRetrieveStatus", "checkStatus"),
    *("listMetadata", "readMetadata", "describeMetadata"),
)

xml = st.recursive(
    st.text("ab6.0<&;\"' ", max_size=8).map(escape),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>",
        st.sampled_from(ELEMENTS),
        st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)
operations = st.sampled_from(OPERATIONS)


@FUZZ
@given(operation=operations, inside=xml)
def test_any_arguments_are_answered_or_refused(http, operation, inside):
    status, answer = http.soap(operation, inside)
    assert (status, answer.name) in {(200, f"{operation}Response"), (500, "Fault")}


@FUZZ
@given(body=st.binary(max_size=100))
def test_any_body_is_refused_in_a_fault(http, body):
    status, answer = http.post("/services/Soap/m/66.0", body)
    assert (status, answer.name) == (500, "Fault")


paths = st.sampled_from(
    [FILE, "package.xml", "destructiveChanges.xml", "connectedApps/A.connectedApp", "a/b", "a/../b"]
)
contents = st.sampled_from([SET.encode(), b"", b"<a/>", b"\xff\xfe"]) | xml.map(
    lambda text: f'<Package xmlns="{NAMESPACE}">{text}<version>66.0</version></Package>'.encode()
)


@FUZZ
@given(files=st.dictionaries(paths, contents, max_size=4), options=st.sampled_from(["", "<checkOnly>1</checkOnly>"]))
def test_any_package_ends_in_a_state(http, files, options):
    job_id = http.start(files, options + "<singlePackage>true</singlePackage>")
    result = [http.poll(job_id) for _ in range(3)][-1]
    assert result.text_of("status") in {"Succeeded", "SucceededPartial", "Failed"}
