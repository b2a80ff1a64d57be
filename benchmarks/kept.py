"""What was measured already: one JSON file a part in the work folder, so that a long run goes on where it ended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Part = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """The measured parts of one shop."""

    folder: Path

    def file(self, part: str) -> Path:
        return self.folder / "parts" / f"{part}.json"

    def log(self, part: str) -> Path:
        """Everything that was printed while a part was measured."""
        return self.folder / "logs" / f"{part}.log"

    def read(self, part: str) -> Part | None:
        """What was measured of a part; None if nothing was, or if the file is torn."""
        try:
            found: Part = json.loads(self.file(part).read_text(encoding="utf-8"))
            return found
        except (OSError, json.JSONDecodeError):
            return None

    def write(self, part: str, measured: Mapping[str, Any]) -> None:
        """Keep a part, whole or not at all."""
        file = self.file(part)
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        beside.replace(file)

    def parts(self) -> dict[str, Part]:
        """All that is kept, by part."""
        names = sorted(file.stem for file in (self.folder / "parts").glob("*.json"))
        return {name: part for name in names if (part := self.read(name)) is not None}
