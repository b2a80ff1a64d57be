"""`goldseam ui`: Airflow and MLflow in the browser, on this machine only, behind a password."""

import argparse

from mining_tasks.commands import demo, house

HELP = "start Airflow (with its scheduler) and MLflow, on this machine only"
EXAMPLES = """\
examples:
  goldseam ui                             Ctrl-C stops everything
  goldseam ui --airflow-port 9080         where 8080 is taken"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--airflow-port", type=int, default=8080)
    parser.add_argument("--mlflow-port", type=int, default=5000)


def run(given: argparse.Namespace) -> int:
    from mining_tasks.warehouse.home import home

    ports = ["--airflow-port", str(given.airflow_port), "--mlflow-port", str(given.mlflow_port)]
    with demo.silos_if_demo():  # so that a night triggered in Airflow finds them
        return house.run("stack", ["--home", str(home().path), *ports])
