"""Keys and certificates in the shapes that people have them: PEM well or badly kept, base64, DER.

Finds blocks and decodes them; what a block means is the business of `private_key` and `certificate`. Follows RFC 7468,
with the leniency that files pasted into variables, forms and secret stores need.
"""

from __future__ import annotations

import base64
import binascii
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

LARGEST_BYTES = 1024 * 1024

_BEGIN = "-----BEGIN "
_DASHES = "-----"
_LABEL = re.compile(r"[A-Z0-9][A-Z0-9 ]{0,63}")
_ESCAPED_NEWLINE = re.compile(r"\\+r\\+n|\\+[rn]")
_LEGACY_HEADERS = re.compile(
    r"\s*Proc-Type:\s*4,\s*ENCRYPTED\s*DEK-Info:\s*(DES[A-Z0-9-]*,[0-9A-Fa-f]{16}|[A-Z0-9-]+,[0-9A-Fa-f]{32})"
)
"""RFC 1421, as OpenSSL writes it; the initialisation vector has one block of the cipher, so line ends may be lost."""
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NESTING = 2


class NotPem(ValueError):
    """The text holds no block that could be decoded; the message says why and quotes none of it."""


@dataclass(frozen=True)
class Block:
    """One decoded block."""

    label: str
    """`PRIVATE KEY`, `CERTIFICATE`, …; empty for bare DER."""
    der: bytes = field(repr=False)
    cipher: str = ""
    """`DEK-Info` of a key in OpenSSL's old encrypted form, which is no DER before it is decrypted."""

    def pem(self) -> bytes:
        """Return the block as orderly PEM."""
        head = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: {self.cipher}\n\n" if self.cipher else ""
        body = "\n".join(textwrap.wrap(base64.b64encode(self.der).decode("ascii"), 64))
        return f"-----BEGIN {self.label}-----\n{head}{body}\n-----END {self.label}-----\n".encode("ascii")


def read_blocks(data: bytes | str) -> tuple[Block, ...]:
    r"""Return every block in `data`, at least one; raises `NotPem`.

    Understood: PEM with text around it, byte order marks (UTF-16 too), any line ends and widths, `\n` written out,
    quotes; bare base64 of DER; base64 of any of these; DER.
    """
    return _read(data.encode("utf-8", errors="replace") if isinstance(data, str) else data, _NESTING)


def first_element(der: bytes) -> bytes:
    """Return the first DER element without what follows it; `der` itself where it is not that long."""
    return der[: _length(der) or len(der)]


def _read(raw: bytes, nesting: int) -> tuple[Block, ...]:
    if not raw.strip():
        raise NotPem("it is empty")
    if len(raw) > LARGEST_BYTES:
        raise NotPem(f"it is larger than {LARGEST_BYTES // 1024} KiB")
    length = _length(raw)
    if length and not raw[length:].strip():
        return (Block("", raw[:length]),)
    text = _text(raw)
    if _BEGIN in text:
        return tuple(_scan(text))
    decoded = _base64(text.strip().strip("\"'"))
    if decoded is None or not nesting:
        raise NotPem("it is neither PEM nor DER nor base64 of one of them")
    return _read(decoded, nesting - 1)


def _text(raw: bytes) -> str:
    encoding = "utf-16" if raw.startswith(_UTF16_MARKS) else "utf-8-sig"
    text = raw.decode(encoding, errors="replace")
    return _ESCAPED_NEWLINE.sub("\n", text).replace("\\/", "/")


def _scan(text: str) -> Iterator[Block]:
    position = text.find(_BEGIN)
    while position >= 0:
        start = position + len(_BEGIN)
        close = text.find(_DASHES, start)
        label = text[start:close] if close >= 0 else ""
        if not _LABEL.fullmatch(label):
            raise NotPem("a BEGIN line is damaged")
        end_line = f"-----END {label}-----"
        end = text.find(end_line, close)
        if end < 0:
            raise NotPem(f"the block {label} has no END line: it was cut off")
        yield _block(label, text[close + len(_DASHES) : end])
        position = text.find(_BEGIN, end + len(end_line))


def _block(label: str, body: str) -> Block:
    legacy = _LEGACY_HEADERS.match(body)
    der = _base64(body[legacy.end() :] if legacy else body)
    if der is None:
        raise NotPem(f"the body of the block {label} is not base64: it was damaged on its way")
    return Block(label, der, legacy[1] if legacy else "")


def _base64(text: str) -> bytes | None:
    packed = "".join(text.split()).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _length(der: bytes) -> int | None:
    """Return the length of the SEQUENCE that `der` starts with, header included; `None` where there is none."""
    if len(der) < 2 or der[0] != 0x30:  # noqa: PLR2004 -- tag and length, X.690 §8.1
        return None
    size, header = der[1], 2
    if size & 0x80:
        header += size & 0x7F
        size = int.from_bytes(der[2:header], "big")
    whole = header + size
    return whole if size and whole <= len(der) else None
