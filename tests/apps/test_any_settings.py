"""Any settings become metadata that Salesforce's own WSDL accepts, and the same text each time."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from provision.apps.kinds import kind_of
from provision.files import declared_files
from provision.metadata.parse import parse
from provision.metadata.render import render
from provision.model.scopes import SCOPES
from provision.settings import references
from provision.settings.desired import desired
from provision.settings.metadata_elements import TYPES
from provision.settings.models import Settings
from tests.metadata import wsdl
from tests.settings.metadata_samples import anything

NEWER_THAN_WSDL = {"mcp_api", "scrt_api"}
"""simple-salesforce ships the WSDL of API 63."""

texts = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=40,
)
names = st.from_regex(r"[A-Z][a-z]{1,8}(_[A-Z][a-z]{1,8}){0,2}", fullmatch=True)
urls = st.from_regex(r"https://[a-z]{1,10}\.example/[a-z]{0,8}", fullmatch=True)
usernames = st.from_regex(r"[a-z]{1,10}@[a-z]{1,8}\.example", fullmatch=True)


def optional(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


PARTS = {"saml": "samlConfig", "canvas": "canvasConfig", "mobile": "mobileAppConfig"}


def is_whole(app: dict[str, Any]) -> bool:
    """Whether a part has what it needs: that has keys of its own, and `metadata` says what goes beside them."""
    said = app.get("metadata", {}).get("ConnectedApp", {})
    return all(key in app or element not in said for key, element in PARTS.items())


policies = optional(
    permitted_users=st.sampled_from(["admin-approved", "all"]),
    ip_relaxation=st.sampled_from(["enforce", "bypass", "bypass-2factor", "enforce-relax-refresh"]),
    refresh_token=st.one_of(
        st.sampled_from([{"kind": "infinite"}, {"kind": "zero"}]),
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["specific-lifetime", "specific-inactivity"]),
                "period": st.integers(1, 999),
                "unit": st.sampled_from(["hours", "days", "months"]),
            }
        ),
    ),
    session=optional(timeout=st.sampled_from([15, 60, 480]), level=st.sampled_from(["low", "standard"])),
)
apps = st.fixed_dictionaries(
    {
        "label": texts,
        "contact_email": usernames,
        "user": st.just("bot"),
        "scopes": st.lists(st.sampled_from(sorted(set(SCOPES) - NEWER_THAN_WSDL)), min_size=1, unique=True),
    },
    optional={
        "description": texts,
        "grants": st.lists(st.sampled_from(["jwt-bearer", "client-credentials"]), min_size=1, unique=True),
        "callback_urls": st.lists(urls, min_size=1, max_size=3, unique=True),
        "policy": policies,
        "contact_phone": texts,
        "info_url": urls,
        "logo_url": urls,
        "start_url": urls,
        "attributes": st.dictionaries(names, texts, max_size=3),
        "ip_ranges": st.lists(
            st.sampled_from([{"start": "10.0.0.1", "end": "10.0.0.9"}, {"start": "192.0.2.1", "end": "192.0.2.255"}]),
            max_size=2,
            unique_by=lambda one: one["start"],
        ),
        "saml": st.fixed_dictionaries({"acs_url": urls, "entity_url": texts}),
        "canvas": st.fixed_dictionaries({"url": urls}, optional={"options": st.just(["HideShare"])}),
        "mobile": st.just({"platform": "ios", "version": "1"}),
        "metadata": optional(**{name: anything(name, wsdl.VERSION) for name in TYPES if name in wsdl.roots()}),
    },
).filter(is_whole)

permission_sets = st.fixed_dictionaries(
    {"label": texts},
    optional={
        "description": texts,
        "license": texts,
        "objects": st.dictionaries(
            names, st.sampled_from([["read"], ["read", "create"], ["read", "edit"]]), max_size=4
        ),
        "fields": st.dictionaries(st.tuples(names, names).map(".".join), st.sampled_from(["read", "edit"]), max_size=4),
        "user_permissions": st.lists(names, max_size=4, unique=True),
        "apex_classes": st.lists(names, max_size=3, unique=True),
        "custom_permissions": st.lists(names, max_size=3, unique=True),
        "flows": st.lists(names, max_size=3, unique=True),
        "tabs": st.dictionaries(names, st.sampled_from(["none", "available", "visible"]), max_size=3),
    },
)
whole = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "orgs": st.sampled_from(["connected-app", "external-client-app"]).map(
            lambda kind: {"uat": {"my_domain": "acme--uat.sandbox.my.salesforce.com", "app_kind": kind}}
        ),
        "users": st.just({"bot": {"username": "bot@acme.example", "last_name": "Bot", "email": "a@acme.example"}}),
        "apps": st.dictionaries(st.from_regex(r"[a-z]{2,8}(-[a-z]{2,8})?", fullmatch=True), apps, max_size=2),
        "permission_sets": st.dictionaries(names, permission_sets, max_size=3),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whole)
def test_any_settings_render_to_what_the_wsdl_accepts(data: dict[str, Any]) -> None:
    assert list(references.check(data)) == []
    wanted = desired(Settings.model_validate(data), "uat")
    files = declared_files(wanted, {}, "63.0", "source")
    assert files == declared_files(wanted, {}, "63.0", "source")
    components = [member for app in wanted.apps for member in kind_of(wanted.kind(app)).members(app, None)]
    assert len(files) == len(wanted.permission_sets) + len(wanted.apps) + len(components)
    for path, content in files.items():
        wsdl.compiled().assertValid(etree.fromstring(content))
        assert render(parse(content), api_version="63.0") == content, path
