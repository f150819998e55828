"""The legal clock in plain Python: small enough to be read beside the statute; the compiled SQL is held equal to it."""
