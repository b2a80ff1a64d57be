"""What can go wrong between us and a silo. ValueErrors are not cured by trying again; the others may be."""


class BadSettings(ValueError):
    """`sources.toml` cannot be used; the message tells all its problems at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"sources.toml has {len(problems)} problem(s):\n" + "\n".join(f"- {p}" for p in problems))


class NoConnection(ValueError):
    """The connection named in `sources.toml` is not set, or cannot be read."""


class Refused(ValueError):
    """The silo knows us and says no (401, 403), or answers with something that is no data (a login page)."""


class Drifted(ValueError):
    """The silo no longer has a table, column or shape that `sources.toml` maps."""


class SilentSource(OSError):
    """The silo cannot be reached, or did not answer in time. `retry_after`: the seconds it asked for."""

    retry_after: float | None = None


class RateLimited(SilentSource):
    """The silo asks for more patience than a night has."""


class Unfinished(OSError):
    """Less (or other) data came than the silo said there are; nothing of it may be used."""
