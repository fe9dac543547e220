"""ExtlClntAppConfigurablePolicies: whether the app, and its OAuth part, are switched on."""

from collections.abc import Mapping

from provision.localorg.metadata.types.external_client_app import family
from provision.localorg.metadata.types.external_client_app.member import Member


class Policies(Member):
    """Deploys, deletes and shows the general policies of apps."""

    sobject = "ExtlClntAppPlcyCnfg"
    defaults: Mapping[str, str] = {"isEnabled": "true", "isOauthPluginEnabled": "false", "startPage": "None"}

    def __init__(self) -> None:
        super().__init__(family.POLICIES)
