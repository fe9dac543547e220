"""The ways in which people mangle PEM files, each as a function from an orderly PEM to what they have."""

import base64
import json


def _one_line(pem: str) -> str:
    head, *body, foot = pem.strip().splitlines()
    return f"{head}\n{''.join(body)}\n{foot}\n"


def _body(pem: str) -> str:
    return "".join(pem.strip().splitlines()[1:-1])


def _bag_attributes(pem: str) -> str:
    bag = "Bag Attributes\n    localKeyID: 54 69 6D 65\n    friendlyName: billing\nsubject=CN = a\n\nissuer=CN = a\n\n"
    return bag + pem + "\n"


SHAPES = {
    "as is": lambda pem: pem,
    "bytes": lambda pem: pem.encode(),
    "CRLF": lambda pem: pem.replace("\n", "\r\n"),
    "CR": lambda pem: pem.replace("\n", "\r"),
    "no final newline": str.rstrip,
    "blank lines between": lambda pem: pem.replace("\n", "\n\n"),
    "trailing spaces": lambda pem: pem.replace("\n", "   \n"),
    "indented as in YAML": lambda pem: "key: |\n" + "".join(f"    {line}\n" for line in pem.splitlines()),
    "body on one line": _one_line,
    "all on one line": lambda pem: pem.replace("\n", " "),
    "all joined": lambda pem: pem.replace("\n", ""),
    "escaped newlines": lambda pem: pem.replace("\n", "\\n"),
    "escaped CRLF": lambda pem: pem.replace("\n", "\\r\\n"),
    "escaped twice": lambda pem: pem.replace("\n", "\\\\n"),
    "quoted": lambda pem: f'"{pem}"',
    "in a .env line": lambda pem: "KEY='" + pem.replace("\n", "\\n") + "'\n",
    "in JSON": lambda pem: json.dumps({"private_key": pem, "type": "service"}),
    "in JSON by PHP": lambda pem: json.dumps({"key": pem}).replace("/", "\\/"),
    "UTF-8 byte order mark": lambda pem: b"\xef\xbb\xbf" + pem.encode(),
    "UTF-16 by PowerShell": lambda pem: pem.encode("utf-16"),
    "text before and after": lambda pem: f"Here it is, see above:\n\n{pem}\nRegards,\nAnna\n",
    "Bag Attributes": _bag_attributes,
    "bytes that are no text before": lambda pem: b"\x00\xfe\xff\x80" + pem.encode(),
    "base64 of the PEM": lambda pem: base64.b64encode(pem.encode()).decode(),
    "base64 of the PEM, wrapped": lambda pem: base64.encodebytes(pem.encode()).decode(),
    "base64 of base64 of the PEM": lambda pem: base64.b64encode(base64.b64encode(pem.encode())),
    "base64 of the PEM, quoted": lambda pem: f'"{base64.b64encode(pem.encode()).decode()}"\n',
    "base64 without padding": lambda pem: base64.b64encode(pem.encode()).decode().rstrip("="),
    "base64 for URLs": lambda pem: base64.urlsafe_b64encode(pem.encode()).decode(),
    "body alone": _body,
    "body alone, wrapped and escaped": lambda pem: "\\n".join(pem.strip().splitlines()[1:-1]),
    "DER": lambda pem: base64.b64decode(_body(pem)),
    "DER with a newline": lambda pem: base64.b64decode(_body(pem)) + b"\n",
}
