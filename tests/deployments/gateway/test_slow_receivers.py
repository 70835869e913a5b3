"""A receiver that never ends its answer is given up in bounded time."""

import asyncio

import pytest

from deployments.gateway import callback_delivery
from deployments.gateway.callback_delivery import CallbackDelivery, DeliveryFailed
from deployments.gateway.settings import GatewaySettings

pytestmark = pytest.mark.gateway


async def test_a_receiver_that_trickles_its_answer_is_given_up(
    settings: GatewaySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_delivery, "WHOLE_SECONDS", 0.5)
    sent = 0

    async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while True:  # each read of the gateway gets something, well within the bound of one read
                writer.write(b"a")
                await writer.drain()
                sent += 1
                await asyncio.sleep(0.02)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        delivery = CallbackDelivery(settings.model_copy(update={"gateway_callback_insecure": True}))
        async with asyncio.timeout(10):
            with pytest.raises(DeliveryFailed, match="TimeoutError"):
                await delivery.deliver(url, "m-1", "local", {"type": "test"})
    assert sent > 1
