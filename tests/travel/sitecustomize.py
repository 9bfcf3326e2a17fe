"""Read by every Python process that a test starts (PYTHONPATH): its clock is ahead by TEST_SHIFT seconds."""

import os
import time

if shift := os.environ.get("TEST_SHIFT"):
    import time_machine

    # Such a clock begins at the first look at it: looked at later, processes of one house would differ by seconds.
    time_machine.travel(time.time() + float(shift), tick=True).start()
    time.time()
