"""Push: what is told to users' devices through Apple, Google and the browsers' push services."""
