"""Keys: from the environment, from a mounted secret, or from a file of the home; none of them is ever shown."""

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32  # HMAC-SHA-256 gains nothing from a longer key (RFC 2104); AES-256 takes exactly this
FINGERPRINT_CHARACTERS = 12
ONLY_MINE = 0o600


class HomeMissing(ValueError):
    """The home was never made, or lacks a file that a step needs."""


@dataclass(frozen=True)
class Secret:
    """One key of a shop: `GOLDSEAM_<NAME>_KEY`, else the file that `GOLDSEAM_<NAME>_KEY_FILE` names, else `file`."""

    name: str
    file: Path

    @property
    def variable(self) -> str:
        return f"GOLDSEAM_{self.name.upper()}_KEY"

    @property
    def mounted(self) -> Path | None:
        """Where a secrets backend mounts the key, if it does."""
        place = os.environ.get(f"{self.variable}_FILE")
        return Path(place) if place else None

    @property
    def is_ours(self) -> bool:
        """Whether the key lies in the home, so that we may replace it; else a secrets backend gives it."""
        return not os.environ.get(self.variable) and self.mounted is None

    def read(self) -> bytes:
        """The key; raises `HomeMissing` with the next step if there is none, or if it is no key."""
        return decoded(os.environ.get(self.variable) or self._written(), self)

    def _written(self) -> str:
        place = self.mounted or self.file
        try:
            return place.read_text()
        except OSError as fault:
            home = self.file.parent
            raise HomeMissing(
                f"no {self.name} key: set {self.variable} or {self.variable}_FILE, or run goldseam init {home}"
            ) from fault

    def make(self) -> None:
        """Write a new key unless there is one."""
        if not self.file.exists():
            write(self.file, secrets.token_hex(KEY_BYTES))


def decoded(text: str, secret: Secret) -> bytes:
    """The bytes of a key as it is written: at least 16 of them, hexadecimal; raises `HomeMissing` without the text."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES // 2:
        raise HomeMissing(
            f"the {secret.name} key is no key: {KEY_BYTES} bytes in hexadecimal are needed. Next: openssl rand -hex 32"
        )
    return key


def write(file: Path, text: str) -> None:
    """Write a secret for its owner alone, at once; nobody finds half a key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    made = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_MINE), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    made.replace(file)


def derived(key: bytes, purpose: str) -> bytes:
    """A key of its own for a purpose, from which nobody finds the way back."""
    return hmac.new(key, f"goldseam {purpose}".encode(), "sha256").digest()


def fingerprint(key: bytes) -> str:
    """What tells one key from another and gives neither away."""
    return derived(key, "fingerprint").hex()[:FINGERPRINT_CHARACTERS]
