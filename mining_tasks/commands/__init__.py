"""The commands of `goldseam`, one a file: what it is for, its arguments, and `run`. Heavy imports happen in `run`."""
