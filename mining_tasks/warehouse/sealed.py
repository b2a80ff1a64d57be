"""Sealed files and texts: AES-256-GCM-SIV, by which the same content gives the same bytes and nothing else is told.

A file is its mark, the name of its data key, and frames: length, nonce, ciphertext. Each frame is authenticated with
its place and what it belongs to, and the last one counts them: none can be changed, exchanged, dropped or added.
"""

import base64
import hmac
import struct
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from mining_tasks.warehouse import durable, keyring
from mining_tasks.warehouse.keyring import NONCE_BYTES, DataKey
from mining_tasks.warehouse.keys import FINGERPRINT_CHARACTERS, derived

MARK = b"goldseal1 "
SUFFIX = ".sealed"
LENGTH = struct.Struct(">Q")
PREFIX = "sealed:"


class Unreadable(ValueError):
    """What is sealed was cut short or changed; nothing of it may be used."""


class Cipher:
    """Seals and opens with one data key."""

    def __init__(self, key: DataKey) -> None:
        self.name = key.name
        self._cipher, self._nonces = AESGCMSIV(derived(key.key, "content")), derived(key.key, "nonce")

    def seal(self, content: bytes, place: str) -> bytes:
        """Nonce and ciphertext; `place` must be said again to open it."""
        about = place.encode()
        nonce = hmac.new(self._nonces, LENGTH.pack(len(about)) + about + content, "sha256").digest()[:NONCE_BYTES]
        return nonce + self._cipher.encrypt(nonce, content, about)

    def open(self, sealed: bytes, place: str) -> bytes:
        """The content; raises `Unreadable` if anything of it, or its place, is another."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as fault:
            raise Unreadable(f"{place} is damaged. Next: restore it, or run its night again") from fault


class SealedWriter:
    """Writes tables as frames of one sealed file, bounded by the largest of them. `of`: what the file belongs to."""

    def __init__(self, path: Path, of: str) -> None:
        self.path, self.of, self.rows, self._frames = path, of, 0, 0
        self._cipher = Cipher(keyring.current())

    def begun(self) -> Self:
        """Open the file."""
        with durable.writing(self.path):
            self._file: IO[bytes] = self.path.open("wb")
            self._file.write(MARK + self._cipher.name.encode())
        return self

    def add(self, rows: pa.Table) -> None:
        """One frame; a table without rows is an empty frame."""
        self._put(_as_parquet(rows) if rows.num_rows else b"", str(self._frames))
        self._frames += 1
        self.rows += rows.num_rows

    def _put(self, content: bytes, number: str) -> None:
        frame = self._cipher.seal(content, f"{self.of} {number}")
        with durable.writing(self.path):
            self._file.write(LENGTH.pack(len(frame)) + frame)

    def end(self) -> None:
        """Count the frames, which makes the file whole, and bring it to the disk."""
        self._put(str(self._frames).encode(), "end")
        self._file.close()
        durable.flush(self.path)

    def abandon(self) -> None:
        """Let go of the file; it stays cut short, which every reader notices."""
        self._file.close()

    def __enter__(self) -> Self:
        return self.begun()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.end()
        else:
            self.abandon()


class SealedFile:
    """Reads a sealed file, any frame by its number. Raises `Unreadable`, `HomeMissing`, `WrongKey`."""

    def __init__(self, path: Path, of: str) -> None:
        self.path, self.of = path, of
        with path.open("rb") as file:
            head = file.read(len(MARK) + FINGERPRINT_CHARACTERS)
            if not head.startswith(MARK):
                raise Unreadable(f"{path.name} is no sealed file")
            self._cipher = Cipher(keyring.named(head[len(MARK) :].decode("ascii", "replace")))
            self._places = list(_places(file))
        self._require_whole()

    def __len__(self) -> int:
        return len(self._places) - 1

    @cached_property
    def name_of_key(self) -> str:
        return self._cipher.name

    def frame(self, number: int) -> pa.Table | None:
        """The rows of a frame; None if it is empty."""
        content = self._content(number, str(number))
        return pq.ParquetFile(pa.BufferReader(content)).read() if content else None  # half the time of `read_table`

    def frames(self) -> Iterator[pa.Table | None]:
        """Every frame in order, one at a time in memory."""
        return (self.frame(number) for number in range(len(self)))

    def _content(self, index: int, number: str) -> bytes:
        start, length = self._places[index]
        with self.path.open("rb") as file:
            file.seek(start)
            return self._cipher.open(file.read(length), f"{self.of} {number}")

    def _require_whole(self) -> None:
        if not self._places or self._content(-1, "end") != str(len(self)).encode():
            raise Unreadable(f"{self.path.name} was cut short. Next: restore it, or run its night again")


def _places(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    while head := file.read(LENGTH.size):
        length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
        yield file.tell(), length
        file.seek(length, 1)


def _as_parquet(rows: pa.Table) -> bytes:
    made = pa.BufferOutputStream()
    pq.write_table(rows, made, compression="zstd", write_statistics=False)
    return bytes(made.getvalue())


def texts(values: list[str | None], places: list[str]) -> list[str | None]:
    """Texts sealed one by one, each with its place; missing ones stay missing."""
    cipher = Cipher(keyring.current())
    head = f"{PREFIX}{cipher.name}:"
    return [
        None if value is None else head + base64.b64encode(cipher.seal(value.encode(), place)).decode()
        for value, place in zip(values, places, strict=True)
    ]


def opened_texts(values: list[str | None], places: list[str]) -> list[str | None]:
    """What `texts` sealed; a text that was never sealed stays as it is."""
    ciphers: dict[str, Cipher] = {}
    return [_opened_text(value, place, ciphers) for value, place in zip(values, places, strict=True)]


def _opened_text(value: str | None, place: str, ciphers: dict[str, Cipher]) -> str | None:
    if value is None or not value.startswith(PREFIX):
        return value
    _, name, coded = value.split(":")
    if name not in ciphers:
        ciphers[name] = Cipher(keyring.named(name))
    return ciphers[name].open(base64.b64decode(coded), place).decode()
