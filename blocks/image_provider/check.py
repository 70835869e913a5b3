"""Whether the provider can be used from here."""

from openai import APIConnectionError, APIStatusError

from blocks.image_provider.connection import Connection
from blocks.image_provider.errors import ProviderAway
from blocks.image_provider.refusal import refused


def check(connection: Connection) -> None:
    """List the models, which costs nothing. Raises `ProviderRefused` or `ProviderAway`."""
    try:
        connection.client.models.with_raw_response.list()
    except APIStatusError as error:
        if (final := refused(error, "models")) is not None:
            raise final from None
        raise ProviderAway(f"The provider answers HTTP {error.status_code}: try again later.") from None
    except APIConnectionError:
        raise ProviderAway(
            f"No connection to {connection.client.base_url.host}: check the network and the block's base_url."
        ) from None
