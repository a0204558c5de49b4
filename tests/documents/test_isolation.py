"""The isolated process: without network, in bounds, and without the server's code around it."""

import subprocess
import sys

from django.conf import settings

_PROBE = """
import resource, socket
from cms.documents.isolated.limits import confine
left = confine(memory=600 * 1024 * 1024, seconds=7, largest_file=1000)
line = socket.socket()
try:
    line.connect(("127.0.0.1", {port}))
    print("connected")
except OSError:
    print("no network")
print(left, resource.getrlimit(resource.RLIMIT_CPU), resource.getrlimit(resource.RLIMIT_FSIZE))
try:
    bytearray(700 * 1024 * 1024)
except MemoryError:
    print("no memory")
"""


def _probe(code: str) -> list[str]:
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env={}, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.splitlines()


def test_network_time_and_memory_are_out_of_reach(clamd):
    network, limits, memory = _probe(_PROBE.format(port=clamd.port))
    # where the system lets no process leave the network, the process says so
    assert (network, limits.split()[0]) in {("no network", "True"), ("connected", "False")}
    assert limits.split(" ", 1)[1] == "(7, 7) (1000, 1000)"
    assert memory == "no memory"


def test_it_knows_nothing_of_the_server():
    code = "import sys, cms.documents.isolated.__main__; print([n for n in sys.modules if n.split('.')[0] == 'django'])"
    assert _probe(code) == ["[]"]
