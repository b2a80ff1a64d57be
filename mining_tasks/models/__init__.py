"""Models: what was decided about each of them, told to readers."""
