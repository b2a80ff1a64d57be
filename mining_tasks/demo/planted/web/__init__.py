"""Visits to the shop's pages: paths drawn from a known chain of channels, and frictions that really cost orders."""

from mining_tasks.demo.planted.web.pages import events
from mining_tasks.demo.planted.web.truth import web_truth

__all__ = ["events", "web_truth"]
