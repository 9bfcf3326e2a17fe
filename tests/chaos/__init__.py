"""Random kills of everything that runs, against a gateway having a bad day; in the end every fen is counted."""
