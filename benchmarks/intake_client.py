"""The clients of intake.py: reads bodies from stdin, posts them over several connections, reports as JSON."""

from __future__ import annotations

import http.client
import json
import queue
import sys
import threading
import time
from collections import Counter


def work(address: str, waiting: queue.SimpleQueue[str], took: list[float], statuses: Counter[int]) -> None:
    """Post until nothing is waiting, over one kept-alive connection."""
    connection = http.client.HTTPConnection(address, timeout=60)
    headers = {"Content-Type": "application/json"}
    while True:
        try:
            body = waiting.get_nowait()
        except queue.Empty:
            return
        started = time.perf_counter()
        connection.request("POST", "/api/v1/complaints", body.encode(), headers)
        response = connection.getresponse()
        response.read()
        took.append(1000 * (time.perf_counter() - started))
        statuses[response.status] += 1


def main(address: str, connections: int) -> None:
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for line in sys.stdin:
        waiting.put(line)
    took: list[float] = []
    counts: list[Counter[int]] = [Counter() for _i in range(connections)]
    workers = [threading.Thread(target=work, args=(address, waiting, took, count)) for count in counts]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    statuses = sum(counts, Counter())
    print(json.dumps({"seconds": seconds, "statuses": statuses, "milliseconds": took}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
