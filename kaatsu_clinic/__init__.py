"""The wiring of the clinic: settings, urls, the ways in. Names the apps in strings only, and starts nothing when imported."""

VERSION = "1"
"""Version of what web and station say to each other; a station of another version does not count as present."""
