"""Checkpoints as text that can be kept elsewhere: a signed note (C2SP tlog-checkpoint), signed with Ed25519.

The lines are the origin, the number of rows, the root, the instant; an empty line; the signature.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cms.audit.keys import signing_key, verifying_keys

# whose trail it is tells the key: host names change, and what was signed must stay verifiable
ORIGIN = "iconet/audit"
_ALGORITHM = b"\x01"  # Ed25519 in the format of signed notes


@dataclass(frozen=True, slots=True)
class Statement:
    """What a checkpoint says."""

    size: int
    root: bytes
    at: datetime

    @property
    def body(self) -> str:
        """The text that is signed."""
        instant = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{ORIGIN}\n{self.size}\n{b64encode(self.root).decode()}\n{instant}\n"


def sign(statement: Statement) -> bytes:
    """Return the signature under a statement."""
    return signing_key().sign(statement.body.encode())


def signed_by(statement: Statement, signature: bytes) -> Ed25519PublicKey | None:
    """Return the key of ours that signed the statement, or None."""
    for key in verifying_keys():
        try:
            key.verify(signature, statement.body.encode())
        except InvalidSignature:
            continue
        return key
    return None


def note(statement: Statement, signature: bytes) -> str:
    """Return the checkpoint as a signed note; raises ValueError where the signature is not ours."""
    key = signed_by(statement, signature)
    if key is None:
        raise ValueError("The checkpoint is not signed by this trail.")
    return f"{statement.body}\n— {ORIGIN} {b64encode(_key_id(key) + signature).decode()}\n"


def read_note(text: str) -> tuple[Statement, bytes]:
    """Return statement and signature of a note; raises ValueError where it is none of this trail."""
    body, _blank, signatures = text.partition("\n\n")
    try:
        named, size, root, instant = body.split("\n")
        _dash, _name, signed = signatures.strip().split(" ")
        statement = Statement(int(size), b64decode(root, validate=True), datetime.fromisoformat(instant))
        signature = b64decode(signed, validate=True)[4:]
    except ValueError as error:
        raise ValueError("This is no checkpoint of a trail.") from error
    if named != ORIGIN:
        raise ValueError(f"This checkpoint is of {named}, not of {ORIGIN}.")
    return statement, signature


def public_key_line(key: Ed25519PublicKey) -> str:
    """Return a verifying key as signed notes write it: name, key hash, key."""
    encoded = b64encode(_ALGORITHM + key.public_bytes_raw()).decode()
    return f"{ORIGIN}+{_key_id(key).hex()}+{encoded}"


def _key_id(key: Ed25519PublicKey) -> bytes:
    return sha256(ORIGIN.encode() + b"\n" + _ALGORITHM + key.public_bytes_raw()).digest()[:4]
