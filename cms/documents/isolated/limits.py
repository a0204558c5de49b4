"""Limits that the process sets on itself before it opens the file; it cannot lift them again."""

import ctypes
import os
import resource

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_FILES = 64


def confine(*, memory: int, seconds: int, largest_file: int) -> bool:
    """Limit memory and written files (bytes) and processor time (seconds), and leave the network; return whether the
    system let the process leave it: some containers refuse that."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_FSIZE, largest_file)
    _limit(resource.RLIMIT_NOFILE, _FILES)
    # last: what is loaded by now counts
    _limit(resource.RLIMIT_AS, memory)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return _leave_network(libc)


def _limit(which: int, value: int) -> None:
    _soft, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move to an empty network of its own, as a user of its own where that is needed."""
    if not hasattr(libc, "unshare"):
        return False
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    return bool(libc.unshare(flags) == 0)
