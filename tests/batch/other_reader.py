"""The fake reader in another version, which reads one more licence than the first."""

import json

from tests.batch import fake_reader

LICENCES = "proactive_disclosure.licences.decisions"


def read(body, **options):
    values = json.loads(body)
    if LICENCES in values.get("values", {}):
        values["values"][LICENCES] += 1
    return fake_reader.read(json.dumps(values).encode(), **options)
