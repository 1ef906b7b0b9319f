"""Backup: everything an installation is, in one ZIP; its way back; and whether what is stored is sound."""

from kb.backup.checking import Finding, check
from kb.backup.making import Made, backup
from kb.backup.restoring import Restored, restore

__all__ = ["Finding", "Made", "Restored", "backup", "check", "restore"]
