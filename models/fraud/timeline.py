"""What a resident scorer remembers of one customer or one terminal: sorted moments, with running sums beside them."""

from array import array
from bisect import bisect_left, bisect_right

from models.fraud.totals import HABITS, RISK_WINDOWS, WINDOWS
from models.fraud.transactions import UNKNOWN_LABEL

LENGTHS: dict[str, int] = {name: int(length.astype("int64")) for name, length in WINDOWS.items()}
"""Length of each window in microseconds."""

DAY = LENGTHS["1d"]
DELAY = LENGTHS["7d"]
CUSTOMER_REACH = LENGTHS["30d"]
TERMINAL_REACH = LENGTHS["30d"] + DELAY
"""How far back totals look: a customer's and a terminal's longest window, in microseconds."""


class TimeLine:
    """Moments (microseconds since 1970) in ascending order, and running sums of whole numbers that came with them."""

    __slots__ = ("sums", "times")

    def __init__(self, columns: int = 0) -> None:
        self.times = array("q")
        self.sums = tuple(array("q", [0]) for _ in range(columns))

    def add(self, time: int, *values: int) -> None:
        """One more moment; at the end it costs nothing, late ones move what comes after."""
        if not self.times or time >= self.times[-1]:
            self.times.append(time)
            for sums, value in zip(self.sums, values, strict=True):
                sums.append(sums[-1] + value)
            return
        place = bisect_right(self.times, time)
        self.times.insert(place, time)
        for sums, value in zip(self.sums, values, strict=True):
            sums.insert(place + 1, sums[place] + value)
            for later in range(place + 2, len(sums)):
                sums[later] += value

    def before(self, time: int) -> int:
        """How many moments are strictly earlier."""
        return bisect_left(self.times, time)

    def count(self, start: int, end: int) -> int:
        """How many moments are in start <= moment < end."""
        return bisect_left(self.times, end) - bisect_left(self.times, start)

    def age(self, start: int, end: int) -> int:
        """Microseconds from the last moment in start <= moment < end to `end`; -1 where there is none."""
        place = bisect_left(self.times, end)
        return end - self.times[place - 1] if place and self.times[place - 1] >= start else -1

    def forget(self, before: int) -> None:
        """Drop what is earlier; sums keep their differences."""
        place = bisect_left(self.times, before)
        if place:
            del self.times[:place]
            for sums in self.sums:
                del sums[:place]


class CustomerLine:
    """The payments of one customer from the moment `since` on."""

    __slots__ = ("habits", "known", "paid", "since")

    def __init__(self, since: int) -> None:
        self.since = since
        self.paid = TimeLine(1)
        self.known = {habit: TimeLine() for habit in HABITS}
        self.habits: dict[str, dict[str, TimeLine]] = {habit: {} for habit in HABITS}

    def add(self, time: int, amount: int, habits: tuple[str, ...]) -> None:
        """One payment; `habits` are its values of `HABITS`, empty where not given."""
        self.paid.add(time, amount)
        for habit, value in zip(HABITS, habits, strict=True):
            if value != "":
                self.known[habit].add(time)
                self.habits[habit].setdefault(value, TimeLine()).add(time)

    def totals(self, time: int, habits: tuple[str, ...]) -> dict[str, int]:
        """What was counted strictly before `time`, by the names of `models.fraud.totals.TOTALS`."""
        paid, [spent] = self.paid, self.paid.sums
        now, oldest = paid.before(time), time - CUSTOMER_REACH
        totals = {"customer_last_age": paid.age(oldest, time)}
        for window, length in LENGTHS.items():
            start = paid.before(time - length)
            totals[f"customer_count_{window}"] = now - start
            totals[f"customer_sum_{window}"] = spent[now] - spent[start]
        for habit, value in zip(HABITS, habits, strict=True):
            known, same = self.known[habit], self.habits[habit].get(value)
            totals[f"{habit}_known"] = known.count(oldest, time)
            totals[f"{habit}_same"] = same.count(oldest, time) if same else 0
            if habit == "country":
                totals["country_known_age"] = known.age(oldest, time)
                totals["country_same_age"] = same.age(oldest, time) if same else -1
        return totals

    def forget(self, before: int) -> None:
        """Drop what no window will reach any more."""
        self.since = max(self.since, before)
        self.paid.forget(before)
        for habit in HABITS:
            self.known[habit].forget(before)
            lines = self.habits[habit]
            for value in list(lines):
                lines[value].forget(before)
                if not lines[value].times:
                    del lines[value]

    @property
    def times(self) -> "array[int]":
        """Moments of its payments."""
        return self.paid.times


class TerminalLine:
    """The payments at one terminal from the moment `since` on, and what became known of them."""

    __slots__ = ("seen", "since")

    def __init__(self, since: int) -> None:
        self.since = since
        self.seen = TimeLine(2)

    def add(self, time: int, label: int) -> None:
        """One payment with its label: 1 fraud, 0 genuine, -1 not known."""
        self.seen.add(time, int(label != UNKNOWN_LABEL), int(label == 1))

    def totals(self, time: int) -> dict[str, int]:
        """What was counted strictly before `time`; labels only of payments older than the label delay."""
        seen, (judged, frauds) = self.seen, self.seen.sums
        now, settled = seen.before(time), seen.before(time - DELAY)
        totals = {}
        for window, length in LENGTHS.items():
            totals[f"terminal_count_{window}"] = now - seen.before(time - length)
            if window in RISK_WINDOWS:
                start = seen.before(time - DELAY - length)
                totals[f"terminal_judged_{window}"] = judged[settled] - judged[start]
                totals[f"terminal_frauds_{window}"] = frauds[settled] - frauds[start]
        return totals

    def forget(self, before: int) -> None:
        """Drop what no window will reach any more."""
        self.since = max(self.since, before)
        self.seen.forget(before)

    @property
    def times(self) -> "array[int]":
        """Moments of its payments."""
        return self.seen.times
