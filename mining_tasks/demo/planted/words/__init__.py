"""Tickets and reviews in three languages, whose aspect and sentiment are known before a word is written."""

from mining_tasks.demo.planted.words.reviews import reviews
from mining_tasks.demo.planted.words.tickets import tickets

__all__ = ["reviews", "tickets"]
