"""What there is at all: versions, resources, limits."""

from http import HTTPStatus
from typing import Any, Final

from provision.localorg import facts
from provision.localorg.routes.data.call import PREFIX, Call, Reply
from provision.localorg.sobjects import describe
from provision.localorg.sobjects.reading import Reader
from provision.localorg.store.orgs import OrgRow

OLDEST: Final = 31
NEWEST: Final = 68
_SEASONS: Final = ("Winter", "Spring", "Summer")
_SPRING_26: Final = 66
_RESOURCES: Final = ("tooling", "query", "queryAll", "sobjects", "composite", "limits", "metadata")
DAILY_CALLS: Final = "DailyApiRequests"


def versions() -> list[dict[str, str]]:
    """All versions, oldest first."""
    return [
        {"label": _label(number), "url": f"{PREFIX}/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST, NEWEST + 1)
    ]


def resources(call: Call) -> Reply:
    """GET /services/data/v66.0: what can be asked."""
    return Reply(HTTPStatus.OK, {name: f"{call.api}/{name}" for name in sorted(_RESOURCES)})


def limits(call: Call) -> Reply:
    """GET /limits."""
    used, most_calls = call.transaction.exchanges(call.org.id).api_calls(call.clock.now()), daily_calls(call.org)
    shown: dict[str, Any] = {
        name: {"Max": most, "Remaining": most} for name, most in facts.load("limits").items() if name != "_source"
    }
    shown[DAILY_CALLS] = {"Max": most_calls, "Remaining": max(0, most_calls - used)}
    return Reply(HTTPStatus.OK, shown)


def record_count(call: Call) -> Reply:
    """GET /limits/recordCount?sObjects=…"""
    reader = Reader(call.records)
    found = [describe.find(name.strip()) for name in call.arguments.get("sObjects", "").split(",")]
    shown = [
        {"count": len(reader.rows(each)), "name": each.name} for each in found if each and call.caller.may("read", each)
    ]
    return Reply(HTTPStatus.OK, {"sObjects": shown})


def daily_calls(org: OrgRow) -> int:
    """How many API calls an org may make in a day."""
    return org.switches.api_calls_per_day or int(facts.load("limits")[DAILY_CALLS])


def _label(number: int) -> str:
    """The release of an API version: three a year, 66.0 is Spring '26."""
    releases = number - _SPRING_26 + _SEASONS.index("Spring")
    return f"{_SEASONS[releases % 3]} '{26 + releases // 3:02d}"
