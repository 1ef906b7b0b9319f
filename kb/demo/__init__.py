"""A believable year to look at: incidents, answers, ratings, searches. Every row is marked and can be taken away."""

from kb.demo.loading import Loaded, is_loaded, load, remove

__all__ = ["Loaded", "is_loaded", "load", "remove"]
