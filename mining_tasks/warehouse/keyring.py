"""The keyring of the vault: data keys that seal what is in it, each wrapped under the vault key and never in plain.

What is sealed stays as it is when the vault key is replaced: only this one small file is written anew, at once. From
then on new files are sealed under a new data key, and the old vault key opens nothing any more.
"""

import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from mining_tasks.warehouse import durable
from mining_tasks.warehouse.home import home
from mining_tasks.warehouse.keys import KEY_BYTES, HomeMissing, derived, fingerprint

FILE = "keyring.json"
NONCE_BYTES = 12


class WrongKey(HomeMissing):
    """The vault key in use does not open what is there."""


@dataclass(frozen=True)
class DataKey:
    """A key that seals files; `name` says which, without giving it away."""

    key: bytes

    @property
    def name(self) -> str:
        return fingerprint(self.key)


@dataclass(frozen=True)
class Wrapped:
    """A data key sealed under a vault key, which `under` names."""

    data_key: str
    under: str
    sealed: str


def current() -> DataKey:
    """The data key for what is sealed now; the first call makes the keyring. Raises `HomeMissing`, `WrongKey`."""
    return _open(_present(home().vault_key())[-1], home().vault_key())


def named(name: str) -> DataKey:
    """The data key under which something was sealed; raises `HomeMissing` or `WrongKey`."""
    key = home().vault_key()
    for wrapped in _present(key):
        if wrapped.data_key == name:
            return _open(wrapped, key)
    raise WrongKey(
        f"the vault holds what is sealed under data key {name}, which its keyring does not know. "
        f"Next: restore {file()} from a backup"
    )


def file() -> Path:
    """Where the keyring lies: with the vault, and to be backed up with it."""
    return home().vault / FILE


def all_wrapped() -> list[Wrapped]:
    """The keyring as it lies there, oldest data key first; empty if there is none yet."""
    if not file().exists():
        return []
    told: list[dict[str, Any]] = json.loads(file().read_text())
    return [Wrapped(**each) for each in told]


def _present(key: bytes) -> list[Wrapped]:
    """What the vault key in use opens, oldest first; never empty."""
    every = all_wrapped() or begin(key)
    mine = [wrapped for wrapped in every if wrapped.under == fingerprint(key)]
    if not mine:
        others = ", ".join(sorted({wrapped.under for wrapped in every}))
        raise WrongKey(
            f"the vault key in use ({fingerprint(key)}) does not open the vault, which is locked with {others}. "
            "Next: give that key in GOLDSEAM_VAULT_KEY or GOLDSEAM_VAULT_KEY_FILE"
        )
    return mine


def begin(key: bytes) -> list[Wrapped]:
    """Make the keyring with its first data key; of two who begin at once one wins, and both use hers."""
    made = durable.beside(file())
    durable.write_json(made, [vars(wrap(DataKey(secrets.token_bytes(KEY_BYTES)), key))])
    try:
        durable.place_new(made, file())
    finally:
        made.unlink(missing_ok=True)
    return all_wrapped()


def wrap(data_key: DataKey, key: bytes) -> Wrapped:
    """A data key sealed under a vault key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCMSIV(derived(key, "keyring")).encrypt(nonce, data_key.key, data_key.name.encode())
    return Wrapped(data_key.name, fingerprint(key), (nonce + sealed).hex())


@lru_cache(maxsize=64)
def _open(wrapped: Wrapped, key: bytes) -> DataKey:
    raw = bytes.fromhex(wrapped.sealed)
    cipher = AESGCMSIV(derived(key, "keyring"))
    try:
        return DataKey(cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], wrapped.data_key.encode()))
    except InvalidTag as fault:
        raise WrongKey(f"{file()} was changed by another hand. Next: restore it from a backup") from fault


def turn(old: bytes, new: bytes) -> None:
    """Let both vault keys open the vault, with a new data key for what is sealed from now on; at once.

    Processes that still have the old key work on until `forget`. Turning to the same key again changes nothing.
    """
    mine = [_open(wrapped, old) for wrapped in _present(old)]
    if any(wrapped.under == fingerprint(new) for wrapped in all_wrapped()):
        return
    every = [*mine, DataKey(secrets.token_bytes(KEY_BYTES))]
    durable.write_json(file(), [vars(wrap(each, key)) for each in every for key in (old, new)])


def forget(key: bytes) -> int:
    """Let `key` alone open the vault; how many wrappings of other keys went."""
    mine, every = _present(key), all_wrapped()
    if len(mine) < len(every):
        durable.write_json(file(), [vars(each) for each in mine])
    return len(every) - len(mine)
