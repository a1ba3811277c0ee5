"""Sockets: what an idle one costs, how late a message comes, and how it reaches a thousand."""
