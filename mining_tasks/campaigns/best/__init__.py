"""From scores to one offer per customer: the choice, what past policies are worth, and what came of campaigns."""
