"""What happens after the commit: the feed of events, and the background work of the nodes."""
