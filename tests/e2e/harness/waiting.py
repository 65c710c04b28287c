"""Waiting is polling a condition until a deadline."""

import time

DEADLINE = 60  # seconds; nothing takes longer unless somebody is stuck

# Seconds that anything may come late on a machine that has other things to do. A test of what happens at once, or when it
# is due, makes sure that the wrong outcome would come later still.
AT_ONCE = 15


def eventually(condition, within=DEADLINE, what="the condition to hold", every=0.005):
    """The first true value of `condition()`; an AssertionError if there is none `within` seconds."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within} s in vain for {what}")
        time.sleep(every)
    return value
