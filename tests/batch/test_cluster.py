"""A build on a cluster of real worker processes gives the bytes of a local one, also where they die, and from archives at URLs."""

import os
import signal

import pytest

from pipeline.batch.build import build
from pipeline.batch.cluster import Cluster
from pipeline.batch.pool import WorkersError
from pipeline.batch.work import STRETCH, Reader
from tests.batch.fake_reader import READER
from tests.batch.world import county, digests, frame, put

distributed = pytest.importorskip("distributed", reason="needs the extra cluster")
fsspec = pytest.importorskip("fsspec", reason="needs the extra remote")

STRETCHES = 3


@pytest.fixture
def bucket(s3_endpoint, monkeypatch):
    """A bucket on a local server, told in the environment, as the processes of a cluster are told."""
    told = {"AWS_ENDPOINT_URL": s3_endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    name = f"reports-{os.urandom(4).hex()}"
    fsspec.filesystem("s3").mkdir(name)
    yield f"s3://{name}"
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture
def secured(tmp_path):
    """A cluster of two worker processes behind TLS, and how to reach it."""
    security = distributed.Security.temporary()
    files = {"ca_file": security.tls_ca_file, "cert": security.tls_client_cert, "key": security.tls_client_key}
    for name, content in files.items():
        (tmp_path / f"{name}.pem").write_text(content)
    options = {"processes": True, "threads_per_worker": 1, "dashboard_address": None, "security": security, "protocol": "tls://"}
    with distributed.LocalCluster(n_workers=2, host="127.0.0.1", **options) as cluster:
        yield cluster, Cluster(cluster.scheduler_address, **{name: str(tmp_path / f"{name}.pem") for name in files})


def archive_of(raw):
    """Three stretches in two files, of reports that take a while to read, one that ends its process and one that raises."""
    documents = [county(number, 2020 + number % 3, slow=number % 3 == 0) for number in range(STRETCH * STRETCHES - 2)]
    documents[STRETCH + 7 : STRETCH + 7] = [{"do": "die"}, {"raise": "value"}]
    put(raw, *documents[: STRETCH * 2])
    put(raw, *documents[STRETCH * 2 :])


def upload(folder, url):
    for path in folder.glob("*.warc.gz"):
        fsspec.filesystem("s3").put_file(str(path), f"{url}/{path.name}")


def test_a_cluster_of_which_one_worker_is_killed_gives_the_bytes_of_a_local_build(tmp_path, bucket, secured):
    """Archive and readings lie at URLs, the connection is behind TLS; the killed worker is replaced, which then joins."""
    archive_of(tmp_path / "raw")
    build(tmp_path / "raw", tmp_path / "local", reader=READER)
    upload(tmp_path / "raw" / "archive", f"{bucket}/raw/archive")
    local_cluster, address = secured
    killed, counts = [], []

    def done(count):
        counts.append(count)
        if not killed:
            killed.append(next(iter(local_cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    options = {"reader": READER, "cluster": address, "readings": f"{bucket}/readings", "done": done}
    outcome = build(f"{bucket}/raw", tmp_path / "processed", **options)
    assert killed
    assert outcome.read == sum(counts) == STRETCH * STRETCHES
    assert digests(tmp_path / "processed") == digests(tmp_path / "local")
    manifests = [(tmp_path / name / "current" / "manifest.json").read_bytes() for name in ("processed", "local")]
    assert manifests[0] == manifests[1]
    failures = frame(tmp_path / "processed", "documents")["failure"].dropna()
    assert sorted(failures) == ["The process that read it was ended by SIGKILL, twice", "ValueError: "]
    # A machine that has nothing takes all of it from the store.
    assert build(f"{bucket}/raw", tmp_path / "elsewhere", reader=READER, readings=f"{bucket}/readings").read == 0
    assert digests(tmp_path / "elsewhere") == digests(tmp_path / "local")


def test_an_archive_at_a_url_gives_the_bytes_of_the_same_one_here(tmp_path, bucket):
    put(tmp_path / "raw", *(county(number) for number in range(40)), {"raise": "value"})
    build(tmp_path / "raw", tmp_path / "local", reader=READER)
    upload(tmp_path / "raw" / "archive", f"{bucket}/raw/archive")
    build(f"{bucket}/raw", tmp_path / "processed", reader=READER, workers=2)
    assert digests(tmp_path / "processed") == digests(tmp_path / "local")


def test_a_machine_with_other_code_is_refused(tmp_path):
    put(tmp_path / "raw", county(1))
    options = {"processes": False, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(n_workers=1, host="127.0.0.1", protocol="tcp://", **options) as cluster:
        reader = Reader("pipeline:read_report", "of another version")
        with pytest.raises(WorkersError, match="install the same version"):
            build(tmp_path / "raw", tmp_path / "processed", reader=reader, cluster=Cluster(cluster.scheduler_address))
    assert not (tmp_path / "processed" / "current").exists()


def test_a_scheduler_that_does_not_answer_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.batch.cluster.CONNECT_SECONDS", 1)
    put(tmp_path / "raw", county(1))
    with pytest.raises(WorkersError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        build(tmp_path / "raw", tmp_path / "processed", reader=READER, cluster=Cluster("tcp://127.0.0.1:9"))
