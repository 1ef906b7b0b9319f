"""What kind of disk a file lies on: SQLite keeps its promises on those of this machine alone."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/mounts")
NETWORK = frozenset(
    """
    afs beegfs ceph cifs coda davfs fuse.ceph fuse.cephfs fuse.curlftpfs fuse.davfs fuse.gcsfuse fuse.glusterfs
    fuse.rclone fuse.s3fs fuse.smbnetfs fuse.sshfs glusterfs gpfs lustre ncpfs nfs nfs4 orangefs smb3 smbfs
    """.split()  # noqa: SIM905
)
"""Disks of other machines, by the names that mount(8) gives them: their locks and shared memory do not hold for SQLite.

References
----------
SQLite, How To Corrupt An SQLite Database File, https://sqlite.org/howtocorrupt.html, section 2.1; Write-Ahead Logging,
https://sqlite.org/wal.html, section 1
"""
_OCTAL = re.compile(r"\\([0-7]{3})")  # how /proc/mounts writes a blank


def network_disk(file: Path, mounts: Path | None = None) -> str:
    """The kind of the network disk that `file` lies on, such as nfs4; "" if it is none, or the system does not say."""
    try:
        lines = (mounts or MOUNTS).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    file, nearest, kind = file.resolve(), -1, ""
    for _device, where, what, *_ in (parts for line in lines if len(parts := line.split(" ")) > 2):
        folder = Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), where))
        if len(folder.parts) >= nearest and file.is_relative_to(folder):  # of two on one folder the later one is seen
            nearest, kind = len(folder.parts), what
    return kind if kind in NETWORK else ""
