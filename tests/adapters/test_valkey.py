"""A process that starts waits for Valkey, and ends with the name of the setting when it does not come."""

import threading

import pytest
from reflex.utils import processes

from cardmall.adapters.valkey import wait_for_valkey
from cardmall.server import processes_to_serve
from cardmall.settings import WrongSetting, read_settings
from tests.patience import PATIENCE
from tests.servers import Valkey, running
from tests.serving import free_port


def test_a_start_ends_with_the_name_of_the_setting() -> None:
    url = f"redis://:secret@127.0.0.1:{free_port()}/0"
    with pytest.raises(WrongSetting, match="CARDMALL_REDIS_URL") as ended:
        wait_for_valkey(url, seconds=0)
    assert "secret" not in str(ended.value)


def test_a_start_waits_until_valkey_is_there() -> None:
    with running(Valkey) as server:
        assert isinstance(server, Valkey)
        server.kill()
        waiting = threading.Thread(target=wait_for_valkey, args=(server.url, PATIENCE))
        waiting.start()
        server.start()
        waiting.join(PATIENCE)
        assert not waiting.is_alive()


def test_nobody_waits_where_no_valkey_is_set() -> None:
    wait_for_valkey("", seconds=0)


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://127.0.0.1", "valkey://127.0.0.1"])
def test_an_address_of_another_kind_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(WrongSetting, match="CARDMALL_REDIS_URL"):
        read_settings({"CARDMALL_REDIS_URL": url})


def test_a_server_waits_before_reflex_asks_valkey_itself() -> None:
    """Reflex would end at once, without the name of the setting."""
    import rxconfig

    assert rxconfig.config.app_name and processes.get_num_workers is processes_to_serve
    assert processes_to_serve() == 1, "where no Valkey is set"
