"""What campaigns do: whom they reach or hold out, what each contact truly changes, what the CRM sees of it."""

from mining_tasks.demo.planted.campaigns.catalogue import campaigns, planted_effects
from mining_tasks.demo.planted.campaigns.contacts import contacts, felt
from mining_tasks.demo.planted.campaigns.responses import responses

__all__ = ["campaigns", "contacts", "felt", "planted_effects", "responses"]
