"""The main path and the evidence ledger: the only place that knows all steps."""
