"""The files that `provision init` writes, as text."""

from __future__ import annotations

from provision.settings import schema
from provision.settings.models import FILE_NAME


def files() -> dict[str, str]:
    """Return the text of each file by its name: the settings and the JSON Schema that editors check them with."""
    return {FILE_NAME: SETTINGS, schema.FILE_NAME: schema.json_schema_text()}


IGNORED = ("# provision: private keys, consumer keys and secrets", ".provision/", "*.env")
"""Lines for `.gitignore`; `provision export --to dotenv:…` is shown with names that end so."""

SETTINGS = f"""\
# yaml-language-server: $schema={schema.FILE_NAME}
#
# What your integrations need in Salesforce, and in which orgs. Try it, nothing to sign up for:
#   provision plan      what would change
#   provision apply     set it up and prove it
# Any value may come from the environment: ${{NAME}} or ${{NAME:-default}}. Secrets do not belong in here.
version: 1

# The org that is meant where none is named with -o. Never a production org: those are always named.
# local is an org on this machine as they are today; local-legacy is one that still takes new Connected Apps.
default_org: local

orgs:
  local: {{local: {{}}}}
  local-legacy:
    local: {{connected_app_creation: enabled}}
    app_kind: connected-app
    users:
      billing-bot:
        username: billing.bot@acme.example.legacy       # usernames are unique over all orgs of all customers

  # A real org. Take the name off the comment and adapt:
  # uat:
  #   my_domain: acme--uat.sandbox.my.salesforce.com    # Setup > My Domain
  #   org_id: 00DXX0000000001AAA                        # stops before any write if the org is another one
  #   admin: [access-token, sf-cli]                     # SF_ACCESS_TOKEN, then the org `uat` of the Salesforce CLI
  #   users:
  #     billing-bot:
  #       username: billing.bot@acme.example.uat

# API-only users that the apps act as; by default with the licence Salesforce Integration.
users:
  billing-bot:
    username: billing.bot@acme.example
    last_name: Billing Sync
    email: integrations@acme.example
    permission_sets: [Billing_Data]

# What the users may see and do.
permission_sets:
  Billing_Data:
    label: Billing Data
    objects:
      Account: [read]
    fields:
      Account.Rating: read

# OAuth clients: a program logs in with the app's credentials and acts as its user.
apps:
  billing-sync:
    label: Billing Sync
    contact_email: integrations@acme.example
    user: billing-bot
    grants: [jwt-bearer, client-credentials]
    scopes: [api, refresh_token]
    key: {{bits: 2048, days: 365}}
"""
