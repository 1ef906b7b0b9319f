"""The tabs of the assistant page."""
