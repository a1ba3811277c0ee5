"""`make bench`: the race, everything measured side by side in one run."""
