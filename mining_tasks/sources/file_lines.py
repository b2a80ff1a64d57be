"""The lines of a file, plain or gzip, in bounded memory; a cut or swollen file is refused."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from mining_tasks.sources.faults import Refused, Unfinished
from mining_tasks.sources.parsed import MARK, NOT_UTF8, TOO_LONG

LONGEST_LINE = 4 * 1024 * 1024  # bytes; forty times the longest text that a contract of ours takes
LARGEST_SWELLING = 200  # unpacked to packed; JSON lines of one and the same ticket come to about 150
SWELLING_FROM = 64 * 1024 * 1024  # smaller files may swell as they like
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Line = tuple[int, str, str]


def lines(path: Path) -> Iterator[Line]:
    """Number, text and reason of each line; with a reason it cannot be read, and the text is for the quarantine.

    Raises `Unfinished` if the file is empty, ends within a line or within its gzip stream, `Refused` if it unpacks to
    far more than it should.
    """
    number = 0
    try:
        with _opened(path) as stream:
            for number, line in enumerate(_limited(stream, path), start=1):
                yield (number, *_decoded(line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line))
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unfinished(f"{path.name} is cut or damaged after line {number:,}: nothing of it is used") from None
    if not number and not _may_be_empty(path):
        raise Unfinished(f"{path.name} is empty; if that is right, put 0 into {path.name}.count")


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _limited(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """Lines without their ends; of one that is too long only its beginning."""
    most = max(SWELLING_FROM, path.stat().st_size * LARGEST_SWELLING)
    size = 0
    while line := stream.readline(LONGEST_LINE + 1):
        size += len(line)
        rest = line
        while len(line) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
            size += len(rest)
            _refuse_swollen(size, most, path)
        _refuse_swollen(size, most, path)
        if not rest.endswith(b"\n"):
            raise Unfinished(f"{path.name} ends within a line: it was cut, and nothing of it is used")
        yield line.removesuffix(b"\n").removesuffix(b"\r")


def _refuse_swollen(size: int, most: int, path: Path) -> None:
    if path.suffix == ".gz" and size > most:
        raise Refused(f"{path.name} unpacks to more than {most:,} bytes: nothing of it is used")


def _decoded(line: bytes) -> tuple[str, str]:
    if len(line) > LONGEST_LINE:
        return line[:LONGEST_LINE].decode("utf-8", "backslashreplace"), TOO_LONG
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("utf-8", "backslashreplace"), NOT_UTF8
    return text, MARK if text.startswith("\ufeff") else ""


def _may_be_empty(path: Path) -> bool:
    return path.with_name(path.name + ".count").exists() or (path.suffix == ".gz" and path.stat().st_size > 0)
