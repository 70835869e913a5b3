"""Payments sent to the gateway when they are due, over connections that stay open."""

import asyncio
import json
import random
import time
from datetime import UTC, datetime

IDLE_SECONDS = 3.0  # the server closes what is idle for five
COUNTRIES = ("DE", "DE", "FR", "NL", "AT")
HEADER = (
    "POST /api/v1/fraud/analyze HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    "{key}Content-Length: {size}\r\n\r\n"
)


class Load:
    """Payments of customers at terminals, sent over connections that stay open."""

    def __init__(self, host: str, port: int, key: str | None, customers: int, terminals: int, seed: int) -> None:
        self.host, self.port = host, port
        self.key = f"X-API-Key: {key}\r\n" if key else ""
        self.random = random.Random(seed)
        self.customers, self.terminals = customers, terminals
        self.name = f"{int(time.time()):x}-{seed}"
        self.idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.sent = 0
        self.latencies: list[float] = []
        self.inside: list[float] = []
        self.failures: dict[str, int] = {}
        self.flagged = 0

    def payment(self, number: int) -> dict[str, str]:
        """One payment; one in fifty at a single busy terminal, as many with another device or from abroad."""
        terminal = 0 if self.random.random() < 0.02 else self.random.randrange(self.terminals)
        customer = self.random.randrange(self.customers)
        country, device = COUNTRIES[customer % len(COUNTRIES)], f"device-{customer}"
        if self.random.random() < 0.02:
            country, device = self.random.choice(COUNTRIES), f"device-{customer}-{number}"
        return {
            "transaction_id": f"{self.name}-{number}",
            "time": datetime.now(UTC).isoformat(),
            "amount": f"{self.random.lognormvariate(3 + customer % 7 / 7, 0.5):.2f}",
            "currency": "EUR",
            "customer_id": f"customer-{customer}",
            "terminal_id": f"terminal-{terminal}",
            "country": country,
            "device": device,
            "ip": f"198.18.{customer >> 8 & 255}.{customer & 255}",
            "channel": "online",
        }

    async def request(self, due: float) -> None:
        """Send one payment and note how long it took since it was due."""
        self.sent += 1
        body = json.dumps({"transactions": [self.payment(self.sent)]}).encode()
        head = HEADER.format(host=f"{self.host}:{self.port}", key=self.key, size=len(body)).encode()
        try:
            reader, writer = await self.connection()
            writer.write(head + body)
            said = await reader.readuntil(b"\r\n\r\n")
            size = next(line for line in said.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            answer = await reader.readexactly(int(size.split(b":")[1]))
            elapsed = time.perf_counter() - due
            self.idle.append((time.perf_counter(), reader, writer))
        except (OSError, asyncio.IncompleteReadError) as error:
            self.failures[type(error).__name__] = self.failures.get(type(error).__name__, 0) + 1
            return
        status = said.split(b" ", 2)[1].decode()
        if status != "200":
            self.failures[status] = self.failures.get(status, 0) + 1
            return
        self.latencies.append(elapsed * 1000)
        [verdict] = json.loads(answer)["verdicts"]
        self.inside.append(verdict["latency_ms"])
        self.flagged += verdict["decision"] != "approve"

    async def connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection that was used last, or a new one."""
        while self.idle:
            used, reader, writer = self.idle.pop()
            if time.perf_counter() - used < IDLE_SECONDS:
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self.host, self.port)

    async def run(self, rate: float, seconds: float) -> None:
        """Send at a steady rate for as long as asked."""
        start = time.perf_counter()
        sent = []
        for number in range(round(rate * seconds)):
            due = start + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            sent.append(asyncio.create_task(self.request(due)))
        await asyncio.gather(*sent)
        while self.idle:  # they belong to this event loop
            self.idle.pop()[2].close()
