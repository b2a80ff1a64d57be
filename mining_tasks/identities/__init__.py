"""Identities: which accounts of the silos are one customer. First cut: deterministic evidence only."""
