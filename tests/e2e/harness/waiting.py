"""Waiting is polling a condition until a deadline."""

import time


def eventually(condition, within=10, what="the condition to hold", every=0.005):
    """The first true value of `condition()`; an AssertionError if there is none `within` seconds."""
    deadline = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within} s in vain for {what}")
        time.sleep(every)
    return value
