"""The keys of the trail: derived from one secret, each for one purpose, so that none tells another."""

from functools import cache
from hashlib import sha256
from hmac import new as new_hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_LENGTH = 32


@cache
def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), _LENGTH, salt=None, info=f"iconet audit {purpose}".encode()).derive(secret.encode())


def _secrets() -> list[str]:
    """The present secret, and those of earlier times."""
    return [settings.AUDIT_KEY, *settings.AUDIT_OLD_KEYS]


def row_mac(row_hash: bytes) -> bytes:
    """Return what only a holder of the key can put beside a row with this hash."""
    return new_hmac(_derived(settings.AUDIT_KEY, "rows"), row_hash, sha256).digest()


def row_macs(row_hash: bytes) -> list[bytes]:
    """Return what may stand beside a row with this hash: made with the present key or an earlier one."""
    return [new_hmac(_derived(secret, "rows"), row_hash, sha256).digest() for secret in _secrets()]


def keyed_hash(purpose: str, text: str) -> str:
    """Return a hash of a text (a query, say) that nobody without the key can guess the text from."""
    return new_hmac(_derived(settings.AUDIT_KEY, purpose), text.encode(), sha256).hexdigest()


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs checkpoints."""
    return Ed25519PrivateKey.from_private_bytes(_derived(settings.AUDIT_KEY, "checkpoints"))


def verifying_keys() -> list[Ed25519PublicKey]:
    """Return the keys under which checkpoints may have been signed, the present one first."""
    return [Ed25519PrivateKey.from_private_bytes(_derived(secret, "checkpoints")).public_key() for secret in _secrets()]
