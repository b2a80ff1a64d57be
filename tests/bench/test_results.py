"""The JSON document: its shape, and what of the work folder goes into it."""

import json
from pathlib import Path

import jsonschema
import pytest

from benchmarks import results
from benchmarks.kept import Kept
from benchmarks.machine import HOUSE
from benchmarks.shops import Shop
from tests.bench.sample import document, night, side, step

SCHEMA = json.loads((HOUSE / "benchmarks" / "results" / "schema.json").read_text())


def kept(work: Path, kind: str, customers: int, seed: int = 1) -> Shop:
    shop = Shop(kind, customers, 400, seed, work)
    folder = Kept(shop.folder)
    folder.write("shop", {"kind": kind, "customers": customers, "days": 400, "seed": seed})
    folder.write("first", night(step("shop.fetch", rows_in=customers)))
    return shop


def test_sizes_of_one_shop_are_collected_and_other_shops_are_not(tmp_path):
    kept(tmp_path, "planted", 10_000, seed=2), kept(tmp_path, "real", 60)
    kept(tmp_path, "planted", 100_000)
    found = results.collected(kept(tmp_path, "planted", 10_000))
    assert list(found["sizes"]) == ["10000", "100000"]
    assert [one["step"] for one in found["growth"]["first"]] == ["shop.fetch"]
    assert found["is_whole"] is False  # no increment was run


def test_the_document_has_the_shape_that_its_schema_says(tmp_path):
    jsonschema.validate(results.collected(kept(tmp_path, "planted", 10_000)), SCHEMA)
    peers = {"peer-features": {"sides": {"ours": side(1.0)}, "commit": "abc"}}
    jsonschema.validate(document(n1000={"first": night(step("a.b")), **peers}), SCHEMA)


@pytest.mark.parametrize("lost", ["rows_in", "wall_s", "cpu_s", "peak_bytes", "written_bytes", "mlflow_s"])
def test_a_step_without_a_figure_is_refused_by_the_schema(lost):
    bad = step("a.b")
    del bad[lost]
    made = document(n1000={"increment": night(step("a.b"))})
    made["sizes"]["1000"]["first"] = night(step("a.b")) | {"steps": [bad]}
    with pytest.raises(jsonschema.ValidationError, match=lost):
        jsonschema.validate(made, SCHEMA)


def test_the_committed_results_have_that_shape():
    file = HOUSE / results.FOLDER / results.FILE
    if not file.exists():
        pytest.skip("no bench was run and committed yet")
    jsonschema.validate(json.loads(file.read_text()), SCHEMA)
