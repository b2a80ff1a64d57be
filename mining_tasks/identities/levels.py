"""The comparisons: how far two accounts agree in each field, in levels from `differs` up, and what we expect of them.

Level numbers are those of levels.sql. `usual` is how often two accounts of one person show each level before any data
have been seen, `chance` how often two strangers do; a shop's own accounts soon outweigh both.
"""

from dataclasses import dataclass

COMMONNESS = ("same_1_in_64", "same_1_in_256", "same_1_in_1024", "same_1_in_4096", "same_1_in_16384", "same_rarer")


@dataclass(frozen=True)
class Comparison:
    """One field: its levels, and the shares of each among accounts that speak of the same thing and of two."""

    name: str
    levels: tuple[str, ...]
    usual: tuple[float, ...]
    chance: tuple[float, ...]


COMPARISONS = (
    Comparison(
        "given",
        ("differs", "weak", "initial", "close", "nickname", *COMMONNESS),
        (0.02, 0.01, 0.02, 0.05, 0.06, *[0.14] * 6),
        (0.955, 0.03, 0.002, 0.006, 0.004, 2.4e-3, 1.2e-3, 5e-4, 1.5e-4, 4e-5, 1e-5),
    ),
    Comparison(
        "surname",
        ("differs", "weak", "part", "close", *COMMONNESS),
        (0.03, 0.01, 0.02, 0.06, *[0.15] * 6),
        (0.979, 0.015, 0.0005, 0.003, 1.5e-3, 1e-3, 5e-4, 1.5e-4, 4e-5, 1e-5),
    ),
    Comparison(
        "birth",
        ("differs", "two_slips", "slip", "common", "same"),
        (0.005, 0.01, 0.025, 0.10, 0.86),
        (0.983, 0.0155, 0.0014, 0.00005, 0.00005),
    ),
    Comparison(
        "street",
        ("differs", "close", "common", "same"),
        (0.05, 0.10, 0.40, 0.45),
        (0.992, 0.005, 0.002, 0.001),
    ),
    Comparison(
        "house",
        ("differs", "close", "same"),
        (0.05, 0.05, 0.90),
        (0.78, 0.20, 0.02),
    ),
    Comparison(
        "extra",
        ("differs", "close", "same"),
        (0.20, 0.10, 0.70),
        (0.985, 0.01, 0.005),
    ),
    Comparison(
        "postcode",
        ("differs", "close", "common", "same"),
        (0.03, 0.04, 0.40, 0.53),
        (0.986, 0.01, 0.003, 0.001),
    ),
    Comparison(
        "city",
        ("differs", "close", "common", "same"),
        (0.10, 0.10, 0.40, 0.40),
        (0.975, 0.005, 0.015, 0.005),
    ),
    Comparison(
        "email",
        ("differs", "local_part", "close", "same_house", "same"),
        (0.22, 0.02, 0.03, 0.05, 0.68),
        (0.999998, 1e-6, 9e-7, 1e-8, 1e-7),
    ),
    Comparison("phone", ("differs", "close", "end", "same"), (0.25, 0.01, 0.04, 0.70), (0.99999, 9.7e-6, 2e-7, 1e-7)),
    Comparison("orders", ("others", "same"), (0.10, 0.90), (0.99999, 1e-5)),
    Comparison("loyalty", ("others", "same"), (0.03, 0.97), (0.9999999, 1e-7)),
    Comparison("device", ("others", "same"), (0.50, 0.50), (0.999999, 1e-6)),  # people have several
    Comparison("silo", ("same", "another"), (0.10, 0.90), (0.40, 0.60)),  # few people have two accounts in one place
)
