"""What support looks after and promises: services, types, SLA targets, hours, costs, outages."""

from kb.services.catalogue import ServiceRow, save_service, services
from kb.services.costs import CostRow, MilestoneRow, add_milestone, costs, milestones, set_cost
from kb.services.incident_types import (
    Merged,
    PastChange,
    TypeRow,
    labels_at,
    labels_now,
    merge_types,
    save_type,
    type_history,
    type_names,
    types,
)
from kb.services.outages import Banner, OutageRow, banners, end_outage, outages, record_outage
from kb.services.seed import seed
from kb.services.targets import Hours, TargetRow, hours, save_hours, save_target, targets

__all__ = [
    "Banner",
    "CostRow",
    "Hours",
    "Merged",
    "MilestoneRow",
    "OutageRow",
    "PastChange",
    "ServiceRow",
    "TargetRow",
    "TypeRow",
    "add_milestone",
    "banners",
    "costs",
    "end_outage",
    "hours",
    "labels_at",
    "labels_now",
    "merge_types",
    "milestones",
    "outages",
    "record_outage",
    "save_hours",
    "save_service",
    "save_target",
    "save_type",
    "seed",
    "services",
    "set_cost",
    "targets",
    "type_history",
    "type_names",
    "types",
]
