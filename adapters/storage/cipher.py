"""Sealing with AES-256-GCM under a ring of keys: the first seals, all of them open. What is sealed for one purpose and owner opens for no other.

A sealed value is: one byte for the version, four that name the key, a random nonce of 96 bits, then the encrypted text with its tag.
"""

from __future__ import annotations

import binascii
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import WrongKey

KEY = 32
"""Bytes of a key."""
NAMED = 5
"""Bytes of a sealed value that say which version and key it is of."""
_VERSION = b"\x01"
_NONCE = 12


@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """Keys of 32 bytes, the newest first; it never shows them."""

    keys: tuple[bytes, ...]

    @property
    def name(self) -> bytes:
        """Return what values sealed from now on begin with."""
        return _name(self.keys[0])

    def seal(self, plain: bytes, purpose: str, *owner: str) -> bytes:
        """Return the text encrypted under the first key, bound to its purpose and owner."""
        nonce = os.urandom(_NONCE)
        return self.name + nonce + AESGCM(self.keys[0]).encrypt(nonce, plain, _bound(purpose, owner))

    def unseal(self, sealed: bytes, purpose: str, *owner: str) -> bytes:
        """Return the text; raises WrongKey where no key of the ring opens it, or where it was sealed for something else."""
        nonce, text = sealed[NAMED : NAMED + _NONCE], sealed[NAMED + _NONCE :]
        for key in self.keys:
            if _name(key) == sealed[:NAMED]:
                try:
                    return AESGCM(key).decrypt(nonce, text, _bound(purpose, owner))
                except (InvalidTag, ValueError):
                    break
        raise WrongKey("What is kept here was sealed with another key.")


def _name(key: bytes) -> bytes:
    return _VERSION + sha256(b"offscript key" + key).digest()[: NAMED - 1]


def _bound(purpose: str, owner: tuple[str, ...]) -> bytes:
    """Return the associated data; no two lists of names give the same."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (name.encode() for name in (purpose, *owner)))


def ring(text: str) -> Ring:
    """Return the keys of a list in base64 with commas between; raises WrongKey, which names the position and never the key."""
    given = [part.strip() for part in text.split(",")]
    return Ring(tuple(dict.fromkeys(_key(part, i) for i, part in enumerate(given, 1) if part or len(given) == 1)))


def _key(text: str, position: int) -> bytes:
    try:
        key = urlsafe_b64decode(text.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY or written(key).rstrip("=") != text.replace("+", "-").replace("/", "_").rstrip("="):
        raise WrongKey(f"Key {position} in OFFSCRIPT_KEYS is not 32 bytes in base64. `offscript keys new` prints one that is.")
    return key


def written(key: bytes) -> str:
    """Return a key as it stands in OFFSCRIPT_KEYS."""
    return urlsafe_b64encode(key).decode("ascii")


def new() -> str:
    """Return a new random key as it stands in OFFSCRIPT_KEYS."""
    return written(os.urandom(KEY))
