"""The cellar: stores what the rooms make, checks it, and decides what readers see."""
