"""The only place with SQL: named queries, and the engines that run them."""
