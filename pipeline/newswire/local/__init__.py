"""Brokers and workers that we start ourselves, for trying and testing."""
