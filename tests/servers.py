"""Real servers on this machine, started by the tests as processes of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread

BIN = Path(sys.executable).parent
REGION = "us-east-1"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that has begun to listen; killed at the end."""
    with started(command, **environment) as process:
        listens(process, port)
        yield process


@contextmanager
def started(command: Sequence[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process; killed at the end."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def listens(process: subprocess.Popen[bytes], port: int) -> None:
    """Waits until a server does."""
    for _ in range(1200):
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


@contextmanager
def chroma(folder: Path, port: int) -> Iterator[str]:
    """A Chroma server over a folder."""
    command = [str(BIN / "chroma"), "run", "--path", str(folder), "--host", "127.0.0.1"]
    with running([*command, "--port", str(port)], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def dask_cluster(workers: int) -> Iterator[tuple[str, dict[str, subprocess.Popen[bytes]]]]:
    """A Dask scheduler with worker processes of one thread each: its address, and theirs."""
    with ExitStack() as stack:
        port = free_port()
        scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
        stack.enter_context(running([*scheduler, "--host", "127.0.0.1", "--port", str(port)], port))
        address = f"tcp://127.0.0.1:{port}"
        ports = [free_port() for _ in range(workers)]
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard"]
        worker += ["--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--worker-port"]
        made = {one: stack.enter_context(started([*worker, str(one)])) for one in ports}
        for one, process in made.items():
            listens(process, one)
        yield address, {f"tcp://127.0.0.1:{one}": process for one, process in made.items()}


@contextmanager
def cut_after(size: int, url: str) -> Iterator[str]:
    """The URL of a server through a line that breaks once so many bytes have gone to it."""
    port = int(url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", 0)) as line:
        Thread(target=_carry, args=(line, port, size), daemon=True).start()
        yield f"http://127.0.0.1:{line.getsockname()[1]}"
        line.shutdown(socket.SHUT_RDWR)


def _carry(line: socket.socket, port: int, size: int) -> None:
    with suppress(OSError):
        while True:
            client = line.accept()[0]
            Thread(target=_carry_one, args=(client, port, size), daemon=True).start()


def _carry_one(client: socket.socket, port: int, size: int) -> None:
    with client, socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
        Thread(target=_carry_back, args=(server, client), daemon=True).start()
        while size > 0 and (chunk := client.recv(min(65536, size))):
            server.sendall(chunk)
            size -= len(chunk)


def _carry_back(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while chunk := server.recv(65536):
            client.sendall(chunk)


@contextmanager
def object_store(port: int) -> Iterator[dict[str, str]]:
    """An S3 server that looks at keys, and holds an empty bucket "reports".

    Yields:
        the environment that reaches it with the right key.
    """
    import boto3

    # So many requests are let in without a key: those that make one.
    command = [str(BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with running(command, port, INITIAL_NO_AUTH_ACTION_COUNT="3"):
        at = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": REGION}
        people = boto3.client(
            "iam", aws_access_key_id="nobody", aws_secret_access_key="nothing", **at
        )
        everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        people.create_user(UserName="pbi")
        people.put_user_policy(
            UserName="pbi",
            PolicyName="uploads",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
        )
        key = people.create_access_key(UserName="pbi")["AccessKey"]
        people.close()
        one, other = key["AccessKeyId"], key["SecretAccessKey"]
        buckets = boto3.client("s3", aws_access_key_id=one, aws_secret_access_key=other, **at)
        buckets.create_bucket(Bucket="reports")
        buckets.close()
        yield {
            "AWS_ENDPOINT_URL": at["endpoint_url"],
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": one,
            "AWS_SECRET_ACCESS_KEY": other,
        }
