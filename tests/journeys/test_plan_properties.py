"""What holds of any settings: a plan is what is done, nothing is left to do, and everything made goes again."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provision.cli.root import run
from provision.localorg import FILE_NAME, LocalOrg
from tests.org.by_hand import everything

Data = dict[str, Any]

RIGHTS = (["read"], ["read", "create"], ["read", "edit"], ["read", "edit", "delete"], ["read", "view-all"])
OBJECTS = ("Account", "Contact", "Opportunity", "Case")
FIELDS = ("Account.Rating", "Account.Industry", "Contact.Title")
SCOPES = ("api", "refresh_token", "web", "id", "openid", "custom_permissions")


@st.composite
def permission_sets(draw: st.DrawFn) -> Data:
    """Permission sets with rights that fit together."""
    found: Data = {}
    for number in range(draw(st.integers(0, 2))):
        entry: Data = {"label": draw(st.sampled_from(["Data", "Daten & mehr", "Ré <x> 'y'"])) + str(number)}
        objects = draw(st.dictionaries(st.sampled_from(OBJECTS), st.sampled_from(RIGHTS), max_size=3))
        fields = draw(st.dictionaries(st.sampled_from(FIELDS), st.just("read"), max_size=2))
        entry |= {"objects": objects} if objects else {}
        # A field takes its object.
        fields = {name: access for name, access in fields.items() if name.partition(".")[0] in objects}
        entry |= {"fields": fields} if fields else {}
        entry |= {"user_permissions": ["ApiEnabled"]} if draw(st.booleans()) else {}
        entry |= {"description": "what it is for"} if draw(st.booleans()) else {}
        found[f"Set_{number}"] = entry
    return found


@st.composite
def files(draw: st.DrawFn) -> Data:
    """The data of a settings file for one of the two local orgs."""
    sets = draw(permission_sets())
    users: Data = {}
    for number in range(draw(st.integers(1, 2))):
        held = draw(st.lists(st.sampled_from(sorted(sets)), unique=True)) if sets else []
        users[f"bot-{number}"] = {
            "username": f"bot.{number}@acme.example",
            "last_name": draw(st.sampled_from(["Bot", "Übertrag", "O'Neill & Co"])),
            "email": "it@acme.example",
            "permission_sets": held,
        }
    apps: Data = {}
    for number in range(draw(st.integers(1, 2))):
        grants = draw(st.sampled_from([["jwt-bearer"], ["client-credentials"], ["jwt-bearer", "client-credentials"]]))
        app: Data = {
            "label": f"App {number}",
            "contact_email": "it@acme.example",
            "user": draw(st.sampled_from(sorted(users))),
            "grants": grants,
            "scopes": sorted({"api", *draw(st.lists(st.sampled_from(SCOPES), max_size=3))}),
        }
        if draw(st.booleans()):
            app["policy"] = {
                "permitted_users": "admin-approved",
                "ip_relaxation": draw(st.sampled_from(["enforce", "bypass"])),
                "refresh_token": draw(
                    st.sampled_from([{"kind": "zero"}, {"kind": "specific-lifetime", "period": 30, "unit": "days"}])
                ),
            }
        app |= {"description": "says <what> it is & why"} if draw(st.booleans()) else {}
        apps[f"app-{number}"] = app
    org = draw(st.sampled_from(["local", "local-legacy"]))
    return {"version": 1, "default_org": org, "users": users, "permission_sets": sets, "apps": apps}


def call(path: Path, *arguments: str) -> tuple[int, Data]:
    """Run a command on a settings file and return its exit code and JSON document."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run([*arguments, "--config", str(path), "--json", "--no-prompt"])
    document: Data = json.loads(out.getvalue())
    return code, document


def changes(document: Data) -> list[Data]:
    [org] = document["result"]["orgs"]
    return [{key: change[key] for key in ("action", "type", "name", "app", "fields")} for change in org["changes"]]


@contextlib.contextmanager
def written(data: Mapping[str, Any]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "provision.yaml"
        path.write_text(json.dumps(data))
        yield path


def stored(path: Path) -> dict[str, bytes]:
    """What the store holds, but for the local orgs and locks."""
    store = path.parent / ".provision"
    kept = (file for file in store.rglob("*") if file.is_file() and "sqlite" not in file.name)
    return {str(file): file.read_bytes() for file in kept if not file.name.endswith((".lock", ".gitignore"))}


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_any_set_up_is_planned_made_left_alone_adopted_and_taken_down(data: Data) -> None:
    with written(data) as path:
        name, saved = data["default_org"], str(path.parent / "saved.plan")
        code, planned = call(path, "plan", "--out", saved)
        assert code == 0, planned
        local = LocalOrg.open(path.parent / ".provision" / FILE_NAME, name)
        before = everything(local)
        assert call(path, "plan")[0] == 0
        assert everything(local) == before, "plan writes nothing"
        assert stored(path) == {}, "plan makes no keys"
        code, applied = call(path, "apply", "--plan", saved, "--no-verify")
        assert code == 0, applied
        assert changes(applied) == changes(planned), "apply --plan does what the plan says"
        code, again = call(path, "plan", "--exit-code")
        assert (code, changes(again)) == (0, []), "after apply there is nothing to do"
        adopted(path, data, name)
        code, gone = call(path, "destroy", "--confirm", name, "--irreversible")
        assert code == 0, gone
        rest = [row for row in everything(local) if row not in before]
        foreign = [row for row in rest if not row.startswith(("User ", "PermissionSetAssignment "))]
        assert foreign == [], "destroy leaves nothing but deactivated users"
        assert [row for row in before if row not in everything(local)] == [], "and takes nothing else"
        assert all("'IsActive': False" in row for row in rest if row.startswith("User "))


def adopted(path: Path, data: Data, name: str) -> None:
    """Adopt every app into an empty file, with its key: nothing is left to do."""
    store = path.parent / ".provision" / name
    elsewhere, text = path.parent / "elsewhere", path.read_text()
    store.rename(elsewhere)
    path.write_text(f"version: 1\ndefault_org: {name}\n")
    for key, app in data["apps"].items():
        keys = ["--key", str(elsewhere / key / "keys" / "0001.key.pem")] if "jwt-bearer" in app["grants"] else []
        code, document = call(path, "import", key.replace("app-", "App_"), *keys)
        assert code == 0, document
    code, planned = call(path, "plan", "--exit-code")
    assert (code, changes(planned)) == (0, []), planned
    path.write_text(text)
    for file in sorted(store.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    store.rmdir()
    elsewhere.rename(store)
