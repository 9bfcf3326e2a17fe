"""`python -m tests.chaos --kills 500 [--seed N]`: prints what was counted, ends with 1 when anything is wrong."""

import argparse
import json
import os
import socket
import sys
import tempfile


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chaos-") as data:
        for name in ("CARDMALL_SECRET", "CARDMALL_DATABASE_URL"):
            os.environ.pop(name, None)
        os.environ |= {"CARDMALL_DATA": data, "PORT": str(_free_port())}
        from tests.chaos.storm import storm

        found = storm(asked.kills, asked.seed)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    sys.exit(bool(found["wrong"]))


if __name__ == "__main__":
    main()
