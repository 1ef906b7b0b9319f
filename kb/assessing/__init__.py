"""How far the assistant can be trusted here: measured on this installation's own incidents, against simple rivals."""

from kb.assessing.cases import AS_OF
from kb.assessing.drift import Alarm, Drift, check_drift, latest_drift, watch
from kb.assessing.keeping import assess_if_due, kept, measure_aside
from kb.assessing.measuring import assess
from kb.assessing.report import Bin, Curve, Doubt, Group, Pair, Report, Rival, Share, Span

__all__ = [
    "AS_OF",
    "Alarm",
    "Bin",
    "Curve",
    "Doubt",
    "Drift",
    "Group",
    "Pair",
    "Report",
    "Rival",
    "Share",
    "Span",
    "assess",
    "assess_if_due",
    "check_drift",
    "kept",
    "latest_drift",
    "measure_aside",
    "watch",
]
