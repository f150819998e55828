"""What people declare, as checked values: dictionary, sources, rules."""
