"""Redaction: passwords, keys and personal data go out of a text before it is kept, logged or learned from."""

from kb.redaction.masking import Mask, Redacted, masked, masked_within, redact

__all__ = ["Mask", "Redacted", "masked", "masked_within", "redact"]
