"""The ledger: an append-only, hash-chained register of what became of each clue."""
