"""Keys and secrets of External Client Apps over REST, and a second pair that works beside the first."""

import datetime as dt

import pytest

from provision.localorg.metadata import deploy
from provision.localorg.metadata.options import Options
from provision.localorg.metadata.tenant import Tenant
from tests.localorg.metadata import families as eca
from tests.localorg.metadata.conftest import manifest, zipped
from tests.localorg.metadata.families import element
from tests.localorg.visitor import KEY, SECRET, error, refused

APPS = "/services/data/v66.0/apps/oauth"
OFF = (
    403,
    "FUNCTIONALITY_NOT_ENABLED",
    "This feature is not currently enabled for this user type or org: [ExternalClientAppConsumerSecretRestApi]",
)
GONE = (404, "NOT_FOUND", "The requested resource does not exist")
FLOW = element("isClientCredentialsFlowEnabled", "true")
TYPES = (
    *("Settings", "ExternalClientApplication", "ExtlClntAppOauthSettings", "ExtlClntAppGlobalOauthSettings"),
    "ExtlClntAppOauthConfigurablePolicies",
)


def deploy_files(visitor, files):
    with visitor.local.transaction() as transaction:
        org = transaction.orgs.get(visitor.local.org_id)
        admin = transaction.records(org.id).user_named(visitor.local.admin_username)
        tenant = Tenant.of(transaction, org, admin.id, visitor.clock.now())
        package = zipped({"package.xml": manifest({name: ["*"] for name in TYPES}), **files})
        done = deploy.run(transaction, tenant, package, Options(single_package=True, rollback_on_error=True))
    assert done.status == "Succeeded", [message.problem for message in done.failures()]


def switch_secrets(visitor, value):
    setting = eca.file("ExternalClientAppSettings", element("enableClientSecretInRestApiAccess", value))
    deploy_files(visitor, {"settings/ExternalClientApp.settings": setting})


@pytest.fixture
def ready(visitor):
    """An org whose app Sync runs client credentials as a user, and shows its secrets."""
    visitor.user()
    pair = element("consumerKey", KEY) + element("consumerSecret", SECRET)
    run_as = element("clientCredentialsFlowUser", "sync@dev.example")
    files = eca.minimal(**{eca.GLOBAL: eca.shared(pair, FLOW), eca.POLICY: eca.policy(FLOW, run_as)})
    deploy_files(visitor, files)
    switch_secrets(visitor, "true")
    return visitor


def get(visitor, path):
    answer = visitor.send("GET", path if path.startswith("/services") else APPS + path)
    assert answer.status_code == 200, answer.text
    return answer.json


def the_consumer(visitor):
    (app,) = get(visitor, "/usage")["apps"]
    (consumer,) = get(visitor, f"/credentials/{app['identifier']}")["consumers"]
    return consumer


def stage(visitor):
    answer = visitor.send("POST", the_consumer(visitor)["stagedCredentialsUrl"], json={})
    assert answer.status_code == 200, answer.text
    (pair,) = answer.json["stagedCredentials"]
    return pair


def works(visitor, pair):
    return visitor.client_credentials(key=pair["key"], secret=pair["secret"]).status_code == 200


class TestReading:
    """The three calls of those who look for a secret."""

    def test_apps_consumers_and_secrets_are_found_step_by_step(self, ready):
        listed = get(ready, "/usage")
        (app,) = listed["apps"]
        assert list(app) == [
            "accessTokenFormat",
            "availableActions",
            "description",
            "developerName",
            "identifier",
            "isFromPackage",
            "label",
            "usageDetailsUrl",
        ]
        assert (app["developerName"], app["identifier"][:3], app["accessTokenFormat"]) == ("Sync", "0xI", "Opaque")
        consumer = the_consumer(ready)
        assert list(consumer) == ["id", "key", "name", "secret", "stagedCredentialsUrl", "url"]
        assert (consumer["id"][:3], consumer["key"], consumer["secret"]) == ("888", KEY, None)
        assert get(ready, consumer["url"] + "?part=keyandsecret")["secret"] == SECRET

    @pytest.mark.parametrize(
        ("part", "key", "secret"),
        [("key", KEY, None), ("secret", None, SECRET), ("keyandsecret", KEY, SECRET), ("", KEY, None)],
    )
    def test_a_secret_is_shown_only_where_it_is_asked_for(self, ready, part, key, secret):
        shown = get(ready, the_consumer(ready)["url"] + (f"?part={part}" if part else ""))
        assert (shown["key"], shown["secret"]) == (key, secret)

    def test_usage_comes_in_pages(self, ready):
        listed = get(ready, "/usage?page=0&pageSize=1")
        assert (len(listed["apps"]), listed["nextPageUrl"]) == (1, None)
        assert get(ready, "/usage?page=1&pageSize=1")["apps"] == []

    @pytest.mark.parametrize(
        ("path", "version", "found"),
        [
            ("usage", 58, False),
            ("usage", 59, True),
            ("credentials/{app}", 59, False),
            ("credentials/{app}", 60, True),
            ("credentials/{app}/{consumer}/staged", 64, False),
            ("credentials/{app}/{consumer}/staged", 65, True),
            ("credentials/{app}/888000000000000", 66, False),
            ("credentials/0xI000000000000", 66, False),
            ("credentials/{user}", 66, False),
        ],
    )
    def test_resources_are_there_from_their_version_on(self, ready, path, version, found):
        app = ready.id_of("ExternalClientApplication", DeveloperName="Sync")
        names = {"app": app, "consumer": the_consumer(ready)["id"], "user": ready.id_of("User", LastName="Sync")}
        answer = ready.send("GET", f"/services/data/v{version}.0/apps/oauth/{path.format(**names)}")
        assert answer.status_code == (200 if found else 404)


class TestAccess:
    """The switch of the org and the rights of the user."""

    def test_a_fresh_org_shows_no_credentials(self, ready):
        url = the_consumer(ready)["url"]
        switch_secrets(ready, "false")
        assert get(ready, "/usage")["apps"]
        for path in (url, url + "?part=keyandsecret", url + "/staged"):
            assert error(ready.send("GET", path)) == OFF
        assert error(ready.send("POST", url + "/staged", json={})) == OFF

    @pytest.mark.parametrize("permission", ["ViewClientSecret", "ExternalClientAppDeveloper"])
    def test_the_user_needs_both_rights(self, ready, permission):
        url = the_consumer(ready)["url"]
        with ready.local.transaction() as transaction:
            records = transaction.records(ready.local.org_id)
            for owned in records.find("PermissionSet", IsOwnedByProfile=True):
                records.update(owned.id, {f"Permissions{permission}": False})
        assert error(ready.send("GET", url)) == OFF


class TestStaging:
    """Stage, use in parallel, rotate, delete."""

    def test_a_staged_pair_works_beside_the_first(self, ready):
        pair = stage(ready)
        assert list(pair) == [
            "createdBy",
            "createdDate",
            "expirationDate",
            "id",
            "key",
            "secret",
            "stagedCredentialsUrl",
            "state",
            "url",
        ]
        assert (pair["state"], pair["createdDate"][:10], pair["expirationDate"][:10]) == (
            "Active",
            "2026-09-01",
            "2026-10-01",
        )
        assert works(ready, pair)
        assert works(ready, {"key": KEY, "secret": SECRET})
        assert not works(ready, {"key": pair["key"], "secret": SECRET})
        assert get(ready, pair["url"]) == pair
        assert get(ready, pair["stagedCredentialsUrl"])["stagedCredentials"] == [pair]

    def test_there_is_one_staged_pair_at_a_time(self, ready):
        stage(ready)
        answer = ready.send("POST", the_consumer(ready)["stagedCredentialsUrl"], json={})
        assert error(answer)[:2] == (400, "INVALID_OPERATION")

    def test_rotation_swaps_the_pairs_and_both_go_on(self, ready):
        pair = stage(ready)
        rotated = ready.send("PATCH", pair["url"], json={"command": "rotate"})
        assert (rotated.status_code, rotated.json["state"], rotated.json["key"]) == (200, "Rotated", KEY)
        shown = get(ready, the_consumer(ready)["url"] + "?part=keyandsecret")
        assert (shown["key"], shown["secret"]) == (pair["key"], pair["secret"])
        assert works(ready, pair)
        assert works(ready, {"key": KEY, "secret": SECRET})
        assert ready.send("PATCH", rotated.json["url"], json={"command": "rotate"}).status_code == 400

    def test_the_key_of_the_metadata_follows(self, ready):
        pair = stage(ready)
        ready.send("PATCH", pair["url"], json={"command": "rotate"})
        deploy_files(ready, {eca.GLOBAL: eca.shared(FLOW)})
        assert works(ready, pair)
        assert the_consumer(ready)["key"] == pair["key"]

    def test_a_pair_keeps_its_id_while_it_changes_places(self, ready):
        first = stage(ready)
        old = ready.send("PATCH", first["url"], json={"command": "rotate"}).json
        assert ready.send("DELETE", old["url"]).status_code == 204
        second = stage(ready)
        ready.send("PATCH", second["url"], json={"command": "rotate"})
        (slot,) = get(ready, second["stagedCredentialsUrl"])["stagedCredentials"]
        assert (slot["id"], slot["key"], slot["url"]) == (first["id"], first["key"], first["url"])

    @pytest.mark.parametrize("which", ["url", "stagedCredentialsUrl"])
    def test_a_deleted_pair_stops_at_once(self, ready, which):
        pair = stage(ready)
        ready.send("PATCH", pair["url"], json={"command": "rotate"})
        (old,) = get(ready, pair["stagedCredentialsUrl"])["stagedCredentials"]
        assert ready.send("DELETE", old[which]).status_code == 204
        assert refused(ready.client_credentials()) == ("invalid_client_id", "client identifier invalid")
        assert works(ready, pair)
        assert error(ready.send("DELETE", old[which])) == GONE

    def test_a_staged_pair_lasts_thirty_days(self, ready):
        pair = stage(ready)
        ready.clock.advance(dt.timedelta(days=30, seconds=-1))
        assert works(ready, pair)
        ready.clock.advance(dt.timedelta(seconds=1))
        assert not works(ready, pair)
        assert works(ready, {"key": KEY, "secret": SECRET})
        later = ready.as_user(ready.local.admin_session)
        assert get(later, the_consumer(later)["stagedCredentialsUrl"])["stagedCredentials"] == []
        assert works(ready, stage(later))

    @pytest.mark.parametrize("body", [{}, {"command": "delete"}, []])
    def test_the_only_command_is_rotate(self, ready, body):
        assert ready.send("PATCH", stage(ready)["url"], json=body).status_code == 400
