"""Named clocks compiled: a clock of `rules/clocks.yaml` in, tables with the due day of each of its periods out."""
