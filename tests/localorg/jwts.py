"""Assertions made by hand, so that they can be wrong in any way."""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header, payload, key):
    """A compact JWS over these texts, signed with RS256 whatever the header says."""
    text = f"{b64(header.encode())}.{b64(payload.encode())}"
    return f"{text}.{b64(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def jwt(claims, key, header=None):
    return signed(json.dumps(header or {"alg": "RS256", "typ": "JWT"}), json.dumps(claims), key)
