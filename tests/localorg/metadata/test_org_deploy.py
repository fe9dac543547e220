"""What a deploy does with a package, whatever is in it."""

from dataclasses import replace

import pytest

from provision.localorg.metadata.options import Options
from provision.localorg.metadata.tree import NAMESPACE

STRICT = Options(single_package=True, rollback_on_error=True)
SET = f'<PermissionSet xmlns="{NAMESPACE}"><label>A set</label></PermissionSet>'
INVALID = (
    "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}nonsense invalid at this location"
    " in type PermissionSet"
)
BROKEN = f'<PermissionSet xmlns="{NAMESPACE}"><label>B</label><nonsense/></PermissionSet>'


def problems(outcome):
    return [
        (message.file_name, message.full_name, message.component_type, message.problem)
        for message in outcome.failures()
    ]


def test_a_success_lists_component_and_manifest_but_counts_the_component_alone(org, package_xml):
    done = org.deploy_files(
        {"package.xml": package_xml({"PermissionSet": ["A"]}), "permissionsets/A.permissionset": SET}, STRICT
    )
    assert (done.status, done.succeeded) == ("Succeeded", True)
    assert (done.count(success=True), done.count(success=False), done.files) == (1, 0, 2)
    manifest, component = done.successes()
    assert (manifest.file_name, manifest.full_name, manifest.component_type) == ("package.xml", "package.xml", "")
    assert (component.component_type, component.created, component.changed) == ("PermissionSet", True, True)
    assert component.id.startswith("0PS")


def test_redeploying_the_same_changes_nothing(org):
    org.deploy({"permissionsets/A.permissionset": SET})
    again = org.deploy({"permissionsets/A.permissionset": SET}).successes()[1]
    assert (again.created, again.changed) == (False, False)


@pytest.mark.parametrize(
    ("files", "options", "file_names"),
    [
        ({"a/package.xml": "x"}, STRICT, ["package.xml"]),
        ({"package.xml": "x"}, replace(STRICT, single_package=False), ["package.xml"]),
        ({"a/b": "x", "c/d": "x"}, replace(STRICT, single_package=False), ["a/package.xml", "c/package.xml"]),
    ],
)
def test_without_a_manifest_nothing_is_counted(org, files, options, file_names):
    done = org.deploy_files(files, options)
    assert problems(done) == [(name, "package.xml", "", "No package.xml found") for name in file_names]
    assert (done.status, done.count(success=False), done.count(success=True)) == ("Failed", 0, 0)


def test_file_names_keep_the_top_folder_of_a_package(org, package_xml):
    files = {"src/package.xml": package_xml({"PermissionSet": ["*"]}), "src/permissionsets/A.permissionset": SET}
    done = org.deploy_files(files, replace(STRICT, single_package=False))
    assert [message.file_name for message in done.successes()] == [
        "src/package.xml",
        "src/permissionsets/A.permissionset",
    ]


REFUSED = [
    pytest.param(
        {"PermissionSet": ["Missing"]},
        {},
        (
            "package.xml",
            "Missing",
            "",
            "An object 'Missing' of type PermissionSet was named in package.xml, but was not found in zipped directory",
        ),
        id="named without a file",
    ),
    pytest.param(
        {},
        {"permissionsets/A.permissionset": SET},
        ("permissionsets/A.permissionset", "A", "PermissionSet", "Not in package.xml"),
        id="file without a name",
    ),
    pytest.param(
        {"ApexClass": ["A"]},
        {"classes/A.cls": "class A {}"},
        ("classes/A.cls", "A", "ApexClass", "Not available for deploy for this organization"),
        id="type that this org does not have",
    ),
    pytest.param(
        {"Invented": ["A"]},
        {},
        ("package.xml", "A", "", "Not available for deploy for this organization"),
        id="unknown type",
    ),
    pytest.param(
        {"PermissionSet": ["B"]},
        {"permissionsets/B.permissionset": BROKEN},
        (
            "permissionsets/B.permissionset",
            "B",
            "PermissionSet",
            INVALID,
        ),
        id="unreadable file",
    ),
]


@pytest.mark.parametrize(("types", "files", "problem"), REFUSED)
def test_refusals_name_file_component_and_type(org, package_xml, types, files, problem):
    done = org.deploy_files({"package.xml": package_xml(types), **files}, STRICT)
    assert problems(done) == [problem]
    assert (done.status, done.count(success=False)) == ("Failed", 1)


@pytest.mark.parametrize("name", ["a-b", "a b", "1a", "a_", "a__b", "_a", "é"])
def test_api_names_follow_the_rule_of_setup(org, name):
    done = org.deploy({f"permissionsets/{name}.permissionset": SET})
    assert done.failures()[0].problem.startswith(
        "The PermissionSet API Name can only contain underscores and alphanumeric characters."
    )


def test_missing_files_may_be_allowed(org, package_xml):
    done = org.deploy_files(
        {"package.xml": package_xml({"PermissionSet": ["Missing"]})}, replace(STRICT, allow_missing_files=True)
    )
    assert (done.status, done.count(success=False)) == ("Succeeded", 0)


@pytest.mark.parametrize(
    ("manifest", "problem"),
    [
        ("<Package/>", "Error parsing file: Element Package invalid at this location in type Package"),
        (f'<Package xmlns="{NAMESPACE}"/>', "Required field is missing: version"),
        (f'<Package xmlns="{NAMESPACE}"><version>99.0</version></Package>', "Invalid version specified: 99.0"),
    ],
)
def test_an_unacceptable_manifest_stops_its_package(org, manifest, problem):
    done = org.deploy_files({"package.xml": manifest, "permissionsets/A.permissionset": SET}, STRICT)
    assert problems(done) == [("package.xml", "package.xml", "", problem)]


def test_a_type_younger_than_the_manifest_is_a_warning(org):
    done = org.deploy({"permissionsetgroups/G.permissionsetgroup": "x"}, version=41, ignore_warnings=True)
    warning = next(message for message in done.messages if message.problem)
    assert warning.problem == "Entity type 'PermissionSetGroup' is not available in this api version"
    assert (done.status, warning.problem_type) == ("Succeeded", "Warning")


def test_check_only_keeps_nothing(org):
    done = org.deploy({"permissionsets/A.permissionset": SET}, check_only=True)
    assert done.status == "Succeeded"
    assert org.records("PermissionSet", Name="A") == []


def test_one_failure_rolls_everything_back(org):
    done = org.deploy({"permissionsets/A.permissionset": SET, "permissionsets/B.permissionset": BROKEN})
    assert (done.status, done.count(success=True), done.count(success=False)) == ("Failed", 1, 1)
    assert org.records("PermissionSet", Name="A") == []


def test_without_rollback_what_succeeded_stays(org):
    files = {"permissionsets/A.permissionset": SET, "permissionsets/B.permissionset": BROKEN}
    done = org.deploy(files, rollback_on_error=False)
    assert (done.status, done.succeeded) == ("SucceededPartial", True)
    assert [record.fields["Name"] for record in org.records("PermissionSet", IsOwnedByProfile=False)] == ["A"]


def test_an_unreadable_zip_fails_the_whole_request(org):
    done = org.deploy_zip(b"PK no zip")
    assert (done.status, done.error_code, done.messages) == ("Failed", "UNKNOWN_EXCEPTION", ())
    assert done.error_text.startswith("UNKNOWN_EXCEPTION: The zip file cannot be read")


class TestDestructiveChanges:
    """Deletions by manifest."""

    def deploy(self, org, package_xml, file, types, **options):
        files = {"package.xml": package_xml({}), file: package_xml(types, None)}
        return org.deploy_files(files, replace(STRICT, **options))

    @pytest.mark.parametrize(
        "file", ["destructiveChanges.xml", "destructiveChangesPre.xml", "destructiveChangesPost.xml"]
    )
    def test_components_are_deleted(self, org, package_xml, file):
        org.deploy({"permissionsets/A.permissionset": SET})
        done = self.deploy(org, package_xml, file, {"PermissionSet": ["A"]})
        deleted = next(message for message in done.successes() if message.deleted)
        assert (done.status, deleted.file_name, deleted.full_name) == (
            "Succeeded",
            "permissionsets/A.permissionset",
            "A",
        )
        assert org.records("PermissionSet", Name="A") == []

    def test_a_missing_component_fails_unless_warnings_are_ignored(self, org, package_xml):
        types = {"ConnectedApp": ["Gone"]}
        strict = self.deploy(org, package_xml, "destructiveChanges.xml", types)
        problem = "No ConnectedApp named: Gone found"
        assert problems(strict) == [("destructiveChanges.xml", "destructiveChanges.xml", "", problem)]
        assert (strict.status, strict.failures()[0].problem_type) == ("Failed", "Warning")
        lenient = self.deploy(org, package_xml, "destructiveChanges.xml", types, ignore_warnings=True)
        assert lenient.status == "Succeeded"
        assert [message.problem for message in lenient.successes() if message.problem] == [problem]

    def test_wildcards_are_refused(self, org, package_xml):
        org.deploy({"permissionsets/A.permissionset": SET})
        done = self.deploy(org, package_xml, "destructiveChanges.xml", {"PermissionSet": ["*"]})
        assert done.status == "Failed"
        assert len(org.records("PermissionSet", Name="A")) == 1

    def test_deletions_come_before_components_unless_they_are_post(self, org, package_xml):
        org.deploy({"permissionsets/A.permissionset": SET})
        for file, kept in (("destructiveChanges.xml", 1), ("destructiveChangesPost.xml", 0)):
            done = org.deploy_files(
                {
                    "package.xml": package_xml({"PermissionSet": ["A"]}),
                    file: package_xml({"PermissionSet": ["A"]}, None),
                    "permissionsets/A.permissionset": SET,
                },
                STRICT,
            )
            assert done.status == "Succeeded"
            assert len(org.records("PermissionSet", Name="A")) == kept

    @pytest.mark.parametrize("switch", ["refused", "allowed"])
    def test_an_assigned_permission_set_stays_unless_the_org_lets_it_go(self, make_org, package_xml, switch):
        org = make_org(assigned_permission_set_deletion=switch)
        org.deploy({"permissionsets/A.permissionset": SET})
        held = org.records("PermissionSet", Name="A")[0]
        org.insert("PermissionSetAssignment", PermissionSetId=held.id, AssigneeId=org.records("User")[0].id)
        done = self.deploy(org, package_xml, "destructiveChanges.xml", {"PermissionSet": ["A"]})
        left = (
            len(org.records("PermissionSetAssignment", PermissionSetId=held.id)),
            len(org.records("PermissionSet", Name="A")),
        )
        if switch == "allowed":
            assert (done.status, left) == ("Succeeded", (0, 0))
        else:
            assert "assigned to users" in done.failures()[0].problem
            assert left == (1, 1)
