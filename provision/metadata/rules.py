"""The rules that metadata files are linted by: what each is called, how grave it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provision.metadata.problem import Problem, Severity


@dataclass(frozen=True)
class Rule:
    """One rule; `severity` is what its findings have unless they say otherwise."""

    id: str
    severity: Severity
    summary: str
    remedy: str


_RULES = (
    # what a deploy would refuse
    Rule("not-well-formed", "error", "The file is not well-formed XML of a known type", "Correct the place named"),
    Rule(
        "namespace",
        "error",
        "An element is not in Salesforce's metadata namespace",
        "Declare the namespace once, at the root element",
    ),
    Rule("loose-text", "error", "Text stands between elements", "Remove the text or put it into an element"),
    Rule(
        "not-contiguous", "error", "Entries of a repeated element are torn apart by others", "Move the entries together"
    ),
    Rule("unknown-element", "error", "The type has no such element", "Correct the name or remove the element"),
    Rule("not-repeatable", "error", "An element that may stand only once is repeated", "Keep one of them"),
    Rule("elements-expected", "error", "Text stands where elements belong", "Write the elements of the type"),
    Rule("text-expected", "error", "Elements stand where text belongs", "Write plain text"),
    Rule("not-boolean", "error", "A flag is neither true nor false", "Write true or false"),
    Rule("not-integer", "error", "A number is not a whole number", "Write digits only"),
    Rule("not-allowed", "error", "A value is not on the closed list", "Use one of the values listed"),
    Rule("required", "error", "A required element is missing", "Add the element"),
    Rule("too-new", "error", "The API version does not know this yet", "Raise the API version or remove the element"),
    Rule("retired", "error", "The API version knows this no longer", "Remove the element"),
    Rule("needs", "error", "An element needs another one", "Add or switch on what is needed"),
    Rule("package-version", "error", "The version of the package is no API version", "Write a version such as 67.0"),
    Rule("deletion-wildcard", "error", "A deletion names a wildcard", "Name each component to be deleted"),
    # what is written differently from Salesforce
    Rule(
        "order",
        "note",
        "Elements are not in the order in which Salesforce writes them",
        "Let `provision render` write the file",
    ),
    Rule("file-name", "warning", "The file name does not fit the type inside", "Rename the file"),
    # secrets
    Rule(
        "secret-in-source", "error", "A secret is written down", "Remove it, treat it as known to others, and rotate it"
    ),
    Rule(
        "private-key",
        "error",
        "A private key is written down",
        "Remove it, make a new key pair and put only its certificate here",
    ),
    Rule(
        "consumer-key-in-source",
        "note",
        "The consumer key is written down; it works only at creation and must be unique",
        "Leave the key out unless the app is still to be created",
    ),
    # certificates
    Rule(
        "certificate-unreadable",
        "error",
        "A certificate cannot be read",
        "Put the PEM or the base64 of the DER of one X.509 certificate here",
    ),
    Rule(
        "certificate-expired",
        "error",
        "A certificate has expired",
        "Replace the certificate, together with the key of whoever signs with it",
    ),
    Rule(
        "certificate-not-yet-valid",
        "warning",
        "A certificate is not valid yet",
        "Check the clock of the machine that made it, or wait",
    ),
    Rule(
        "certificate-weak",
        "error",
        "A certificate is weaker than RSA 2048 with SHA-256",
        "Make a new key pair: `provision keys generate`",
    ),
    # who may use the app, and for what
    Rule(
        "full-scope",
        "warning",
        "The scope Full gives a token everything the user may do",
        "Name the scopes the integration uses, for instance Api and RefreshToken",
    ),
    Rule(
        "everyone-may-authorise",
        "warning",
        "Every user of the org may authorise the app for themselves",
        "Let only admin-approved users in and grant the app by a permission set",
    ),
    Rule(
        "profile-wide-approval",
        "warning",
        "The app is approved for whole profiles",
        "Approve it by a permission set that only its own users have",
    ),
    Rule(
        "removes-all",
        "warning",
        "An empty element takes the app from everybody who has it that way",
        "Remove the empty element, or name who keeps the app",
    ),
    Rule("ip-relaxed", "warning", "The app works from any address, whatever the org allows", "Enforce IP restrictions"),
    Rule(
        "callback-insecure",
        "error",
        "A callback URL is plain http on another machine",
        "Use https; plain http only for localhost",
    ),
    Rule("callback-wildcard", "error", "A callback URL holds a wildcard", "Name each callback URL in full"),
    Rule(
        "callback-not-url",
        "warning",
        "A callback URL is no URL",
        "Write scheme and host, for instance https://login.salesforce.com/services/oauth2/success",
    ),
    Rule(
        "user-interface-open",
        "note",
        "ApiEnabled without ApiUserOnly: its users may also log in at the user interface",
        "Add ApiUserOnly where only programs log in, or use a profile that is API only",
    ),
    Rule(
        "wide-permission",
        "warning",
        "A permission reaches every record or user of the org",
        "Grant objects and fields one by one",
    ),
    Rule(
        "secrets-readable",
        "warning",
        "Consumer secrets can be read through the API",
        "Switch the setting off again as soon as the secret is known",
    ),
    # what holds only in one org, or only once
    Rule(
        "org-bound",
        "warning",
        "An element names records of one org; another org refuses the deploy",
        "Remove the element: each org fills it in",
    ),
    Rule(
        "rotates-on-deploy",
        "warning",
        "Each deploy of this file makes a new consumer key or secret",
        "Set the flag to false after the deploy that was to rotate",
    ),
)

RULES: Mapping[str, Rule] = {rule.id: rule for rule in _RULES}
"""Every rule by its id."""


def broken(rule: str, path: str, message: str) -> Problem:
    """Return the problem that `rule` is broken at `path`."""
    return Problem(RULES[rule].severity, rule, path, message)
