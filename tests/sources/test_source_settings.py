"""`sources.toml`: told at once what is wrong, and X3, X4: no name leaves the allow-list."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from expectations import tables
from mining_tasks.sources import problems, settings
from mining_tasks.sources.faults import BadSettings
from mining_tasks.sources.styles import style
from mining_tasks.warehouse.home import Home

TEMPLATE = files("mining_tasks.sources").joinpath("template/sources.toml").read_text(encoding="utf-8")
HOSTILE = [
    *("../x", "/etc/passwd", "x\0y", "a" * 300, "%2e%2e", 'x"; drop table y;--', "x y", "x;y", "", "a.b.c.d\n"),
    *("{{ 7*7 }}", "$(id)", "x' or '1'='1", "é", 7, None, ["x"]),
]


def template() -> dict[str, Any]:
    return tomllib.loads(TEMPLATE)


def dropped() -> dict[str, Any]:
    columns = {"ticket_id_support": "id", "requester_id_support": "by", "opened_at": "at", "updated_at": "at"}
    return {
        "support": {
            "kind": "files",
            "folder": "drops",
            "tables": {"tickets": {"from": "t-{night}.csv", "columns": columns}},
        }
    }


def test_the_template_has_no_problem_and_maps_every_raw_table(shop_home: Home) -> None:
    (shop_home.path / "sources.toml").write_text(TEMPLATE)
    silos = settings.read(shop_home)
    mapped = {mapped.table.name for silo in silos.values() for mapped in silo.tables}
    assert mapped == {table.name for table in tables().values() if table.layer == "raw"}
    assert {name: silo.kind for name, silo in silos.items()} == {"shop": "sql", "crm": "rest", "support": "rest"}


def test_what_a_room_reads_for_itself_is_no_silo(shop_home: Home) -> None:
    (shop_home.path / "sources.toml").write_text(TEMPLATE + '\n[identities]\ncountry = "DE"\n')
    assert list(settings.read(shop_home)) == ["shop", "crm", "support"]
    assert problems.of_file({"identities": {"country": "DE"}}) == ["it tells of no silo"]
    assert "did you mean identities?" in problems.of_file({**template(), "identites": {}})[0]


def test_all_problems_are_told_at_once_with_hints(shop_home: Home) -> None:
    said = template()
    said["shop"]["timezone"] = "Europe/Berln"
    said["shop"]["look_back"] = 3
    said["shop"]["tables"]["ordrs"] = said["shop"]["tables"].pop("orders")
    said["crm"]["style"] = "hubspott"
    said["crm"]["tables"]["contacts"]["columns"]["emial"] = "properties.email"
    del said["crm"]["tables"]["contacts"]["columns"]["contact_id_crm"]
    del said["support"]["connection"]
    said["suport"] = {}
    told = "\n".join(problems.of_file(said))
    for hint in (
        "did you mean Europe/Berlin?",
        "did you mean look_back_days?",
        "did you mean orders?",
        "did you mean hubspot?",
        "did you mean email?",
        "contact_id_crm is not mapped, but every row needs it",
        "[support] connection is missing",
        "did you mean support?",
    ):
        assert hint in told
    assert len(told.splitlines()) == 8


@pytest.mark.parametrize("codes", ["cancelled", [7], [""], {"a": 1}, None])
def test_codes_that_do_not_count_are_a_list_of_texts(codes: Any) -> None:
    said = template()
    said["shop"]["cancelled"] = codes
    assert problems.of_file(said) == ['[shop] cancelled must be a list of status codes such as ["cancelled", "failed"]']


def test_only_a_shop_says_which_orders_do_not_count() -> None:
    said = template()
    said["shop"]["cancelled"] = ["storniert"]
    assert problems.of_file(said) == []
    said["crm"]["cancelled"] = ["storniert"]
    [told] = problems.of_file(said)
    assert told.startswith("[crm] 'cancelled' is no setting of a silo of kind rest")


def test_reading_a_bad_file_raises_every_problem(shop_home: Home) -> None:
    (shop_home.path / "sources.toml").write_text('[shop]\nkind = "sql"\n[crm]\nkind = "soap"\n')
    with pytest.raises(BadSettings) as caught:
        settings.read(shop_home)
    assert caught.value.problems == [
        "[shop] connection is missing",
        "[shop] no table is mapped",
        "[crm] kind must be one of sql, rest, files",
    ]


def test_a_silo_that_the_file_does_not_know_is_said_to_be_missing(shop_home: Home) -> None:
    said = TEMPLATE[: TEMPLATE.index("[crm]")]
    (shop_home.path / "sources.toml").write_text(said)
    with pytest.raises(BadSettings, match=r"\[crm\] is missing; the file tells of shop"):
        settings.silo("crm")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "place",
    ["connection", "schema", "table", "changed", "column", "join table", "join child", "join parent"],
)
def test_no_hostile_name_of_a_database_is_taken(place: str, name: Any) -> None:
    said = template()
    shop, lines = said["shop"], said["shop"]["tables"]["order_lines"]
    if place in ("connection", "schema"):
        shop[place] = name
    elif place in ("table", "changed"):
        lines["from" if place == "table" else "changed"] = name
    elif place == "column":
        lines["columns"]["quantity"] = name
    else:
        on = {"join child": {str(name): "id"}, "join parent": {"order_id": name}}.get(place, {"order_id": "id"})
        lines["join"] = {"table": name if place == "join table" else "orders", "on": on}
    if place != "join child" or isinstance(name, str):  # a key of TOML is always text
        assert problems.of_file(said)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("place", ["from", "records", "column", "style"])
def test_no_hostile_path_of_a_rest_system_is_taken(place: str, name: Any) -> None:
    said = template()
    users = said["support"]["tables"]["requesters"]
    if place == "style":
        said["support"]["style"] = {"like": "zendesk", "next_cursor": name or 0}  # an empty path means that none is
    elif place == "column":
        users["columns"]["email"] = name
    else:
        users[place] = "//etc/passwd" if name == "/etc/passwd" else name  # of a URL the latter is a harmless path
    assert problems.of_file(said)


@pytest.mark.parametrize("name", [*HOSTILE, "../t-{night}.csv", "t-{night}/x.csv", "t.csv", "t-{night}.exe"])
def test_no_hostile_name_of_a_dropped_file_is_taken(name: Any) -> None:
    said = dropped()
    assert not problems.of_file(said)
    said["support"]["tables"]["tickets"]["from"] = name
    assert problems.of_file(said)


@pytest.mark.parametrize(
    ("key", "value"),
    [("look_back_days", -1), ("look_back_days", 1.5), ("deadline_minutes", "soon"), ("page_rows", True), ("tries", 99)],
)
def test_a_number_out_of_bounds_is_told(key: str, value: Any) -> None:
    said = template()
    said["crm"][key] = value
    assert len(problems.of_file(said)) == 1


def test_a_style_can_differ_from_one_that_is_known() -> None:
    made = style({"like": "hubspot", "cursor": "page", "total": ""})
    assert (made.cursor, made.total, made.next_cursor) == ("page", "", "paging.next.after")


def test_a_constant_stands_in_for_what_the_silo_does_not_hold(shop_home: Home) -> None:
    said = TEMPLATE.replace('currency = "currency"', 'currency = { value = "EUR" }')
    (shop_home.path / "sources.toml").write_text(said)
    orders = settings.read(shop_home)["shop"].tables[2]
    assert orders.constants == {"currency": "EUR"}
    assert "currency" not in orders.columns


def mixed() -> dict[str, Any]:
    said = template()
    columns = said["support"]["tables"]["reviews"]["columns"]
    said["support"]["tables"]["reviews"] = {
        "kind": "files",
        "folder": "drops",
        "from": "reviews-{night}*.csv.gz",
        "columns": columns,
    }
    return said


def test_a_single_table_of_a_rest_system_may_come_as_files(shop_home: Home) -> None:
    assert problems.of_file(mixed()) == []
    before, _, _ = TEMPLATE.partition("[support.tables.reviews]")
    columns = "\n".join(
        f'{ours} = "{theirs}"' for ours, theirs in mixed()["support"]["tables"]["reviews"]["columns"].items()
    )
    reviews = '[support.tables.reviews]\nkind = "files"\nfolder = "drops"\nfrom = "reviews-{night}*.csv.gz"\n'
    (shop_home.path / "sources.toml").write_text(f"{before}{reviews}[support.tables.reviews.columns]\n{columns}\n")
    rest, files = settings.silo("support").parts()
    assert [mapped.table.things for mapped in rest.tables] == ["requesters", "tickets"]
    assert (rest.kind, rest.folder, rest.page_rows) == ("rest", None, settings.PAGE_ROWS)
    assert [mapped.table.things for mapped in files.tables] == ["reviews"]
    assert (files.kind, files.folder) == ("files", shop_home.path / "drops")


def test_a_silo_of_one_kind_is_one_part(shop_home: Home) -> None:
    (shop_home.path / "sources.toml").write_text(TEMPLATE)
    silos = settings.read(shop_home)
    assert len(silos) == 3
    assert all(list(silo.parts()) == [silo] for silo in silos.values())


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "sql"}, "kind of a single table must be \"files\", not 'sql'"),
        ({"kind": None}, 'kind of a single table must be "files", not None'),
        ({"folder": None}, "folder is missing: where its files are dropped"),
        ({"folder": 7}, "folder cannot be a path"),
        ({"folder": "a\0b"}, "folder cannot be a path"),
        ({"records": "reviews"}, "'records' is no setting; known are"),
        ({"from": "/api/v2/reviews"}, "must be a file name with {night} in it"),
    ],
)
def test_a_table_that_comes_as_files_is_checked_as_one(change: dict[str, Any], problem: str) -> None:
    said = mixed()
    reviews = said["support"]["tables"]["reviews"] | change
    said["support"]["tables"]["reviews"] = {key: value for key, value in reviews.items() if value is not None}
    [told] = problems.of_file(said)
    assert told.startswith("[support] reviews: ")
    assert problem in told
