"""What each phase has to tell: facts of the ledger, the warehouse, the goals and the models' cards, as plain parts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import expectations
from mining_tasks.experiments.dossier.logged import Logged
from mining_tasks.warehouse import ledger, shelf
from mining_tasks.warehouse.home import home

Rows = Sequence[Mapping[str, Any]]
ROWS_MOST = 40  # of one table on the page
PHASES = ("business", "data", "preparation", "modelling", "evaluation", "deployment")
GOALS = ("goal", "metric", "threshold", "owner", "on_no_go", "approval")
OUTCOME = ("prediction", "about", "score_source", "currency", "made_night", "due_date", "rows_count")
OUTCOME_FIGURES = ("predicted_mean", "came_mean", "difference_low", "difference_high", "outcome_code")
DRIFT = ("subject_code", "name", "psi", "ks", "drift_code", "since_night")


@dataclass(frozen=True)
class Phase:
    """One phase: a name, sentences, facts by word, and tables by title."""

    name: str
    says: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Rows] = field(default_factory=dict)


def phases(family: str, night: date, logged: Logged) -> Iterator[Phase]:
    """The six phases in order, then whether earlier nights came true."""
    goal = home().toml("objectives").get(family, {}) if (home().path / "objectives.toml").exists() else {}
    verdicts = {row["subject"]: row for row in ledger.verdicts_on(night) if row["family"] == family}
    told = {phase: _noted(logged.card, phase) for phase in PHASES}
    yield _business(goal, told["business"])
    yield _data(family, night, told["data"])
    yield _preparation(logged, told["preparation"])
    yield Phase("Modelling", facts=logged.metrics | told["modelling"].facts, tables=told["modelling"].tables)
    yield _evaluation(verdicts.get("model"), told["evaluation"])
    yield _deployment(family, night, verdicts, goal, told["deployment"])
    yield _came_true(family, night)


def _noted(card: Mapping[str, Any], phase: str) -> Phase:
    """What the model's card says of a phase: lists of rows are tables, the rest are facts."""
    said = card.get("dossier", {}).get(phase, {})
    tables: dict[str, Rows] = {name: value for name, value in said.items() if isinstance(value, list)}
    return Phase(phase, facts={name: value for name, value in said.items() if name not in tables}, tables=tables)


def _business(goal: Mapping[str, Any], noted: Phase) -> Phase:
    says = () if goal else ("No goal is stated for this family in objectives.toml.",)
    facts = {name.replace("_", " "): goal[name] for name in GOALS if name in goal}
    limits = {f"limit: {name}": value for name, value in goal.get("limits", {}).items()}
    return Phase("Business understanding", says, facts | limits | noted.facts, noted.tables)


def _data(family: str, night: date, noted: Phase) -> Phase:
    """The tables behind the family's drafts, and which promises they broke."""
    accepted = [row for table in expectations.family(family) if (row := ledger.accepted(table.name, night))]
    named = sorted({one["table"] for row in accepted for one in json.loads(row["inputs"])})
    there = [row for name in named if (row := ledger.accepted(name, night))]
    read = [
        {
            "table": row["table_name"],
            "rows": row["rows"],
            "run": row["run_id"],
            "data as of": row["data_as_of"],
            "stale": "yes" if row["is_stale"] else "no",
        }
        for row in there
    ]
    broken = [
        {"table": check["table_name"], "promise": check["promise"], "rows": check["broken_rows"]}
        for check in ledger.checks_on(night)
        if check["table_name"] in named and not check["held"]
    ]
    says = (f"{len(read)} tables were read; {len(broken) or 'none'} of the promises about them did not hold.",)
    return Phase("Data understanding", says, noted.facts, {"tables": read, "broken promises": broken} | noted.tables)


def _preparation(logged: Logged, noted: Phase) -> Phase:
    features = logged.card.get("features")
    facts = {"features": ", ".join(map(str, features))} if features else {}
    return Phase("Data preparation", logged.says, facts | logged.params | noted.facts, noted.tables)


def _evaluation(verdict: ledger.Row | None, noted: Phase) -> Phase:
    if verdict is None:
        return Phase("Evaluation", ("No model was judged tonight.",), noted.facts, noted.tables)
    reasons = tuple(verdict["reasons"].split("; "))
    return Phase("Evaluation", reasons, json.loads(verdict["figures"]) | noted.facts, noted.tables)


def _deployment(
    family: str, night: date, verdicts: Mapping[str, ledger.Row], goal: Mapping[str, Any], noted: Phase
) -> Phase:
    """What serves, what readers see, and on a no-go where to go back to."""
    now, seen = ledger.champion(family, night), ledger.pointer(family)
    said = {subject: row["verdict"] for subject, row in verdicts.items()}
    facts = {
        "verdict on the model": said.get("model", "none was judged"),
        "champion": f"{now['model']}, since {now['night']}" if now else "none: the fallback is published",
        "publication": said.get("publication", "not published tonight"),
        "readers see": f"the night of {seen['night']}" if seen else "nothing yet",
    }
    says = []
    if "no-go" in said.values():
        says.append(f"No-go: go back to the phase “{goal.get('on_no_go', 'business')}”.")
    if verdicts.get("publication") and said["publication"] == "no-go":
        says.append(f"Held back: {verdicts['publication']['reasons']}")
    return Phase("Deployment", tuple(says), facts | noted.facts, noted.tables)


def _came_true(family: str, night: date) -> Phase:
    """The newest outcomes and drift that were told by the end of the night."""
    outcomes = [row for row in _told("pub_models__outcomes", night) if row["family"] == family]
    whole = [row for row in outcomes if row["segment_id"] == "all" and row["decile"] == 0]
    newest = sorted(whole, key=lambda row: (row["due_date"], row["prediction"], row["about"]), reverse=True)
    drifted = [row for row in _told("pub_models__drift", night) if row["family"] == family]
    far = sorted(drifted, key=lambda row: (-row["psi"], row["name"]))
    says = () if newest else ("Nothing that this family foretold has fallen due yet.",)
    tables = {
        "newest outcomes": _columns(newest[:ROWS_MOST], (*OUTCOME, *OUTCOME_FIGURES)),
        "largest drift": _columns(far[:10], DRIFT),
    }
    return Phase("Did it come true?", says, {}, tables)


def _columns(rows: Rows, names: Sequence[str]) -> Rows:
    return [{name: row[name] for name in names} for row in rows]


def _told(table: str, night: date) -> list[dict[str, Any]]:
    part = shelf.read_before(expectations.table(table), night + timedelta(days=1))
    return part.arrow().to_pylist() if part else []
