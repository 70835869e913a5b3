"""The flow whose start is measured: nothing but Prefect's own share."""

from prefect import flow


@flow(persist_result=False)
def noop() -> None:
    return None
