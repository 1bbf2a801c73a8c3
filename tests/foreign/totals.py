"""Computes the totals of docs/report.md from the raw lines of the logs in a store. Shares only that page with loa.

    totals.py STORE --from D --until D --by GROUP [--period P] [--before-from D --before-until D] [--today D]
              [--closing FOLDER]

With `--closing` it counts only the entries that a closed period counted, with the closed registry and targets.

Prints {"columns": [...], "rows": [[...]], "days_without_log": {...}, "repeats": N} as JSON. The groups `target` and
`taken-out` are the tables of docs/report.md with these names; `target` also reads `targets.toml` in the store.
"""
import argparse
import datetime as dt
import fractions
import hashlib
import json
import math
import pathlib
import tomllib

REASONS = """power-off clock-untrusted quiet-hours file-missing file-damaged hash-mismatch not-approved expired
nothing-eligible device-lost underrun cut-by overrun end-by urgent operator-stop operator-skip withdrawn late joined
shutdown""".split()
KEYS = {
    "station": ["station", "name"],
    "topic": ["campaign", "topic", "title"],
    "language": ["language"],
    "district": ["district_code", "district"],
    "commune": ["commune_code", "commune"],
    "segment": ["segment", "title"],
    "day": ["date"],
    "period": ["from", "until"],
    "target": [],
    "taken-out": [],
}
TARGET_COLUMNS = """target title document dated station name from until days cut unit asked planned counted unknown
days_without_log state share_permille""".split()
TAKEN_OUT_COLUMNS = "station name edited_on campaign topic language from until airings planned_ms".split()


closed_sizes = {}  # folder of a log -> the number of its entries that a closed period counted


def signed_entries(folder):
    """The entries of an export that its head covers."""
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    end = closed_sizes.get(folder, size)
    seq = 0
    while seq < size:
        number, width = seq // 256, min(256, size - seq)
        groups = [f"{number % 1000:03}"]
        while number >= 1000:
            number //= 1000
            groups.insert(0, f"x{number % 1000:03}")
        path = folder / "tile" / "entries" / "/".join(groups)
        bundle = (path if width == 256 else path.with_name(path.name + ".p") / str(width)).read_bytes()
        at = 0
        for _ in range(width):
            if seq == end:
                return
            length = int.from_bytes(bundle[at : at + 2], "big")
            yield seq, json.loads(bundle[at + 2 : at + 2 + length])
            at += 2 + length
            seq += 1
        assert at == len(bundle)


class Station:
    def __init__(self):
        self.outcomes = {}  # id -> (entry, at)
        self.repeats = 0
        self.plans = []  # per log: (folder, hashes of its plans, moved ids, former places, lengths)
        self.days = set()  # dates with a plan
        self.name = ""
        self.logs = []  # per log: (times and dates of all its outcomes, its own outcome of each airing)
        self.edits = []  # (date of the entry, change), in the order of the logs


def date_of(airing):
    return airing.split("@", 1)[1][:10]


def former_places(date, plans):
    """The withdrawn ids that moved (None) or stand for a recording (a row), according to the plans of a date in one log,
    each a list of rows; "Moved airings"."""
    sessions = {}
    for number, plan in enumerate(plan for plan in plans[-50:] if plan is not None):
        groups = {}
        for row in plan:
            if date_of(row["id"]) == date and 0 <= row["duration_ms"] <= 86_400_000:
                groups.setdefault((row["id"].split("#")[0], bool(row.get("relay"))), []).append(row)
        for group, rows in groups.items():
            sessions.setdefault(group, []).append((number, rows))
    places = {}
    for history in sessions.values():
        places.update(places_of_session(history))
    return places


def places_of_session(history):
    """The former places of one session, from its rows in each plan that has it."""
    is_open = lambda row: not row.get("withdrawn")
    count = lambda rows, segment: sum(is_open(row) and row["segment"] == segment for row in rows)
    rows = history[-1][1]
    last_open = {}  # segment -> (number of the plan, position, row)
    open_in = {}  # id -> number of the plan
    for number, plan in history:
        for position, row in enumerate(plan):
            if is_open(row):
                last_open[row["segment"]] = (number, position, row)
                open_in[row["id"]] = number
    lost = {segment: max(count(plan, segment) for _, plan in history) - count(rows, segment) for segment in last_open}
    lost_places = max(sum(map(is_open, plan)) for _, plan in history) - sum(map(is_open, rows))
    closed = [row for row in rows if not is_open(row) and row["id"] in open_in]
    closed.sort(key=lambda row: open_in[row["id"]])
    others = []
    for row in reversed(closed):
        if lost[row["segment"]] > 0:
            lost[row["segment"]] -= 1
            lost_places -= 1
        else:
            others.insert(0, row)
    recordings = []
    for number, position, row in sorted(last_open.values(), key=lambda place: (-place[0], place[1])):
        recordings += [row] * lost[row["segment"]]
    recordings = recordings[: max(0, min(lost_places, len(others)))]
    moved_count = len(others) - len(recordings)
    places = {row["id"]: None for row in others[:moved_count]}
    places.update({row["id"]: recording for row, recording in zip(others[moved_count:], recordings)})
    return places


def labelled(entry, place):
    """The entry or row of a withdrawn id, with the labels of the recording for which it stands."""
    if place is None:
        return entry
    labels = {key: place.get(key) for key in ("segment", "title", "campaign", "topic", "language", "duration_ms")}
    return entry | labels | {"planned_ms": place["duration_ms"]}


def read_store(store, registry):
    stations, titles, topics = {}, {}, {}
    logs = sorted(registry.get("log", []), key=lambda log: (log["enrolled-at"], log["key"].split("+")[0]))
    for log in logs:
        origin = log["key"].split("+")[0]
        station = stations.setdefault(log["station"], Station())
        # The times of all outcomes of this log, and its own outcome of each airing.
        times, own_outcomes = [], {}
        station.logs.append((times, own_outcomes))
        folder = store / origin
        if not (folder / "checkpoint").exists() or (closed_sizes and folder not in closed_sizes):
            continue
        plans = []
        plans_of_date = {}
        for _, entry in signed_entries(folder):
            if entry["type"] == "plan":
                file = folder / "kept" / (entry["sha256"] + ".json")
                plan = json.loads(file.read_text()) if file.exists() else None
                plans_of_date.setdefault(entry["date"], []).append(plan)
        places = {}
        for date, dated_plans in plans_of_date.items():
            places.update(former_places(date, dated_plans))
        moved = {airing for airing, place in places.items() if place is None}
        seen = {}
        lengths = {}  # segment -> (date, seq, planned_ms) of each outcome of this log with a known length
        is_clock_confirmed = False
        for seq, entry in signed_entries(folder):
            kind = entry["type"]
            if kind == "genesis":
                station.name = entry["name"]
            elif kind == "boot":
                is_clock_confirmed = is_clock_confirmed and not entry["machine_restarted"] and entry["trusted"]
            elif kind == "clock-trust":
                is_clock_confirmed = is_clock_confirmed and entry["trusted"]
            elif kind == "operator" and entry["action"] == "clock-confirm":
                is_clock_confirmed = True
            elif kind == "plan":
                plans.append(entry["sha256"])
                station.days.add(dt.date.fromisoformat(entry["date"]))
            elif kind == "edit":
                station.edits += [(entry["at"][:10], change) for change in entry.get("airtime", [])]
            elif kind == "schedule":
                for file in entry["files"]:
                    text = (folder / "kept" / (file["sha256"] + ".toml")).read_text()
                    campaign = tomllib.loads(text).get("campaign")
                    for number, title in (campaign or {}).get("topics", {}).items():
                        newest = topics.get((campaign["id"], int(number)))
                        if newest is None or newest < (entry["at"], title):
                            topics[campaign["id"], int(number)] = (entry["at"], title)
            elif kind == "outcome":
                if not all(0 <= entry[key] <= 86_400_000 for key in ("planned_ms", "played_ms")) or len(entry["id"]) > 300:
                    continue
                times.append((dt.datetime.fromisoformat(entry["at"]), date_of(entry["id"])))
                if entry["planned_ms"] > 0:
                    lengths.setdefault(entry["segment"], []).append((date_of(entry["id"]), seq, entry["planned_ms"]))
                if entry["id"] not in seen and entry["id"] in moved and entry["result"] == "missed":
                    if entry["reason"] == "withdrawn":
                        seen[entry["id"]] = True
                        continue
                own_outcomes.setdefault(entry["id"], entry)
                if entry["result"] == "missed" and entry["reason"] == "withdrawn":
                    entry = labelled(entry, places.get(entry["id"]))
                if entry["id"] in seen or entry["id"] in station.outcomes:
                    station.repeats += 1
                    continue
                seen[entry["id"]] = True
                synchronised = entry.get("clock", {}).get("synchronised")
                entry["lengths"] = lengths
                entry["vouched"] = synchronised is not False or is_clock_confirmed
                station.outcomes[entry["id"]] = entry
                newest = titles.get(entry["segment"])
                at = dt.datetime.fromisoformat(entry["at"])
                if newest is None or newest < (at, entry["title"]):
                    titles[entry["segment"]] = (at, entry["title"])
        station.plans.append((folder, plans, moved, places, lengths))
    return stations, titles, topics


def airings(stations):
    """Yields (station, id, entry or plan row, has_outcome) for each airing."""
    for name, station in stations.items():
        for airing, entry in station.outcomes.items():
            yield name, airing, entry, True
        pending = {}
        for folder, plans, moved, places, lengths in station.plans:
            own = {}
            for sha in plans:
                data = (folder / "kept" / (sha + ".json")).read_bytes()
                assert hashlib.sha256(data).hexdigest() == sha
                for row in json.loads(data):
                    if row["id"] not in station.outcomes and row["id"] not in moved and not row.get("relay"):
                        own[row["id"]] = labelled(row, places.get(row["id"])) | {"lengths": lengths}
            for airing, row in own.items():
                pending.setdefault(airing, row)
        for airing, row in pending.items():
            yield name, airing, row, False


def sounded_on_line(entry):
    return entry["level"] >= 1 and entry.get("volume") != 0


def is_too_long(entry):
    return entry["planned_ms"] > 0 and entry["played_ms"] > entry["planned_ms"] + 20


def is_unplanned(airing):
    return airing.startswith(("operator@", "urgent@")) and "#" not in airing


def is_on_line(entry):
    return entry["result"] != "missed" and sounded_on_line(entry) and not is_too_long(entry)


def counted_ms(entry):
    # A planned length of 0 means that the length was unknown.
    return min(entry["played_ms"], entry["planned_ms"] or entry["played_ms"])


def expected_ms(airing, entry, has_outcome):
    """The planned length in shares; "Shares"."""
    planned_ms = entry["planned_ms"] if has_outcome else entry["duration_ms"]
    if planned_ms:
        return planned_ms
    known = [length for length in entry["lengths"].get(entry["segment"], []) if length[0] <= date_of(airing)]
    heard = counted_ms(entry) if has_outcome and is_on_line(entry) else 0
    return max(max(known)[2] if known else 0, heard)


def source_of(days, day):
    """The day from which a day without a log is estimated, or None."""
    before = [date for date in days if date < day]
    if not before:
        return None
    last = max(before)
    week = [date for date in before if date >= last - dt.timedelta(6) and date.weekday() == day.weekday()]
    return week[0] if week else last


def half_up(part, whole):
    """Thousandths, rounded half up; empty if there is no whole."""
    return (part * 2000 + whole) // (2 * whole) if whole > 0 else ""


class Days:
    """Station-days, with and without a log."""

    def __init__(self):
        self.all = self.logged = 0

    def add(self, is_logged):
        self.all += 1
        self.logged += is_logged

    def comparable(self, other):
        if not self.all or not other.all:
            return False
        return abs(fractions.Fraction(self.logged, self.all) - fractions.Fraction(other.logged, other.all)) * 10 <= 1


class Totals:
    def __init__(self):
        self.counts = dict.fromkeys(
            "planned aired partial missed planned_ms played_ms level0 unknown unplanned unplanned_ms".split()
            + ["implausible", "unvouched", "unvouched_ms"]
            + "known known_ms expected_ms earlier_length no_length lost_planned lost_planned_ms".split(),
            0,
        )
        self.recordings = set()
        self.missed = dict.fromkeys(REASONS + ["other"], 0)
        self.partial = dict.fromkeys(REASONS + ["other"], 0)
        self.late = []

    def add(self, airing, entry, has_outcome):
        counts = self.counts
        if is_unplanned(airing):
            if entry["result"] in ("aired", "partial") and sounded_on_line(entry):
                counts["unplanned"] += 1
                counts["unplanned_ms"] += entry["played_ms"]
            return
        counts["planned"] += 1
        length = expected_ms(airing, entry, has_outcome)
        counts["expected_ms"] += length
        counts["no_length"] += length == 0
        counts["earlier_length"] += length > 0 and not entry["planned_ms" if has_outcome else "duration_ms"]
        counts["known"] += has_outcome
        counts["known_ms"] += length if has_outcome else 0
        if not has_outcome:
            counts["unknown"] += 1
            counts["planned_ms"] += entry["duration_ms"]
            return
        counts["planned_ms"] += entry["planned_ms"]
        result, reason = entry["result"], entry["reason"]
        reason = reason if reason in REASONS else "other"
        if result == "missed":
            counts["missed"] += 1
            self.missed[reason] += 1
        elif not sounded_on_line(entry):
            counts["level0"] += 1
        elif is_too_long(entry):
            # The only kind of implausible entry that is visible without other entries. The tests have no other kind.
            counts["implausible"] += 1
        else:
            played = counted_ms(entry)
            counts[result] += 1
            counts["played_ms"] += played
            if not entry["vouched"]:
                counts["unvouched"] += 1
                counts["unvouched_ms"] += played
            if entry.get("sha256"):
                self.recordings.add(entry["sha256"])
            if result == "partial":
                self.partial[reason] += 1
            if entry["late_us"] is not None:
                self.late.append(entry["late_us"] // 1000)

    def is_blank(self):
        return self.counts["planned"] == 0 and self.counts["unplanned"] == 0

    def cells(self, shared, days):
        counts = self.counts
        late = sorted(self.late)
        planned_ms, played_ms = counts["planned_ms"], counts["played_ms"]
        share = half_up(played_ms, planned_ms)

        def rank(percent):
            return late[max(math.ceil(len(late) * percent / 100), 1) - 1] if late else ""

        cells = [counts["planned"], counts["aired"], counts["partial"], counts["missed"], planned_ms, played_ms, share]
        cells += [counts["level0"], counts["unknown"], rank(50), rank(95), late[-1] if late else ""]
        cells += [counts["unplanned"], counts["unplanned_ms"]]
        cells += list(self.missed.values()) + list(self.partial.values())
        cells += [counts["implausible"], counts["unvouched"], counts["unvouched_ms"]]
        cells += [len(self.recordings), len(self.recordings & shared)]
        known = [counts[name] for name in "known known_ms expected_ms earlier_length no_length".split()]
        known.append(half_up(played_ms, counts["expected_ms"] + counts["lost_planned_ms"]))
        known.append(half_up(played_ms, counts["known_ms"]))
        known.append(half_up(counts["aired"], counts["planned"] + counts["lost_planned"]))
        known.append(half_up(counts["aired"], counts["known"]))
        if days and not days.logged and self.is_blank():
            cells, known = [""] * len(cells), [""] * len(known)
        cells += [days.all - days.logged if days else "", counts["lost_planned"], counts["lost_planned_ms"]]
        cells += [days.all, days.logged] if days else ["", ""]
        return [str(cell) for cell in cells + known]

    def earlier_cells(self, days):
        names = "planned aired partial missed planned_ms played_ms unknown known_ms expected_ms".split()
        cells = [self.counts[name] for name in names]
        if days and not days.logged and self.is_blank():
            cells = [""] * len(cells)
        cells += [self.counts["lost_planned"], self.counts["lost_planned_ms"]]
        cells += [days.all, days.logged] if days else ["", ""]
        return [str(cell) for cell in cells]


def period_of(day, period):
    """The first and last day of the administrative period that contains this day."""
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[period]
    count = day.year * 12 + day.month - 1 + (day.day >= 15)
    last = count - count % months + months - 1
    first = last - months
    return dt.date(first // 12, first % 12 + 1, 15), dt.date(last // 12, last % 12 + 1, 14)


def overlaps_of(name, station):
    """For each pair of logs that ran at once: station, numbers, first and last day, days with both, outcomes of each."""
    for second, (times, _) in enumerate(station.logs):
        for first, (earlier_times, _) in enumerate(station.logs[:second]):
            if not times or not earlier_times:
                continue
            start = max(min(at for at, _ in times), min(at for at, _ in earlier_times))
            end = min(max(at for at, _ in times), max(at for at, _ in earlier_times))
            if start >= end:
                continue
            dates = [[date for at, date in some if start <= at <= end] for some in (earlier_times, times)]
            vietnam = dt.timezone(dt.timedelta(hours=7))
            days = [at.astimezone(vietnam).strftime("%d/%m/%Y") for at in (start, end)]
            yield [name, first + 1, second + 1, *days, len(set(dates[0]) & set(dates[1])), len(dates[0]), len(dates[1])]


def contradictions_of(station, first_day, last_day):
    """The ids of airings of which a later log has another result, length or recording than the counted outcome."""
    for number, (_, outcomes) in enumerate(station.logs):
        for airing, entry in outcomes.items():
            day = dt.date.fromisoformat(date_of(airing))
            if station.outcomes.get(airing) is not entry or not first_day <= day <= last_day:
                continue
            for _, others in station.logs[number + 1 :]:
                other = others.get(airing)
                keys = ("result", "played_ms", "sha256")
                if other is not None and any(entry.get(key) != other.get(key) for key in keys):
                    yield airing


def permille(part, whole):
    return str((part * 2000 + whole) // (2 * whole)) if whole > 0 else ""


def counts_towards(target, entry):
    """Whether a planned airing counts towards a target, whatever its date and station."""
    start = (entry.get("planned_at") or entry.get("start") or "")[11:19]
    if "hours" in target:
        begin, end = [time + ":00" for time in target["hours"].split("..")]
        inside = begin <= start < end if begin < end else start >= begin or start < end
        if not start or not inside:
            return False
    return all(key not in target or entry[key] == target[key] for key in ("campaign", "topic", "language"))


def target_rows(targets, first, last, today, stations, registered, place_of, name_of):
    """The rows of the table `target`: a row for each target, station and week."""
    days_in_range = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
    of_station = {}
    for station, airing, entry, has_outcome in airings(stations):
        if not airing.startswith(("operator@", "urgent@")) or "#" in airing:
            of_station.setdefault(station, []).append((airing, entry, has_outcome))
    for target in targets:
        unit = next(key for key in ("minutes-per-week", "airings-per-week", "airings-per-day") if key in target)
        amount = target[unit]
        for station in sorted(registered | stations):
            matched = {}  # date -> [planned, counted, unknown]
            for airing, entry, has_outcome in of_station.get(station, []):
                if not counts_towards(target, entry):
                    continue
                day = matched.setdefault(date_of(airing), [0, 0, 0])
                planned_ms = entry["planned_ms"] if has_outcome else entry["duration_ms"]
                day[0] += planned_ms if unit == "minutes-per-week" else 1
                if not has_outcome:
                    day[2] += planned_ms if unit == "minutes-per-week" else 1
                elif entry["result"] != "missed" and sounded_on_line(entry) and not is_too_long(entry):
                    if unit == "minutes-per-week":
                        day[1] += min(entry["played_ms"], planned_ms or entry["played_ms"])
                    elif entry["result"] == "aired":
                        day[1] += 1
            weeks = {}
            for day in days_in_range:
                place = place_of(station, day)
                asked_here = all(place.get(key + "-code") == target[key] for key in ("district", "commune") if key in target)
                asked_here = asked_here and target.get("station", station) == station
                if day < today and target["from"] <= day <= target.get("until", dt.date.max) and asked_here:
                    weeks.setdefault(day - dt.timedelta(day.weekday()), []).append(day)
            for _, days in sorted(weeks.items()):
                planned = counted = unknown = 0
                for day in days:
                    numbers = matched.get(str(day), [0, 0, 0])
                    if unit == "airings-per-day":
                        both = min(numbers[1] + numbers[2], amount)
                        numbers = [min(numbers[0], amount), min(numbers[1], amount), both - min(numbers[1], amount)]
                    planned, counted, unknown = planned + numbers[0], counted + numbers[1], unknown + numbers[2]
                weekly = amount * 60_000 if unit == "minutes-per-week" else amount
                asked = amount * len(days) if unit == "airings-per-day" else (weekly * len(days) * 2 + 7) // 14
                logged = stations[station].days if station in stations else {}
                without_log = sum(day not in logged for day in days)
                if without_log == len(days):
                    state = "no-log"
                elif counted >= asked:
                    state = "met"
                else:
                    state = "below" if without_log == 0 and counted + unknown < asked else "undecided"
                yield [target["id"], target["title"], target["document"], target["dated"], station, name_of(station)] + [
                    days[0], days[-1], len(days), int(len(days) < 7), "ms" if unit == "minutes-per-week" else "airings",
                    asked, planned, counted, unknown, without_log, state, permille(counted, asked),
                ]


def taken_out_rows(first, last, stations, name_of):
    """The rows of the table `taken-out`."""
    rows = {}
    for name, station in stations.items():
        sums = {}
        for edited_on, change in station.edits:
            key = (change["date"], change.get("campaign") or "", change.get("topic"), change["language"])
            total = sums.setdefault(key, [edited_on, 0, 0])
            if change["airings"] < 0 or change["planned_ms"] < 0:
                total[0] = edited_on
            total[1] += change["airings"]
            total[2] += change["planned_ms"]
        for (date, campaign, topic, language), (edited_on, count, planned_ms) in sorted(sums.items(), key=str):
            in_range = str(first) <= date <= str(last)
            if in_range and (count < 0 or planned_ms < 0):
                key = (name, edited_on, campaign, -1 if topic is None else topic, language)
                row = rows.setdefault(key, [date, date, 0, 0])
                row[0], row[1] = min(row[0], date), max(row[1], date)
                row[2] -= min(count, 0)
                row[3] -= min(planned_ms, 0)
    for (name, edited_on, campaign, topic, language), numbers in sorted(rows.items()):
        yield [name, name_of(name), edited_on, campaign, "" if topic < 0 else topic, language] + numbers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=pathlib.Path)
    for name in ["from", "until", "before-from", "before-until", "today"]:
        parser.add_argument("--" + name, type=dt.date.fromisoformat)
    parser.add_argument("--by", choices=KEYS)
    parser.add_argument("--period", default="month")
    parser.add_argument("--closing", type=pathlib.Path)
    args = parser.parse_args()
    first, last = getattr(args, "from"), args.until
    inputs = args.closing or args.store
    if args.closing:
        manifest = json.loads((args.closing / "closing.json").read_text())
        closed_sizes.update({args.store / log["origin"]: log["entries"] for log in manifest["logs"]})
    registry = tomllib.loads((inputs / "registry.toml").read_text())
    registered = {station["id"]: station for station in registry.get("station", [])}
    stations, titles, topics = read_store(args.store, registry)

    def place_of(station, day):
        for place in registered.get(station, {}).get("place", []):
            if place.get("from", dt.date.min) <= day <= place.get("until", dt.date.max):
                return place
        return {}

    def group_of(station, day, entry):
        """The sort key of the airing's row in the table, and the row's first cells."""
        by = args.by
        if by == "station":
            name = registered.get(station, {}).get("name") or stations[station].name
            return station, (station, name)
        if by == "topic":
            campaign, topic = entry["campaign"] or "", entry["topic"]
            title = topics.get((campaign, topic), ("", ""))[1]
            return (campaign, -1 if topic is None else topic), (campaign, "" if topic is None else str(topic), title)
        if by == "language":
            return entry["language"], (entry["language"],)
        if by in ("district", "commune"):
            unit = place_of(station, day)
            return unit.get(by + "-code", ""), (unit.get(by + "-code", ""), unit.get(by, ""))
        if by == "segment":
            return entry["segment"], (entry["segment"], titles.get(entry["segment"], ("", entry["title"]))[1])
        if by == "day":
            return str(day), (str(day),)
        period = period_of(day, args.period)
        return period, (str(max(period[0], first)), str(min(period[1], last)))

    def name_of(station):
        name = registered.get(station, {}).get("name")
        return name or (stations[station].name if station in stations else "")

    if args.by in ("target", "taken-out"):
        today = args.today or dt.date.today()
        if args.by == "target":
            targets = tomllib.loads((inputs / "targets.toml").read_text())["target"]
            rows = target_rows(targets, first, last, today, stations, registered, place_of, name_of)
        else:
            rows = taken_out_rows(first, last, stations, name_of)
        columns = TARGET_COLUMNS if args.by == "target" else TAKEN_OUT_COLUMNS
        print(json.dumps({"columns": columns, "rows": [[str(cell) for cell in row] for row in rows]}))
        return
    groups = {}
    compared = args.before_from is not None
    today = args.today or dt.date.today()

    def row_of(order, cells):
        return groups.setdefault(order, (cells, Totals(), Totals()))

    def ranges_of(day):
        """Whether the airings of a day count in the range, and in the earlier one."""
        in_period = first <= day <= last
        in_comparison = compared and args.before_from <= day <= args.before_until
        return in_period, in_comparison and (in_period or args.by not in ("day", "period"))

    def past_days(first, last):
        days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
        return [day for day in days if day < today]

    # Each day without a log is estimated from the airings of an earlier day.
    estimated = {}
    for name, station in stations.items():
        asked = set(past_days(first, last)) | set(past_days(args.before_from, args.before_until) if compared else [])
        for day in asked - station.days:
            source = source_of(station.days, day)
            if source:
                estimated.setdefault((name, source), []).append(day)
    for station, airing, entry, has_outcome in airings(stations):
        day = dt.date.fromisoformat(date_of(airing))
        in_period, in_comparison = ranges_of(day)
        if in_period or in_comparison:
            _, totals, totals_before = row_of(*group_of(station, day, entry))
            if in_period:
                totals.add(airing, entry, has_outcome)
            if in_comparison:
                totals_before.add(airing, entry, has_outcome)
        is_withdrawn = has_outcome and entry["result"] == "missed" and entry["reason"] == "withdrawn"
        if is_unplanned(airing) or is_withdrawn:
            continue
        for day in estimated.get((station, day), []):
            in_period, in_comparison = ranges_of(day)
            if not in_period and not in_comparison:
                continue
            _, totals, totals_before = row_of(*group_of(station, day, entry))
            for counted, counts in ((in_period, totals.counts), (in_comparison, totals_before.counts)):
                if counted:
                    counts["lost_planned"] += 1
                    counts["lost_planned_ms"] += expected_ms(airing, entry, has_outcome)
    topics_of = {}
    for station, airing, entry, has_outcome in airings(stations):
        day = dt.date.fromisoformat(date_of(airing))
        counted = has_outcome and not is_unplanned(airing) and is_on_line(entry)
        if counted and first <= day <= last and entry.get("sha256") and entry["topic"] is not None:
            topics_of.setdefault(entry["sha256"], set()).add((entry["campaign"] or "", entry["topic"]))
    shared = {sha for sha, topics in topics_of.items() if len(topics) > 1}
    has_days = args.by in ("station", "district", "commune", "day", "period")
    silent, days_of, days_before = {}, {}, {}
    in_all, in_all_before = Days(), Days()
    for station in registered | stations:
        days_with_log = stations[station].days if station in stations else set()
        silent[station] = [day for day in past_days(first, last) if day not in days_with_log]
        if args.by == "station":
            stations.setdefault(station, Station())
            row_of(*group_of(station, first, None))
        for day in past_days(first, last):
            in_all.add(day in days_with_log)
            if has_days:
                order, cells = group_of(station, day, None)
                row_of(order, cells)
                days_of.setdefault(order, Days()).add(day in days_with_log)
        if compared:
            for day in past_days(args.before_from, args.before_until):
                in_all_before.add(day in days_with_log)
                if has_days and args.by not in ("day", "period"):
                    order, _ = group_of(station, day, None)
                    days_before.setdefault(order, Days()).add(day in days_with_log)
    columns = KEYS[args.by] + "planned aired partial missed planned_ms played_ms share_permille level0 unknown".split()
    columns += "late_p50_ms late_p95_ms late_max_ms unplanned unplanned_ms".split()
    for result in ("missed", "partial"):
        columns += [f"{result}_{reason.replace('-', '_')}" for reason in REASONS + ["other"]]
    columns += "implausible unvouched unvouched_ms recordings recordings_shared".split()
    columns += "days_without_log lost_planned lost_planned_ms station_days days_with_log known known_ms".split()
    columns += "expected_ms earlier_length no_length share_plan_permille share_known_permille".split()
    columns += "aired_plan_permille aired_known_permille".split()
    has_comparison = compared and args.by not in ("day", "period")
    before_names = "planned aired partial missed planned_ms played_ms unknown known_ms expected_ms lost_planned".split()
    before_names += "lost_planned_ms station_days days_with_log".split()
    if has_comparison:
        columns += ["before_" + name for name in before_names] + ["growth_permille"]
    rows = []
    for order, (cells, totals, totals_before) in sorted(groups.items()):
        days = days_of.get(order, Days()) if has_days else None
        row = list(cells) + totals.cells(shared, days)
        if has_comparison:
            earlier_days = days_before.get(order, Days()) if has_days else None
            row += totals_before.earlier_cells(earlier_days)
            played, before = totals.counts["played_ms"], totals_before.counts["played_ms"]
            growth = math.floor(fractions.Fraction((played - before) * 2000 + before, 2 * before)) if before else ""
            row.append(str(growth) if (days or in_all).comparable(earlier_days or in_all_before) else "")
        rows.append(row)
    silent = {station: [str(day) for day in days] for station, days in silent.items()}
    repeats = sum(station.repeats for station in stations.values())
    result = {"columns": columns, "rows": rows, "days_without_log": silent, "repeats": repeats}
    result["overlaps"] = [overlap for name, station in sorted(stations.items()) for overlap in overlaps_of(name, station)]
    result["contradictions"] = [a for _, s in sorted(stations.items()) for a in contradictions_of(s, first, last)]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
