"""The audit trail: what was done, by whom, when and why, in entries that cannot be changed unnoticed."""

from __future__ import annotations

from service.trail.kinds import KINDS, Kind
from service.trail.record import record
from service.trail.seal import EXEMPT, Unrecorded, mac_key
from service.trail.verify import Verdict, verify

__all__ = ["EXEMPT", "KINDS", "Kind", "Unrecorded", "Verdict", "mac_key", "record", "verify"]
