"""Tasks, good and bad, for worker processes."""

import os
import signal
import sys
import time


def double(number):
    return 2 * number


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def die_first(mark):
    """Die the first time, answer the second."""
    if not os.path.exists(mark):  # noqa: PTH110
        open(mark, "w").close()  # noqa: PTH123
        die()
    return "lived"


def hang(*_):
    time.sleep(600)


def complain(*_):
    raise ValueError("personal data")


def unpicklable(*_):
    return lambda: None


def leave(*_):
    sys.exit(3)


def process_id(*_):
    return os.getpid()


def swallow(size):
    return len(bytearray(size))


def fail_to_start():
    raise OSError("no model")


def threads(*_):
    return os.environ["OMP_NUM_THREADS"]
