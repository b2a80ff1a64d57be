"""The silos to run on: a real shop, people with real typing errors, and servers that speak like the real systems.

Real: orders, products, campaigns, redemptions, demographics (dunnhumby, The Complete Journey) and the people with
their misspellings (febrl). Made, from one seed: which person is which household, mailboxes, phones, consents,
tickets, reviews. Nothing made carries an effect that a model could learn about buying.
"""
