"""The figures by which rooms are measured, one small file per room: the package is the register.

A file holds `FIGURES`, each with its threshold, and `measure(sight)`, which gives them measured; the SQL they need lies
beside it under the room's name. A room without a file is not measured, and the score says so.
"""
