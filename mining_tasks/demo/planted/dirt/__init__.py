"""What is wrong with the planted rows, each of them written down with what ought to become of it."""
