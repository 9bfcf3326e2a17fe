"""`python -m tests.restart`: serves what the last build left, as `reflex run --env prod` does once it has built."""

import os

from reflex.config import get_config
from reflex.environment import environment
from reflex.reflex import _skip_compile
from reflex.utils import exec as serving
from reflex_base import constants


def main() -> None:
    port, config = int(os.environ["PORT"]), get_config()
    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    config._set_persistent(frontend_port=port, backend_port=port)
    _skip_compile()
    serving.run_backend_prod(config.backend_host, port, config.loglevel.subprocess_level(), True)


if __name__ == "__main__":
    main()
