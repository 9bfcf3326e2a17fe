"""Messages to the world outside: which channels the settings name, and the sender that works off what is due."""

from functools import cache

from cardmall.adapters.messages.channel import MessageChannel
from cardmall.adapters.messages.mail import mail_of
from cardmall.settings import settings

CHANNELS = (mail_of,)  # each makes its channel of the settings, or None


@cache
def channels() -> tuple[MessageChannel, ...]:
    """The channels in force; none in demo mode, where /demo shows the messages. WrongSetting: a group is incomplete."""
    return () if settings.demo else tuple(filter(None, (channel_of(settings) for channel_of in CHANNELS)))
