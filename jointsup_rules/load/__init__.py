"""From files to values: YAML with the place of every word, exports with the line of every row."""
