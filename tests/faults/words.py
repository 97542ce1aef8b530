"""Words that many rows of the fault catalogue share."""

SILENCE = "The controller does not answer."
BY_LEASE = "lease 1 s (devices.md 5), then the exhaust"
