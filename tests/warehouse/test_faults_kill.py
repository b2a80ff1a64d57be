"""T1 of our reliability cases: killed at every step of draft, accept and publish, then tried again."""

import signal
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from mining_tasks.warehouse import ledger, milestones, publish, surface_current, surfaces
from mining_tasks.warehouse.home import Home
from mining_tasks.warehouse.tidy_up import Tidied, tidy_up
from tests.warehouse.apart import ended, kill_at_first_not_in, numbered, started
from tests.warehouse.nights import NEXT, NIGHT, drafts, publish_night
from tests.warehouse.readers import by_current, by_file, by_postgres

MOST_STEPS = 120
SEED = 7


@pytest.fixture(params=["files alone", "files and Postgres"])
def readers(request: pytest.FixtureRequest, shop_home: Home) -> psycopg.Connection | None:
    """The analysts' connection where there is a Postgres."""
    return None if request.param == "files alone" else request.getfixturevalue("analysts")


def undisturbed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, dict[str, list[str]], set[str]]:
    """Run id, rows and milestones of the same two nights in a home where nothing goes wrong, on files alone."""
    with monkeypatch.context() as quiet:
        quiet.setenv("GOLDSEAM_HOME", str(tmp_path / "quiet"))
        quiet.delenv("GOLDSEAM_POSTGRES_URL", raising=False)
        names: set[str] = set()
        publish_night(NIGHT, seed=1)
        quiet.setattr(milestones, "_watchers", [numbered(names.add)])
        publish_night(NEXT, seed=SEED)
        run_id, rows = by_current(Home(tmp_path / "quiet"))
        return run_id, rows, names


def seen(home: Home, readers: psycopg.Connection | None) -> dict[str, str]:
    """The run that each surface shows; a reader fails on a mixture."""
    runs = {"CURRENT": by_current(home)[0], "file": by_file(home)}
    if readers is not None:
        shown = by_postgres(readers)
        assert len(set(shown)) == 1, f"a mixture of runs: {shown}"
        runs["Postgres"] = shown[0]
    return runs


def test_killed_at_every_step_readers_see_the_old_run_or_the_new_and_a_retry_ends_as_if_undisturbed(
    shop_home: Home, readers: psycopg.Connection | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, rows, names = undisturbed(shop_home, tmp_path, monkeypatch)
    assert len(names) > 20, "publishing names its steps"
    old = publish_night(NIGHT, seed=1)
    notes, again = tmp_path / "killed", tmp_path / "addresses"
    notes.touch()
    for kills in range(MOST_STEPS):
        code = ended(started(kill_at_first_not_in, NEXT, SEED, notes, again))
        assert len(notes.read_text().splitlines()) == kills + (code != 0), "the kill did not happen where it was meant"
        assert set(seen(shop_home, readers).values()) <= {old, new}
        surfaces.derive()  # what every start does: all surfaces show what the ledger decided
        decided = surface_current.decided()[0].run_id
        assert set(seen(shop_home, readers).values()) == {decided}
        if code == 0:
            break
        assert code == -signal.SIGKILL
    killed = set(notes.read_text().splitlines())
    assert names <= killed, f"never killed at {names - killed}"
    assert by_current(shop_home) == (new, rows)
    assert [row["run_id"] for row in ledger.publications_of("segments")] == [new, old]


def test_what_killed_attempts_leave_behind_is_tidied_up_later(shop_home: Home, tmp_path: Path) -> None:
    old = publish_night(NIGHT, seed=1)
    notes, again = tmp_path / "killed", tmp_path / "addresses"
    notes.touch()
    for _ in range(30):
        if ended(started(kill_at_first_not_in, NEXT, SEED, notes, again)) == 0:
            break
    assert len(notes.read_text().splitlines()) == 30
    before = {path for path in shop_home.path.rglob("*") if path.is_file()}
    assert tidy_up() == Tidied(0, 0, 0, 0, 0), "what is young may still be under way"
    tidied = tidy_up(guard=timedelta(seconds=-1))
    after = {path for path in shop_home.path.rglob("*") if path.is_file()}
    assert tidied.drafts >= 3
    assert after < before
    assert seen(shop_home, None) == {"CURRENT": old, "file": old}
    assert not list(shop_home.path.rglob(".run=*"))
    with pytest.raises(ValueError, match="run its step again"):
        publish.publish("segments", NEXT, again.read_text().splitlines())
    assert publish.publish("segments", NEXT, drafts(NEXT, seed=SEED))
