"""Read by every Python process that a test starts (PYTHONPATH): its clock is ahead by TEST_SHIFT seconds."""

import os
import time

if shift := os.environ.get("TEST_SHIFT"):
    import time_machine

    time_machine.travel(time.time() + float(shift), tick=True).start()
