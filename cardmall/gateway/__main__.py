"""`python -m cardmall.gateway --data DIR`: serves until its standard input ends."""

import argparse
import logging
import signal
import sys
from pathlib import Path

from cardmall.gateway.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m cardmall.gateway", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of its store, keys and address")
    logging.basicConfig(level=logging.WARNING, format="gateway: %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the shop, whose end is ours
    if not serve(parser.parse_args().data, sys.stdin):
        sys.exit("A gateway is running there already.")


if __name__ == "__main__":
    main()
