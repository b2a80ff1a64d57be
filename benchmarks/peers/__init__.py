"""The same work done by others' tools, on the same data and machine; each side in a process of its own."""
