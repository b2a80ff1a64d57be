"""Segments: who buys alike. Groups with a stable identity, told in words, and RFM cells beside them."""
