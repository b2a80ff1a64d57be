"""A shop in which everything is known, at any size: planted from one seed and one settings file, in blocks of people.

Every topic (people, buying, baskets, web, words …) turns one block of people into Arrow tables; `plant` carries the
blocks into silos that look like a real shop's, and what is true into a folder that no room reads.
"""
