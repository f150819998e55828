"""What helps people write: JSON Schemas for editors, and rules to start from.

In: a Rulebook. Out: schemas that say of every key what it is for and what may stand there, and texts of new rules. None of
it decides anything: `check` alone says what is right.
"""
