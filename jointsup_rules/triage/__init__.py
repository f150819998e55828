"""Triage: clues chained to conclusions, grouped into dossiers and routed, each conclusion with its because."""
