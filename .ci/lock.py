"""The packages that pip chose, as a lock file: ``python .ci/lock.py RESOLVED LOCK``. Names, versions and SHA-256, and no address."""

import json
import sys
from pathlib import Path

OWN = "gongkai"
HEAD = """\
# Every package that gongkai may use, with its extras, for CPython {python} on {platform}. Written by: make lock
# To install: pip install --require-hashes -r requirements.lock && pip install --no-deps gongkai
"""


def locked(report: dict) -> str:
    """The lock file of a report of ``pip install --dry-run --report``."""
    lines = []
    for one in report["install"]:
        name = one["metadata"]["name"]
        if name.lower() != OWN:
            digest = one["download_info"]["archive_info"]["hashes"]["sha256"]
            lines.append(f"{name.lower().replace('_', '-')}=={one['metadata']['version']} --hash=sha256:{digest}\n")
    about = report["environment"]
    head = HEAD.format(python=about["python_version"], platform=f"{about['sys_platform']} {about['platform_machine']}")
    return head + "".join(sorted(lines))


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(locked(json.loads(Path(sys.argv[1]).read_text("utf8"))), "utf8")
