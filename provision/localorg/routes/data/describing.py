"""sObjects as describe calls show them; keys and their order as in a recorded description of an object."""

from collections.abc import Mapping
from typing import Any, Final

from provision.localorg.routes.data.call import Call
from provision.localorg.sobjects.describe import Children, Field, SObject, children_of

_SOAP: Final = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}
_IDS: Final = frozenset({"id", "reference"})
_BYTES_PER_CHARACTER: Final = 3
"""As in the recorded description, whose string of 80 characters has 240 bytes."""
_OF_NO_OBJECT: Final[Mapping[str, Any]] = {
    "activateable": False,
    "associateEntityType": None,
    "associateParentEntity": None,
    "custom": False,
    "customSetting": False,
    "deepCloneable": False,
    "deprecatedAndHidden": False,
    "feedEnabled": False,
    "hasSubtypes": False,
    "isInterface": False,
    "isSubtype": False,
    "mergeable": False,
    "mruEnabled": False,
}
"""What an entry in the list of sObjects can say and no sObject of the local org has."""
_OF_NO_DESCRIPTION: Final[Mapping[str, Any]] = {
    "actionOverrides": [],
    "compactLayoutable": False,
    "defaultImplementation": None,
    "extendedBy": None,
    "extendsInterfaces": None,
    "implementedBy": None,
    "implementsInterfaces": None,
    "listviewable": None,
    "lookupLayoutable": None,
    "namedLayoutInfos": [],
    "networkScopeFieldName": None,
    "recordTypeInfos": [],
    "sobjectDescribeOption": "FULL",
}
"""The same for whole descriptions."""
_OF_NO_FIELD: Final[Mapping[str, Any]] = {
    "aiPredictionField": False,
    "autoNumber": False,
    "calculated": False,
    "calculatedFormula": None,
    "cascadeDelete": False,
    "caseSensitive": False,
    "compoundFieldName": None,
    "controllerName": None,
    "custom": False,
    "defaultValueFormula": None,
    "dependentPicklist": False,
    "deprecatedAndHidden": False,
    "digits": 0,
    "displayLocationInDecimal": False,
    "encrypted": False,
    "externalId": False,
    "extraTypeInfo": None,
    "filteredLookupInfo": None,
    "formulaTreatNullNumberAsZero": False,
    "highScaleNumber": False,
    "htmlFormatted": False,
    "inlineHelpText": None,
    "mask": None,
    "maskType": None,
    "permissionable": False,
    "precision": 0,
    "queryByDistance": False,
    "referenceTargetField": None,
    "relationshipOrder": None,
    "restrictedDelete": False,
    "scale": 0,
    "searchPrefilterable": False,
    "writeRequiresMasterRead": False,
}
"""What fields can say and none here has; that a description tells no digits of numbers is assumed."""


def brief(call: Call, sobject: SObject) -> dict[str, Any]:
    """One entry of the list of sObjects."""
    url = f"{call.api}/sobjects/{sobject.name}"
    readable = call.caller.may("read", sobject)
    shown: dict[str, Any] = {
        "createable": sobject.createable and call.caller.may("create", sobject),
        "deletable": sobject.deletable and call.caller.may("delete", sobject),
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": not sobject.setup,
        "name": sobject.name,
        "queryable": readable,
        "replicateable": readable,
        "retrieveable": readable,
        "searchable": not sobject.setup,
        "triggerable": not sobject.setup,
        "undeletable": sobject.soft_delete,
        "updateable": sobject.updateable and call.caller.may("edit", sobject),
        "urls": {"rowTemplate": f"{url}/{{ID}}", "describe": f"{url}/describe", "sobject": url},
    }
    return _in_order({**_OF_NO_OBJECT, **shown})


def full(call: Call, sobject: SObject) -> dict[str, Any]:
    """The whole description of an sObject."""
    shown: dict[str, Any] = {
        "childRelationships": [_child(each) for each in children_of(sobject)],
        **brief(call, sobject),
        "fields": [_field(sobject, each) for each in sobject.fields.values()],
        "searchLayoutable": not sobject.setup,
        "supportedScopes": [{"label": f"All {sobject.label_plural}", "name": "everything"}],
    }
    return _in_order({**_OF_NO_DESCRIPTION, **shown})


def _child(child: Children) -> dict[str, Any]:
    return {
        "cascadeDelete": False,
        "childSObject": child.sobject.name,
        "deprecatedAndHidden": False,
        "field": child.field.name,
        "relationshipName": child.field.child,
        "restrictedDelete": False,
    }


def _field(sobject: SObject, field: Field) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "aggregatable": field.filterable,
        "byteLength": field.length if field.type in _IDS else field.length * _BYTES_PER_CHARACTER,
        "createable": field.createable,
        "defaultValue": field.default if field.type == "boolean" else None,
        "defaultedOnCreate": field.type == "boolean" or not field.createable,
        "filterable": field.filterable,
        "groupable": field.filterable and field.type not in {"datetime", "currency", "textarea"},
        "idLookup": field.id_lookup or field.unique,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name" and "name" in sobject.fields,
        "namePointing": len(field.to) > 1,
        "nillable": not field.required and field.type not in {"boolean", "id"},
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}
            for value in field.values
        ],
        "polymorphicForeignKey": len(field.to) > 1,
        "referenceTo": list(field.to),
        "relationshipName": field.relationship,
        "restrictedPicklist": bool(field.values),
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "sortable": field.filterable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
    }
    return _in_order({**_OF_NO_FIELD, **shown})


def _in_order(shown: Mapping[str, Any]) -> dict[str, Any]:
    return dict(sorted(shown.items()))
