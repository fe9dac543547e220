"""Files of an External Client App family, as their authors would write them."""

from provision.localorg.metadata.tree import NAMESPACE

APP = "externalClientApps/Sync.eca"
SETTINGS = "extlClntAppOauthSettings/Sync_oauth.ecaOauth"
GLOBAL = "extlClntAppGlobalOauthSets/Sync_glbloauth.ecaGlblOauth"
POLICY = "extlClntAppOauthPolicies/Sync_oauthPlcy.ecaOauthPlcy"
SWITCHES = "extlClntAppPolicies/Sync_plcy.ecaPlcy"
DEFAULT_POLICY = "extlClntAppOauthPolicies/Sync_oauth_defaultPolicy.ecaOauthPlcy"
PARENT = "<externalClientApplication>Sync</externalClientApplication>"


def file(type_name, *parts):
    return f'<{type_name} xmlns="{NAMESPACE}">{"".join(parts)}</{type_name}>'


def app(*parts):
    return file("ExternalClientApplication", "<contactEmail>a@b.example</contactEmail><label>The Sync</label>", *parts)


def settings(*parts, scopes="Api, RefreshToken"):
    listed = f"<commaSeparatedOauthScopes>{scopes}</commaSeparatedOauthScopes>"
    return file("ExtlClntAppOauthSettings", listed, PARENT, *parts)


def shared(*parts):
    callback = "<callbackUrl>https://localhost/cb</callbackUrl>"
    return file("ExtlClntAppGlobalOauthSettings", callback, PARENT, *parts)


def policy(*parts):
    return file("ExtlClntAppOauthConfigurablePolicies", PARENT, *parts)


def switches(*parts):
    return file("ExtlClntAppConfigurablePolicies", PARENT, *parts)


def element(name, text):
    return f"<{name}>{text}</{name}>"


def minimal(**changed):
    """The three files that a working app needs; further or other files by the names of this module."""
    return {APP: app(), SETTINGS: settings(), GLOBAL: shared()} | changed
