#!/usr/bin/env python3
"""Prints the plans of stations, day by day, by the rules of docs/schedule.md alone. It is slow but easy to follow.

plan.py LENGTHS.json FROM UNTIL STATION...   prints a line for each item, and "== end of station" after each station
plan.py --months FIRST LAST                  prints the lunar months that begin in these years

The calendar is computed from an ephemeris (the module ephem). This program shares no code with loa.
"""
import datetime as dt
import hashlib
import json
import pathlib
import sys
import tomllib
import zoneinfo

import ephem

DAY = dt.timedelta(days=1)
VIETNAM = dt.timedelta(hours=7)
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6,
            "t2": 0, "t3": 1, "t4": 2, "t5": 3, "t6": 4, "t7": 5, "cn": 6}


# The lunar calendar.

def vietnam_date(instant):
    """The date in Viet Nam at an instant of the ephemeris."""
    return (ephem.Date(instant).datetime() + VIETNAM).date()


def longitude(instant):
    """The sun's apparent longitude in degrees. `ephem.Ecliptic(sun)` would omit aberration and nutation."""
    sun = ephem.Sun(instant)
    equator = ephem.Equatorial(sun.g_ra, sun.g_dec, epoch=instant)
    return float(ephem.Ecliptic(equator, epoch=instant).lon) * 180 / ephem.pi


def principal_terms(year):
    """Returns (date, longitude / 30 degrees) for each of the sun's twelve principal terms in a year."""
    terms = []
    start = ephem.Date(dt.datetime(year, 1, 1) - VIETNAM)
    for n in range(366 + 1):
        before, after = start + n, start + n + 1
        if vietnam_date(before + 0.5).year != year:
            continue
        old_term, new_term = longitude(before) // 30, longitude(after) // 30
        if old_term != new_term:
            for _ in range(40):
                middle = (before + after) / 2
                if longitude(middle) // 30 == old_term:
                    before = middle
                else:
                    after = middle
            terms.append((vietnam_date(after), int(new_term) % 12))
    return terms


def months(first, last):
    """Returns (first day, number, is leap, days) for each lunar month from before the year `first` until after `last`."""
    terms = [t for y in range(first - 2, last + 3) for t in principal_terms(y)]
    solstices = [day for day, number in terms if number == 9]
    moons = []
    instant = ephem.Date(dt.datetime(first - 2, 1, 1))
    while vietnam_date(instant).year <= last + 2:
        instant = ephem.next_new_moon(instant)
        moons.append(vietnam_date(instant))
        instant = ephem.Date(instant + 1)
    # The last new moon not after each solstice begins an eleventh month.
    eleventh = [max(i for i, moon in enumerate(moons) if moon <= solstice) for solstice in solstices if moons[0] <= solstice]
    result = []
    for begin, end in zip(eleventh, eleventh[1:]):
        # A year of thirteen months has one leap month: the first without a principal term.
        number, is_leap_done = 11, end - begin != 13
        for i in range(begin, end):
            has_term = any(moons[i] <= day < moons[i + 1] for day, _ in terms)
            is_leap = not is_leap_done and not has_term and i > begin
            is_leap_done = is_leap_done or is_leap
            if i > begin and not is_leap:
                number = number % 12 + 1
            result.append((moons[i], number, is_leap, (moons[i + 1] - moons[i]).days))
    return result


class Lunar:
    """The lunar date of each day of some years."""

    def __init__(self, first, last):
        self.days = {}
        for first_day, number, leap, length in months(first, last):
            for n in range(length):
                self.days[first_day + n * DAY] = (n + 1, number, leap)

    def of(self, day):
        return self.days[day]

    def is_eve_of_tet(self, day):
        return self.days[day + DAY] == (1, 1, False)


# The values in TOML files.

def as_list(value):
    return value if isinstance(value, list) else [value]


def as_date(value):
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value.strip())


def as_span(value):
    if isinstance(value, str) and ".." in value:
        first, last = value.split("..")
        return as_date(first), as_date(last)
    return as_date(value), as_date(value)


def as_time(text):
    parts = [int(p) for p in text.split(":")]
    return dt.time(*parts)


def as_duration(text):
    """A duration in microseconds."""
    total, number = 0, ""
    for c in text:
        if c.isdigit():
            number += c
        else:
            total += int(number) * {"h": 3600, "m": 60, "s": 1}[c]
            number = ""
    return total * 1_000_000


def in_spans(day, values):
    return any(first <= day <= last for first, last in map(as_span, as_list(values)))


def lunar_rule_matches(rule, lunar_date):
    day, month, leap = lunar_date
    text = str(rule)
    if "/" in text:
        d, m = (int(p) for p in text.split("/"))
        return (d, m) == (day, month) and not leap
    return int(text) == day


class Station:
    def __init__(self, folder, lengths, lunar):
        self.lunar, self.lengths = lunar, lengths
        settings = tomllib.loads((folder / "station.toml").read_text())
        self.zone = zoneinfo.ZoneInfo(settings.get("station", {}).get("timezone", "Asia/Ho_Chi_Minh"))
        self.approval = settings.get("station", {}).get("approval") == "required"
        self.volumes = sorted((as_time(r.split("..")[0]), as_time(r.split("..")[1].replace("24:00", "00:00")), v)
                              for r, v in settings.get("output", {}).get("volume-at", {}).items())
        self.segments, self.sessions, self.holidays = {}, [], {}
        for path in sorted((folder / "playlists").glob("*.toml")):
            file = tomllib.loads(path.read_text())
            campaign = file.get("campaign", {})
            for segment in file.get("segment", []):
                self.segments[segment["id"]] = dict(segment, campaign=campaign.get("id"))
            for session in file.get("session", []):
                self.sessions.append(dict(session, campaign=campaign))
            for holiday in file.get("holiday", []):
                self.holidays[holiday["id"]] = holiday
        self.draw_counts = {}

    # Days.

    def holidays_of(self, day):
        lunar = self.lunar.of(day)
        names = set()
        built_in = {
            "tet-duong-lich": (day.day, day.month) == (1, 1),
            "tet": lunar in [(d, 1, False) for d in (1, 2, 3, 4)] or self.lunar.is_eve_of_tet(day),
            "gio-to": lunar == (10, 3, False),
            "thong-nhat": (day.day, day.month) == (30, 4),
            "lao-dong": (day.day, day.month) == (1, 5),
            "quoc-khanh": (day.day, day.month) == (2, 9),
        }
        names |= {name for name, is_today in built_in.items() if is_today and name not in self.holidays}
        for name, holiday in self.holidays.items():
            yearly = [tuple(int(p) for p in text.split("/")) for text in as_list(holiday.get("yearly", []))]
            if (in_spans(day, holiday.get("dates", [])) or (day.day, day.month) in yearly
                    or any(lunar_rule_matches(rule, lunar) for rule in as_list(holiday.get("lunar", [])))):
                names.add(name)
        return names

    def bounds(self, session):
        campaign = session["campaign"]
        froms = [as_date(x["from"]) for x in (session, campaign) if "from" in x]
        untils = [as_date(x["until"]) for x in (session, campaign) if "until" in x]
        return (max(froms) if froms else None), (min(untils) if untils else None)

    def rule_matches(self, session, day):
        if not any(key in session for key in ("days", "every-weeks", "dates", "monthly", "lunar")):
            return True
        if "days" in session or "every-weeks" in session:
            if self.weekly_rule_matches(session, day):
                return True
        if in_spans(day, session.get("dates", [])):
            return True
        for rule in as_list(session.get("monthly", [])):
            if self.monthly_rule_matches(str(rule), day):
                return True
        return any(lunar_rule_matches(rule, self.lunar.of(day)) for rule in as_list(session.get("lunar", [])))

    def weekly_rule_matches(self, session, day):
        weekdays = set()
        for text in as_list(session.get("days", "daily")):
            if text == "daily":
                weekdays |= set(range(7))
            elif ".." in text:
                first, last = (WEEKDAYS[name] for name in text.split(".."))
                at = first
                weekdays.add(at)
                while at != last:
                    at = (at + 1) % 7
                    weekdays.add(at)
            else:
                weekdays.add(WEEKDAYS[text])
        if day.weekday() not in weekdays:
            return False
        if "every-weeks" in session:
            start = as_date(session["from"] if "from" in session else session["campaign"]["from"])
            weeks = ((day - day.weekday() * DAY) - (start - start.weekday() * DAY)).days // 7
            return weeks % session["every-weeks"] == 0
        return True

    @staticmethod
    def monthly_rule_matches(rule, day):
        words = rule.split()
        if words == ["last", "day"]:
            return (day + DAY).month != day.month
        if len(words) == 1:
            return day.day == int(words[0])
        if day.weekday() != WEEKDAYS[words[1]]:
            return False
        if words[0] == "last":
            return (day + 7 * DAY).month != day.month
        same = [n for n in range(1, day.day + 1) if day.replace(day=n).weekday() == day.weekday()]
        return len(same) == int(words[0])

    def airs(self, session, day):
        first, last = self.bounds(session)
        if (first and day < first) or (last and day > last) or not self.rule_matches(session, day):
            return False
        holidays = self.holidays_of(day)
        for value in as_list(session.get("except", [])):
            if isinstance(value, str) and not value[0].isdigit():
                if value in holidays:
                    return False
            elif in_spans(day, value):
                return False
        return {"play": True, "skip": not holidays, "only": bool(holidays)}[session.get("on-holiday", "play")]

    # Draws.

    def pool_of(self, item, session):
        if "topic" in item:
            return ("topic", session["campaign"]["id"], item["topic"])
        return ("pool", item["pool"])

    def eligible_members(self, pool, day):
        names = []
        for name, segment in self.segments.items():
            if pool[0] == "topic":
                is_member = (segment["campaign"], segment.get("topic")) == pool[1:]
            else:
                is_member = pool[1] in as_list(segment.get("pool", []))
            is_eligible = (("valid-from" not in segment or as_date(segment["valid-from"]) <= day)
                    and ("valid-until" not in segment or day <= as_date(segment["valid-until"])))
            if self.approval:
                is_eligible = is_eligible and "approved-by" in segment and "approved-on" in segment \
                    and as_date(segment["approved-on"]) <= day
            if is_member and is_eligible:
                names.append(name)
        return sorted(names, key=lambda name: name.encode())

    @staticmethod
    def is_draw(item):
        return isinstance(item, dict) and ("topic" in item or "pool" in item)

    @staticmethod
    def item_airs(item, day):
        """Whether an item airs on this day, if its session does."""
        if isinstance(item, str):
            return True
        return (("from" not in item or as_date(item["from"]) <= day)
                and ("until" not in item or day <= as_date(item["until"]))
                and ("dates" not in item or in_spans(day, item["dates"])))

    def draws_per_start(self, session, pool, day):
        return sum(item.get("pick", 1) for item in session["play"]
                   if self.is_draw(item) and self.pool_of(item, session) == pool and self.item_airs(item, day))

    def draws_before(self, session, pool, day):
        """The number of a session's draws from a pool before this day, counted day by day (and remembered)."""
        first = max(self.bounds(session)[0] or dt.date(2020, 1, 1), dt.date(2020, 1, 1))
        at, count = self.draw_counts.get((session["id"], pool), (first, 0))
        while at < day:
            if self.airs(session, at):
                count += len(as_list(session["at"])) * self.draws_per_start(session, pool, at)
            at += DAY
        self.draw_counts[session["id"], pool] = (at, count)
        return count if first <= day else 0

    def draws_of_all_sessions_before(self, pool, day):
        return sum(self.draws_before(s, pool, day) for s in self.sessions
                   if any(self.is_draw(item) and self.pool_of(item, s) == pool for item in s["play"]))

    @staticmethod
    def order_of(pool, kind, number, eligible):
        """The eligible members, in the order in which the draw with this number considers them."""
        count = len(eligible)
        if kind == "round":
            turns = eligible
        else:
            name = ":".join(str(part) for part in pool)

            def by_hash(cycle):
                return sorted(eligible, key=lambda e: hashlib.sha256(f"{name}|{cycle}|{e}".encode()).digest())
            cycle = number // count
            turns = by_hash(cycle)
            if count >= 3 and cycle > 0 and by_hash(cycle - 1)[-1] == turns[0]:
                turns[0], turns[1] = turns[1], turns[0]
        first = number % count
        return turns[first:] + turns[:first]

    # Starts.

    def instant(self, local):
        """The first instant of a local time, or the first instant after the gap if the local time is skipped."""
        while True:
            at = local.replace(tzinfo=self.zone, fold=0)
            round_trip = at.astimezone(dt.timezone.utc).astimezone(self.zone).replace(tzinfo=None)
            if round_trip == local:
                return at.astimezone(dt.timezone.utc)
            local += dt.timedelta(minutes=1)

    def length_us(self, name):
        frames, rate = self.lengths.get(self.segments[name]["file"], (0, 0))
        return frames * 1_000_000 // rate if rate else 0

    def plan_day(self, day):
        starts = []
        for session in self.sessions:
            # A session without an item of this day does not air, whatever its opening and closing.
            if self.airs(session, day) and any(self.item_airs(item, day) for item in session["play"]):
                starts += [(as_time(at), session["id"], session) for at in as_list(session["at"])]
        starts.sort(key=lambda s: s[:2])
        next_numbers = {}
        for at, _, session in starts:
            yield from self.plan_start(session, day, at, next_numbers)

    def plan_start(self, session, day, at, next_numbers):
        items, draws = [], {}
        segments_taken = {}
        # Each draw is made once, in the order of `play`.
        for index, item in enumerate(session["play"]):
            if not self.is_draw(item) or not self.item_airs(item, day):
                continue
            pool = self.pool_of(item, session)
            if pool not in next_numbers:
                next_numbers[pool] = self.draws_of_all_sessions_before(pool, day)
            eligible = self.eligible_members(pool, day)
            draws[index] = []
            for _ in range(item.get("pick", 1)):
                number = next_numbers[pool]
                next_numbers[pool] += 1
                turns = self.order_of(pool, item.get("order", "round"), number, eligible) if eligible else []
                candidates = [e for e in turns if e not in segments_taken.get(pool, [])]
                if candidates:
                    segments_taken.setdefault(pool, []).append(candidates[0])
                    draws[index].append(dict(segment=candidates[0], length_us=self.length_us(candidates[0])))
                else:
                    name = pool[1] if pool[0] == "pool" else f"topic-{pool[2]}"
                    draws[index].append(dict(segment=name, length_us=0, empty=True))
        if "opening" in session:
            items.append(dict(segment=session["opening"], length_us=self.length_us(session["opening"])))
        for _ in range(session.get("repeat", 1)):
            for index, item in enumerate(session["play"]):
                if not self.item_airs(item, day):
                    # An item of another day keeps its positions.
                    items += [None] * (item.get("pick", 1) if self.is_draw(item) else 1)
                elif self.is_draw(item):
                    items += [dict(draw) for draw in draws[index]]
                elif isinstance(item, dict) and "relay" in item:
                    items.append(dict(segment="relay", length_us=as_duration(item["for"]), relay=True))
                else:
                    name = item if isinstance(item, str) else item["segment"]
                    items.append(dict(segment=name, length_us=self.length_us(name)))
        if "closing" in session:
            items.append(dict(segment=session["closing"], length_us=self.length_us(session["closing"]), closing=True))
        items = [dict(item, position=position) for position, item in enumerate(items, 1) if item is not None]
        first_start = self.instant(dt.datetime.combine(day, at))
        gap_us = as_duration(session.get("gap", "0s"))
        limit = self.end_limit(session, day, at)

        def lay_out():
            cursor, end = first_start, first_start
            for item in items:
                item["start"] = cursor
                if not item.get("dropped"):
                    end = cursor + dt.timedelta(microseconds=item["length_us"])
                    cursor = end + dt.timedelta(microseconds=gap_us)
            return end

        end = lay_out()
        while limit is not None and end > limit:
            remaining = [i for i in items if not i.get("dropped") and not i.get("closing")]
            remaining = remaining or [i for i in items if not i.get("dropped")]
            if not remaining:
                break
            remaining[-1]["dropped"] = True
            end = lay_out()
        for item in items:
            local = item["start"].astimezone(self.zone)
            yield dict(id=f"{session['id']}@{day}T{at.isoformat('seconds')}#{item['position']}", segment=item["segment"],
                       start=local.isoformat(timespec="microseconds"), duration_ms=item["length_us"] // 1000,
                       relay=item.get("relay", False), dropped=item.get("dropped", False),
                       empty=item.get("empty", False), volume=self.volume(session, local))

    def end_limit(self, session, day, at):
        if "end-by" not in session:
            return None
        if session["end-by"] in ("24:00", "24:00:00"):
            return self.instant(dt.datetime.combine(day + DAY, dt.time()))
        time = as_time(session["end-by"])
        end = dt.datetime.combine(day, time)
        if time <= at:
            end += DAY
            if end - dt.datetime.combine(day, at) > dt.timedelta(hours=6):
                return None
        return self.instant(end)

    def volume(self, session, local):
        if "volume" in session:
            return session["volume"]
        now = local.time()
        for first, until, volume in self.volumes:
            if (first <= now < until) if first < until else (now >= first or now < until):
                return volume
        return None


def main(arguments):
    if arguments[0] == "--months":
        first, last = int(arguments[1]), int(arguments[2])
        for first_day, number, leap, days in months(first, last):
            if first <= first_day.year <= last:
                print(first_day, number, int(leap), days)
        return
    lengths = json.loads(pathlib.Path(arguments[0]).read_text())
    first, last = dt.date.fromisoformat(arguments[1]), dt.date.fromisoformat(arguments[2])
    lunar = Lunar(min(first.year, 2020), last.year)
    for folder in arguments[3:]:
        station = Station(pathlib.Path(folder), lengths, lunar)
        day = first
        while day <= last:
            for item in station.plan_day(day):
                flags = [str(item[key]).lower() for key in ("relay", "dropped", "empty")]
                volume = "null" if item["volume"] is None else item["volume"]
                print(item["id"], item["segment"], item["start"], item["duration_ms"], *flags, volume)
            day += DAY
        print("== end of station")


if __name__ == "__main__":
    main(sys.argv[1:])
