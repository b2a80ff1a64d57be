"""New keys for old: crash-safe, and begun again from wherever they stopped."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from mining_tasks.warehouse import durable, keyring
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.keys import KEY_BYTES, HomeMissing, Secret, decoded, fingerprint, write

NEXT = "GOLDSEAM_VAULT_KEY_NEXT"


@dataclass(frozen=True)
class Rotated:
    """Fingerprints of the key that was and the key that is, and what is left to do; empty if nothing is."""

    name: str
    before: str
    now: str
    next_step: str = ""


def rotate_vault() -> Rotated:
    """Lock the vault with a new key: the home's own is replaced, a backend's new one is read from
    `GOLDSEAM_VAULT_KEY_NEXT`, and then both open until `finish_vault`.

    At every instant at least one key that somebody holds opens the vault. What is sealed is not touched. Raises
    `HomeMissing`, `WrongKey`.
    """
    secret, old = home().secret("vault"), home().vault_key()
    if not secret.is_ours:
        new = _given(secret)
        keyring.turn(old, new)
        step = f"give the new key as {secret.variable} everywhere, then: goldseam vault finish"
        return Rotated("vault", fingerprint(old), fingerprint(new), step)
    new = _kept_beside(secret)
    keyring.turn(old, new)
    durable.put_in_place(_beside(secret), secret.file)
    keyring.forget(new)
    return Rotated("vault", fingerprint(old), fingerprint(new))


def finish_vault() -> int:
    """Let the key in use alone open the vault; how many wrappings under other keys were thrown away."""
    return keyring.forget(home().vault_key())


def rotate_hash() -> Rotated:
    """A new hash key: the next night makes all hashes anew, and customer ids stay, for their key and memory do.

    Where a secrets backend gives the key this prepares the home, so that the key can be replaced there.
    """
    secret, old = home().secret("hash"), home().hash_key()
    home().id_key(), home().identity()  # made of the first hash key, and kept from now on
    if not secret.is_ours:
        step = f"give a new key as {secret.variable} everywhere (openssl rand -hex 32), then run the next night"
        return Rotated("hash", fingerprint(old), fingerprint(old), step)
    write(secret.file, secrets.token_hex(KEY_BYTES))
    return Rotated("hash", fingerprint(old), fingerprint(home().hash_key()), "run the next night: goldseam night")


def _given(secret: Secret) -> bytes:
    given = os.environ.get(NEXT)
    if not given:
        raise HomeMissing(f"a secrets backend gives the vault key: set {NEXT} to the new one (openssl rand -hex 32)")
    return decoded(given, secret)


def _beside(secret: Secret) -> Path:
    return secret.file.with_name(f"{secret.file.name}.next")


def _kept_beside(secret: Secret) -> bytes:
    """The new key, on disk before anything is locked with it; that of a rotation cut short is used again."""
    if not _beside(secret).exists():
        write(_beside(secret), secrets.token_hex(KEY_BYTES))
    return decoded(_beside(secret).read_text(), secret)
