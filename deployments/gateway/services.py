"""What the gateway's routes work with, made once when it starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deployments.gateway.abandoned_uploads import sweep_abandoned_uploads
from deployments.gateway.admission import Admission
from deployments.gateway.alert_webhooks import AlertWebhooks
from deployments.gateway.api_keys import ApiKeys
from deployments.gateway.approvals import Approvals, expire_approvals
from deployments.gateway.background import background
from deployments.gateway.callback_delivery import CallbackDelivery
from deployments.gateway.callbacks import Callbacks
from deployments.gateway.cancellation import Cancellation
from deployments.gateway.catalogue import Catalogue
from deployments.gateway.changes import RunChanges
from deployments.gateway.metrics import Metrics
from deployments.gateway.overview import Overviews
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.run import RunView
from deployments.gateway.runs import Runs
from deployments.gateway.scheduled_runs import tag_scheduled_runs
from deployments.gateway.schedules import Schedules
from deployments.gateway.scorer_access import ScorerAccess
from deployments.gateway.settings import GatewaySettings
from deployments.gateway.source_access import SourceAccess
from deployments.gateway.trigger import Trigger


@dataclass(frozen=True)
class Services:
    """One of each, shared by all requests."""

    settings: GatewaySettings
    keys: ApiKeys
    metrics: Metrics
    prefect: PrefectAccess
    catalogue: Catalogue
    changes: RunChanges
    runs: Runs
    sources: SourceAccess
    admission: Admission
    trigger: Trigger
    cancellation: Cancellation
    approvals: Approvals
    schedules: Schedules
    overviews: Overviews
    view: RunView
    delivery: CallbackDelivery
    scorer: ScorerAccess

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: GatewaySettings, keys: ApiKeys, metrics: Metrics) -> AsyncIterator["Services"]:
        """The services, connected while the context lasts. Prefect's server need not be up yet."""
        api = settings.prefect_api_url
        async with PrefectAccess.open(api, settings.gateway_prefect_budget) as prefect:
            changes = RunChanges(api)
            catalogue = Catalogue(prefect)
            sources = SourceAccess(prefect)
            admission = Admission(sources)
            view = RunView(settings.gateway_url, settings.prefect_ui_url)
            delivery = CallbackDelivery(settings)
            approvals = Approvals(prefect)
            async with (
                ScorerAccess.open(settings) as scorer,
                changes.listen(),
                Callbacks(prefect, changes, delivery, view).deliver(),
                background(AlertWebhooks(delivery).deliver(), "webhooks of alerts"),
                background(sweep_abandoned_uploads(), "abandoned uploads"),
                background(expire_approvals(approvals), "expired approvals"),
                background(tag_scheduled_runs(prefect), "scheduled runs"),
            ):
                yield cls(
                    settings=settings,
                    keys=keys,
                    metrics=metrics,
                    prefect=prefect,
                    catalogue=catalogue,
                    changes=changes,
                    runs=Runs(prefect, changes),
                    sources=sources,
                    admission=admission,
                    trigger=Trigger(prefect, admission, delivery),
                    cancellation=Cancellation(prefect),
                    approvals=approvals,
                    schedules=Schedules(prefect, catalogue),
                    overviews=Overviews(prefect, catalogue),
                    view=view,
                    delivery=delivery,
                    scorer=scorer,
                )
