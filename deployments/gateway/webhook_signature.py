"""Signatures of callbacks, as Standard Webhooks has them (https://www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets

from deployments.gateway.settings import GatewaySettings


def callback_secret(settings: GatewaySettings, owner: str) -> str:
    """The secret that signs an owner's callbacks, `whsec_…`; each owner has another."""
    derived = hmac.digest(_root(settings), owner.encode(), hashlib.sha256)
    return "whsec_" + base64.b64encode(derived).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,<base64>` of HMAC-SHA256 over `<id>.<timestamp>.<body>`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _root(settings: GatewaySettings) -> bytes:
    if settings.gateway_callback_secret is not None:
        return settings.gateway_callback_secret.get_secret_value().encode()
    file = settings.home / "callback-secret"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("xb") as new:
                file.chmod(0o600)
                new.write(secrets.token_bytes(32))
        except FileExistsError:  # another process was first
            pass
        return file.read_bytes()
