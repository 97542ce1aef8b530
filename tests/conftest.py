"""Fixtures for every test: real services, no mocks of our own code."""
