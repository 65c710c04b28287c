"""Compares duplexd with other proxies: the same work through each of them, in rounds, one after the other."""
