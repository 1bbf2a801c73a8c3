"""Computes the totals of docs/report.md from the raw lines of the logs in a store. Shares only that page with loa.

    totals.py STORE --from D --until D --by GROUP [--campaign ID] [--period P] [--before-from D --before-until D]
        [--today D] [--closing FOLDER]

With `--closing` it counts only the entries that a closed period counted, with the closed registry and targets.

Prints {"columns": [...], "rows": [[...]], "days_without_log": {...}, "repeats": N} as JSON. The groups after `period`
are the tables of docs/report.md with these names. `targets.toml` in the store is taken as accepted, if it is there.
"""
import argparse
import base64
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
    "period": ["from", "until", "cut"],
    "commune-topic": ["commune_code", "commune", "campaign", "topic", "title"],
    "commune-topic-language": ["commune_code", "commune", "campaign", "topic", "title", "language"],
    "topic-language": "campaign topic title language aired partial played_ms communes commune_codes".split(),
    "growth": """by campaign key name before_played_ms played_ms difference_ms growth_permille before_station_days
        before_days_with_log station_days days_with_log""".split(),
    "recordings": "station name airings recordings recordings_shared played_ms low_volume low_volume_ms".split(),
    "miss": """station name log entry airing date planned_at segment title campaign topic language result reason
        planned_ms played_ms note verdict answer answered_by""".split(),
    "due": "station name from until due received_on state late_days explained unanswered".split(),
    "target": [],
    "taken-out": [],
}
CROSS = ("commune-topic", "commune-topic-language")
LOW_VOLUME = range(1, 31)
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
        self.origins = []  # per log: (origin, first entry with the plan of each date)


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
        first_plans, notes = {}, {}
        station.origins.append((origin, first_plans))
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
                first_plans.setdefault(entry["date"], seq)
            elif kind == "note":
                notes[entry["id"]] = (seq, entry["text"])
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
                entry |= {"origin": origin, "seq": seq, "notes": notes}
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


def airings(stations, campaign=None):
    """Yields (station, id, entry or plan row, has_outcome) for each airing, or for each of one campaign."""
    for station, airing, entry, has_outcome in all_airings(stations):
        if campaign is None or (entry["campaign"] or "") == campaign:
            yield station, airing, entry, has_outcome


def all_airings(stations):
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
    if (day - last).days > 60:
        return None
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
            + "known known_ms expected_ms earlier_length no_length lost_planned lost_planned_ms".split()
            + ["low_volume", "low_volume_ms"],
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
            if entry.get("volume") in LOW_VOLUME:
                counts["low_volume"] += 1
                counts["low_volume_ms"] += played
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
        known += [counts["low_volume"], counts["low_volume_ms"]]
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
    """The first and last day of the period that contains this day."""
    if period == "week":
        monday = day - dt.timedelta(day.weekday())
        return monday, monday + dt.timedelta(6)
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


def taken_out_rows(first, last, stations, name_of, campaign_only):
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
            in_range = str(first) <= date <= str(last) and campaign_only in (None, campaign)
            if in_range and (count < 0 or planned_ms < 0):
                key = (name, edited_on, campaign, -1 if topic is None else topic, language)
                row = rows.setdefault(key, [date, date, 0, 0])
                row[0], row[1] = min(row[0], date), max(row[1], date)
                row[2] -= min(count, 0)
                row[3] -= min(planned_ms, 0)
    for (name, edited_on, campaign, topic, language), numbers in sorted(rows.items()):
        yield [name, name_of(name), edited_on, campaign, "" if topic < 0 else topic, language] + numbers


def state_of_miss(entry):
    """The result and the reason of an outcome that was not aired completely; None for any other."""
    reason = entry["reason"] if entry["reason"] in REASONS else "other"
    if entry["result"] == "missed":
        return "missed", reason
    if not sounded_on_line(entry):
        return "level0", ""
    if is_too_long(entry):
        return "implausible", ""
    return ("partial", reason) if entry["result"] == "partial" else None


def answers_in(store):
    """The newest answer of the department's journal about each outcome."""
    answers = {}
    for file in sorted((store / "department" / "entries").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            entry = json.loads(line)
            if entry["type"] == "answer" and "outcome" in entry:
                answers[entry["origin"], entry["outcome"]] = entry
    return answers


def miss_rows(store, first, last, stations, name_of, campaign):
    """The rows of the table `miss`."""
    answers, rows = answers_in(store), []
    for station, airing, entry, has_outcome in airings(stations, campaign):
        state = state_of_miss(entry) if has_outcome and not is_unplanned(airing) else None
        if state is None or not str(first) <= date_of(airing) <= str(last):
            continue
        note_seq, note = entry["notes"].get(airing, (None, ""))
        answer = answers.get((entry["origin"], entry["seq"]), {})
        if note_seq is None or answer.get("note", -1) < note_seq:
            answer = {}
        verdict = answer.get("verdict", "")
        planned_at = entry["planned_at"] or date_of(airing)
        topic = "" if entry["topic"] is None else entry["topic"]
        row = [station, name_of(station), entry["origin"], entry["seq"], airing, date_of(airing), planned_at]
        row += [entry["segment"], entry["title"], entry["campaign"] or "", topic, entry["language"], *state]
        row += [entry["planned_ms"], entry["played_ms"], note, verdict, answer.get("text", ""), answer.get("by", "")]
        rank = 1 if note_seq is None else 2 if answer else 0
        rows.append((rank, row))
    rows.sort(key=lambda ranked: (ranked[1][0], ranked[1][2], ranked[1][3]))
    rows.sort(key=lambda ranked: (ranked[1][5], ranked[1][6]), reverse=True)
    rows.sort(key=lambda ranked: ranked[0])
    return [row for _, row in rows]


def received_on(store, station, last_day):
    """The first day, in Vietnam, on which a head was countersigned that covers a plan of a day after this one."""
    days = []
    for origin, first_plans in station.origins:
        seqs = [seq for date, seq in first_plans.items() if date > str(last_day)]
        for size in sorted(int(file.name) for file in (store / origin / "heads").glob("*")):
            if seqs and size > min(seqs):
                note = (store / origin / "heads" / str(size)).read_text()
                lines = note.rsplit("\n\n", 1)[1].splitlines()
                signatures = [base64.b64decode(line.split(" ")[2]) for line in lines]
                # A cosignature: four bytes of the key, eight of the time, 64 of the signature.
                [time] = [int.from_bytes(bytes_[4:12], "big") for bytes_ in signatures if len(bytes_) == 76]
                days.append((dt.datetime.fromtimestamp(time, dt.timezone(dt.timedelta(hours=7)))).date())
                break
    return min(days, default=None)


def due_rows(store, first, last, today, registry, stations, name_of, misses):
    """The rows of the table `due`."""
    months, month = [], period_of(first, "month")
    while month[1] <= last:
        months += [month] if month[1] < today else []
        month = period_of(month[1] + dt.timedelta(1), "month")
    vietnam = dt.timezone(dt.timedelta(hours=7))
    for station in sorted(station["id"] for station in registry.get("station", [])):
        times = [log["enrolled-at"] for log in registry.get("log", []) if log["station"] == station]
        times = [dt.datetime.fromisoformat(str(time)) for time in times]
        enrolled = min(times).astimezone(vietnam).date() if times else None
        for begin, end in months:
            due = end + dt.timedelta(registry.get("department", {}).get("due-days", 3))
            received = received_on(store, stations.get(station, Station()), end)
            later = enrolled is not None and enrolled > due
            if received is not None and received <= due:
                state = "in-time"
            elif received is None and today <= due:
                state = "waiting"
            else:
                state = "enrolled-later" if later else "missing" if received is None else "late"
            late = ((received or today) - due).days if state in ("late", "missing") else ""
            noted = [row for row in misses if row[0] == station and row[16] and str(begin) <= row[6][:10] <= str(end)]
            waiting = [row for row in noted if not row[17]]
            yield [station, name_of(station), begin, end, due, received or "", state, late, len(noted), len(waiting)]


class Report:
    """The tables by groups of one report."""

    def __init__(self, args, store, inputs, registry):
        self.args, self.campaign = args, args.campaign
        self.first, self.last = getattr(args, "from"), args.until
        self.compared = args.before_from is not None
        self.today = args.today or dt.date.today()
        self.registered = {station["id"]: station for station in registry.get("station", [])}
        self.stations, self.titles, self.topics = read_store(store, registry)
        self.defined = {}
        self.targets = []
        if (inputs / "targets.toml").exists():
            document = tomllib.loads((inputs / "targets.toml").read_text())
            self.targets = document.get("target", [])
            for campaign in document.get("campaign", []):
                self.defined[campaign["id"]] = {topic["number"]: topic["title"] for topic in campaign.get("topic", [])}
                for number, title in self.defined[campaign["id"]].items():
                    self.topics[campaign["id"], number] = ("", title)

    def place_of(self, station, day):
        for place in self.registered.get(station, {}).get("place", []):
            if place.get("from", dt.date.min) <= day <= place.get("until", dt.date.max):
                return place
        return {}

    def name_of(self, station):
        name = self.registered.get(station, {}).get("name")
        return name or (self.stations[station].name if station in self.stations else "")

    def topic_of(self, campaign, topic):
        title = self.topics.get((campaign, topic), ("", ""))[1]
        return (campaign, -1 if topic is None else topic), (campaign, "" if topic is None else str(topic), title)

    def group_of(self, by, station, day, entry):
        """The sort key of the airing's row in the table, and the row's first cells."""
        if by == "total":
            return (), ()
        if by == "station":
            return station, (station, self.name_of(station))
        if by == "topic":
            return self.topic_of(entry["campaign"] or "", entry["topic"])
        if by == "language":
            return entry["language"], (entry["language"],)
        if by in ("district", "commune"):
            unit = self.place_of(station, day)
            return unit.get(by + "-code", ""), (unit.get(by + "-code", ""), unit.get(by, ""))
        if by in CROSS:
            code, commune = self.group_of("commune", station, day, entry)
            order, cells = self.topic_of(entry["campaign"] or "", entry["topic"])
            language = (entry["language"],) if by == "commune-topic-language" else ()
            return (code, *order, *language), (*commune, *cells, *language)
        if by == "segment":
            return entry["segment"], (entry["segment"], self.titles.get(entry["segment"], ("", entry["title"]))[1])
        if by == "day":
            return str(day), (str(day),)
        period = period_of(day, self.args.period)
        part = max(period[0], self.first), min(period[1], self.last)
        return period, (str(part[0]), str(part[1]), str(int(part != period)))

    def ranges_of(self, by, day):
        """Whether the airings of a day count in the range, and in the earlier one."""
        in_period = self.first <= day <= self.last
        in_comparison = self.compared and self.args.before_from <= day <= self.args.before_until
        return in_period, in_comparison and (in_period or by not in ("day", "period"))

    def past_days(self, first, last):
        days = [first + dt.timedelta(n) for n in range((last - first).days + 1)]
        return [day for day in days if day < self.today]

    def days_before(self):
        return self.past_days(self.args.before_from, self.args.before_until) if self.compared else []

    def shared(self):
        """The recordings that were aired under more than one topic."""
        topics_of = {}
        for station, airing, entry, has_outcome in airings(self.stations, self.campaign):
            day = dt.date.fromisoformat(date_of(airing))
            counted = has_outcome and not is_unplanned(airing) and is_on_line(entry)
            if counted and self.first <= day <= self.last and entry.get("sha256") and entry["topic"] is not None:
                topics_of.setdefault(entry["sha256"], set()).add((entry["campaign"] or "", entry["topic"]))
        return {sha for sha, topics in topics_of.items() if len(topics) > 1}

    def add_airings(self, by, row_of):
        # Each day without a log is estimated from the airings of an earlier day.
        estimated = {}
        for name, station in self.stations.items():
            asked = set(self.past_days(self.first, self.last)) | set(self.days_before())
            for day in asked - station.days:
                source = source_of(station.days, day)
                if source and name in self.registered:
                    estimated.setdefault((name, source), []).append(day)
        for station, airing, entry, has_outcome in airings(self.stations, self.campaign):
            day = dt.date.fromisoformat(date_of(airing))
            in_period, in_comparison = self.ranges_of(by, day)
            if in_period or in_comparison:
                _, totals, totals_before = row_of(*self.group_of(by, station, day, entry))
                if in_period:
                    totals.add(airing, entry, has_outcome)
                if in_comparison:
                    totals_before.add(airing, entry, has_outcome)
            is_withdrawn = has_outcome and entry["result"] == "missed" and entry["reason"] == "withdrawn"
            if is_unplanned(airing) or is_withdrawn:
                continue
            for day in estimated.get((station, day), []):
                in_period, in_comparison = self.ranges_of(by, day)
                if not in_period and not in_comparison:
                    continue
                _, totals, totals_before = row_of(*self.group_of(by, station, day, entry))
                for counted, counts in ((in_period, totals.counts), (in_comparison, totals_before.counts)):
                    if counted:
                        counts["lost_planned"] += 1
                        counts["lost_planned_ms"] += expected_ms(airing, entry, has_outcome)

    def defined_topics(self, campaigns):
        """The topics that the department defines for the campaigns of the report."""
        for campaign in set(campaigns) | {self.campaign}:
            for number in self.defined.get(campaign, {}):
                yield self.topic_of(campaign, number)

    def columns_of(self, by, groups):
        """The second halves of the keys in a table of communes and topics."""
        columns = {order[1:]: cells[2:] for order, (cells, _, _) in groups.items()}
        language = ("",) if by == "commune-topic-language" else ()
        aired = {order[:2] for order in columns}
        for order, cells in self.defined_topics(order[0] for order in list(columns)):
            if order not in aired:
                columns[order + language] = cells + language
        return columns

    def table(self, by):
        """Yields (cells, totals, totals before, station-days, station-days before) for each row."""
        groups = {}

        def row_of(order, cells):
            return groups.setdefault(order, (cells, Totals(), Totals()))

        self.add_airings(by, row_of)
        if by == "total":
            row_of((), ())
        if by == "topic":
            for order, cells in list(self.defined_topics(order[0] for order in list(groups))):
                row_of(order, cells)
        columns = self.columns_of(by, groups) if by in CROSS else {(): ()}
        area = "commune" if by in CROSS else by
        days_of, days_before = {}, {}
        has_days = area in ("station", "district", "commune", "day", "period")
        in_all, in_all_before = Days(), Days()
        for station in sorted(self.registered):
            days_with_log = self.stations[station].days if station in self.stations else set()
            if by == "station":
                row_of(*self.group_of(by, station, self.first, None))
            now = (self.past_days(self.first, self.last), in_all, days_of)
            for days, total, rows in (now, (self.days_before(), in_all_before, days_before)):
                for day in days:
                    total.add(day in days_with_log)
                    if has_days and (rows is days_of or by not in ("day", "period")):
                        order, cells = self.group_of(area, station, day, None)
                        for column, column_cells in columns.items():
                            key = (order, *column) if by in CROSS else order
                            if rows is days_of:
                                row_of(key, cells + column_cells)
                            rows.setdefault(key, Days()).add(day in days_with_log)
        for order, (cells, totals, totals_before) in sorted(groups.items()):
            days = days_of.get(order, Days()) if has_days else None
            earlier_days = days_before.get(order, Days()) if has_days else None
            if by == "total":
                days, earlier_days = in_all, in_all_before
            played, before = totals.counts["played_ms"], totals_before.counts["played_ms"]
            growth = math.floor(fractions.Fraction((played - before) * 2000 + before, 2 * before)) if before else ""
            comparable = (days or in_all).comparable(earlier_days or in_all_before)
            yield list(cells), totals, totals_before, days, earlier_days, str(growth) if comparable else ""

    def totals_rows(self, by):
        has_comparison = self.compared and by not in ("day", "period")
        shared = self.shared()
        for cells, totals, totals_before, days, earlier_days, growth in self.table(by):
            row = cells + totals.cells(shared, days)
            yield row + totals_before.earlier_cells(earlier_days) + [growth] if has_comparison else row

    def topic_language_rows(self):
        rows = {}
        for cells, totals, *_ in self.table("commune-topic-language"):
            code, _, campaign, topic, title, language = cells
            key = (campaign, int(topic or -1), title, language)
            row = rows.setdefault(key, [0, 0, 0, []])
            for index, name in enumerate(("aired", "partial", "played_ms")):
                row[index] += totals.counts[name]
            if totals.counts["played_ms"] and code:
                row[3].append(code)
        for (campaign, topic, title, language), (aired, partial, played_ms, codes) in sorted(rows.items()):
            topic = "" if topic < 0 else topic
            yield [campaign, topic, title, language, aired, partial, played_ms, len(codes), " ".join(codes)]

    def growth_rows(self):
        for by in ("total", "topic", "language", "commune"):
            for cells, totals, totals_before, days, earlier_days, growth in self.table(by):
                silent = days and not days.logged and totals.is_blank()
                was_silent = earlier_days and not earlier_days.logged and totals_before.is_blank()
                before = "" if was_silent else totals_before.counts["played_ms"]
                now = "" if silent else totals.counts["played_ms"]
                key = {"total": ["", "", ""], "topic": cells, "language": ["", *cells, ""], "commune": ["", *cells]}[by]
                days_cells = [days.all, days.logged] if days else ["", ""]
                before_cells = [earlier_days.all, earlier_days.logged] if earlier_days else ["", ""]
                difference = "" if "" in (before, now) else now - before
                yield [by, *key, before, now, difference, growth, *before_cells, *days_cells]

    def recordings_rows(self):
        shared = self.shared()
        for cells, totals, _, days, *_ in self.table("station"):
            counts = totals.counts
            row = [counts["aired"] + counts["partial"], len(totals.recordings), len(totals.recordings & shared)]
            row += [counts["played_ms"], counts["low_volume"], counts["low_volume_ms"]]
            yield cells + ([""] * len(row) if not days.logged and totals.is_blank() else row)

    def left_out(self):
        """The planned airings of the range that count towards another campaign or none, and their airtime."""
        count = played_ms = 0
        for _, airing, entry, has_outcome in airings(self.stations):
            is_other = self.campaign is not None and (entry["campaign"] or "") != self.campaign
            if is_other and not is_unplanned(airing) and str(self.first) <= date_of(airing) <= str(self.last):
                count += 1
                played_ms += counted_ms(entry) if has_outcome and is_on_line(entry) else 0
        return [count, played_ms]


def columns_of_totals(by, compared):
    columns = KEYS[by] + "planned aired partial missed planned_ms played_ms share_permille level0 unknown".split()
    columns += "late_p50_ms late_p95_ms late_max_ms unplanned unplanned_ms".split()
    for result in ("missed", "partial"):
        columns += [f"{result}_{reason.replace('-', '_')}" for reason in REASONS + ["other"]]
    columns += "implausible unvouched unvouched_ms recordings recordings_shared".split()
    columns += "days_without_log lost_planned lost_planned_ms station_days days_with_log known known_ms".split()
    columns += "expected_ms earlier_length no_length share_plan_permille share_known_permille".split()
    columns += "aired_plan_permille aired_known_permille low_volume low_volume_ms".split()
    before_names = "planned aired partial missed planned_ms played_ms unknown known_ms expected_ms lost_planned".split()
    before_names += "lost_planned_ms station_days days_with_log".split()
    if compared and by not in ("day", "period"):
        columns += ["before_" + name for name in before_names] + ["growth_permille"]
    return columns


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=pathlib.Path)
    for name in ["from", "until", "before-from", "before-until", "today"]:
        parser.add_argument("--" + name, type=dt.date.fromisoformat)
    parser.add_argument("--by", choices=KEYS)
    parser.add_argument("--campaign")
    parser.add_argument("--period", default="month")
    parser.add_argument("--closing", type=pathlib.Path)
    args = parser.parse_args()
    by, store, inputs = args.by, args.store, args.closing or args.store
    if args.closing:
        manifest = json.loads((args.closing / "closing.json").read_text())
        closed_sizes.update({store / log["origin"]: log["entries"] for log in manifest["logs"]})
    registry = tomllib.loads((inputs / "registry.toml").read_text())
    report = Report(args, store, inputs, registry)
    first, last, stations = report.first, report.last, report.stations
    misses = lambda: miss_rows(store, first, last, stations, report.name_of, args.campaign)
    tables = {
        "topic-language": report.topic_language_rows,
        "growth": report.growth_rows,
        "recordings": report.recordings_rows,
        "miss": misses,
        "due": lambda: due_rows(store, first, last, report.today, registry, stations, report.name_of, misses()),
        "taken-out": lambda: taken_out_rows(first, last, stations, report.name_of, args.campaign),
    }
    if by == "target":
        targets = [target for target in report.targets if args.campaign in (None, target.get("campaign"))]
        rows = target_rows(
            targets, first, last, report.today, stations, report.registered, report.place_of, report.name_of
        )
    else:
        rows = tables[by]() if by in tables else report.totals_rows(by)
    columns = {"target": TARGET_COLUMNS, "taken-out": TAKEN_OUT_COLUMNS}.get(by) or KEYS[by]
    if by not in tables and by != "target":
        columns = columns_of_totals(by, report.compared)
    result = {"columns": columns, "rows": [[str(cell) for cell in row] for row in rows]}
    silent = {}
    for station in report.registered | stations:
        days_with_log = stations[station].days if station in stations else set()
        silent[station] = [str(day) for day in report.past_days(first, last) if day not in days_with_log]
    result["days_without_log"] = silent
    result["repeats"] = sum(station.repeats for station in stations.values())
    result["left_out"] = report.left_out()
    result["overlaps"] = [overlap for name, station in sorted(stations.items()) for overlap in overlaps_of(name, station)]
    result["contradictions"] = [a for _, s in sorted(stations.items()) for a in contradictions_of(s, first, last)]
    print(json.dumps(result))


if __name__ == "__main__":
    main()
