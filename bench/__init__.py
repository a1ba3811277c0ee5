"""`make bench`: speed as ratios, measured side by side in one run."""
