"""sObjects as describe calls show them."""

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


def brief(call: Call, sobject: SObject) -> dict[str, Any]:
    """One entry of the list of sObjects."""
    url = f"{call.api}/sobjects/{sobject.name}"
    readable = call.caller.may("read", sobject)
    return {
        "activateable": False,
        "createable": sobject.createable and call.caller.may("create", sobject),
        "custom": False,
        "customSetting": False,
        "deletable": sobject.deletable and call.caller.may("delete", sobject),
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": not sobject.setup,
        "mergeable": False,
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


def full(call: Call, sobject: SObject) -> dict[str, Any]:
    """The whole description of an sObject."""
    return {
        "actionOverrides": [],
        "childRelationships": [_child(each) for each in children_of(sobject)],
        **brief(call, sobject),
        "fields": [_field(sobject, each) for each in sobject.fields.values()],
        "recordTypeInfos": [],
        "supportedScopes": [{"label": f"All {sobject.label_plural}", "name": "everything"}],
    }


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
    return {
        "aggregatable": field.filterable,
        "autoNumber": False,
        "calculated": False,
        "caseSensitive": False,
        "createable": field.createable,
        "custom": False,
        "defaultValue": field.default if field.type == "boolean" else None,
        "defaultedOnCreate": field.type == "boolean" or not field.createable,
        "deprecatedAndHidden": False,
        "externalId": False,
        "filterable": field.filterable,
        "groupable": field.filterable and field.type not in {"datetime", "currency", "textarea"},
        "idLookup": field.id_lookup or field.unique,
        "label": field.label,
        "length": field.length,
        "name": field.name,
        "nameField": field.name == "Name" and "name" in sobject.fields,
        "nillable": not field.required and field.type not in {"boolean", "id"},
        "permissionable": False,
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
