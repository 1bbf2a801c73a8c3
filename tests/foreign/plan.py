#!/usr/bin/env python3
"""Plans of stations, day by day, by the rules of docs/schedule.md alone: slow, and easy to follow.

plan.py LENGTHS.json FROM UNTIL STATION...   prints a line for each item, and "== end of station" after each station
plan.py --months FIRST LAST                  prints the lunar months that begin in these years

The calendar is reckoned from an ephemeris (the module ephem). It shares no code with loa.
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

def civil(when):
    """The day in Viet Nam of an instant of the ephemeris."""
    return (ephem.Date(when).datetime() + VIETNAM).date()


def longitude(when):
    """The sun's apparent longitude of date: `ephem.Ecliptic` would leave out aberration and nutation."""
    sun = ephem.Sun(when)
    equator = ephem.Equatorial(sun.g_ra, sun.g_dec, epoch=when)
    return float(ephem.Ecliptic(equator, epoch=when).lon) * 180 / ephem.pi


def principal_terms(year):
    """The civil days of the sun's twelve principal terms that fall into a year, with their number of 30 degrees."""
    found = []
    start = ephem.Date(dt.datetime(year, 1, 1) - VIETNAM)
    for n in range(366 + 1):
        a, b = start + n, start + n + 1
        if civil(a + 0.5).year != year:
            continue
        one, two = longitude(a) // 30, longitude(b) // 30
        if one != two:
            for _ in range(40):
                middle = (a + b) / 2
                if longitude(middle) // 30 == one:
                    a = middle
                else:
                    b = middle
            found.append((civil(b), int(two) % 12))
    return found


def months(first, last):
    """(first day, number, leap, days) of the lunar months from before the year `first` to after `last`."""
    terms = [t for y in range(first - 2, last + 3) for t in principal_terms(y)]
    solstices = [day for day, number in terms if number == 9]
    moons = []
    when = ephem.Date(dt.datetime(first - 2, 1, 1))
    while civil(when).year <= last + 2:
        when = ephem.next_new_moon(when)
        moons.append(civil(when))
        when = ephem.Date(when + 1)
    # The last new moon not after each solstice begins an eleventh month.
    eleventh = [max(i for i, moon in enumerate(moons) if moon <= solstice) for solstice in solstices if moons[0] <= solstice]
    result = []
    for a, b in zip(eleventh, eleventh[1:]):
        number, leap_seen = 11, b - a != 13
        for i in range(a, b):
            holds = any(moons[i] <= day < moons[i + 1] for day, _ in terms)
            leap = not leap_seen and not holds and i > a
            leap_seen = leap_seen or leap
            if i > a and not leap:
                number = number % 12 + 1
            result.append((moons[i], number, leap, (moons[i + 1] - moons[i]).days))
    return result


class Lunar:
    """Lunar dates of the days of some years."""

    def __init__(self, first, last):
        self.days = {}
        for begins, number, leap, length in months(first, last):
            for n in range(length):
                self.days[begins + n * DAY] = (n + 1, number, leap)

    def of(self, day):
        return self.days[day]

    def eve_of_tet(self, day):
        return self.days[day + DAY] == (1, 1, False)


# What is written.

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


def lunar_names(rule, lunar_date):
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
        self.volumes = sorted((as_time(r.split("..")[0]), as_time(r.split("..")[1]), v)
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
        self.days_before = {}

    # Days.

    def holidays_of(self, day):
        lunar = self.lunar.of(day)
        named = set()
        built_in = {
            "tet-duong-lich": (day.day, day.month) == (1, 1),
            "tet": lunar in [(d, 1, False) for d in (1, 2, 3, 4)] or self.lunar.eve_of_tet(day),
            "gio-to": lunar == (10, 3, False),
            "thong-nhat": (day.day, day.month) == (30, 4),
            "lao-dong": (day.day, day.month) == (1, 5),
            "quoc-khanh": (day.day, day.month) == (2, 9),
        }
        named |= {name for name, falls in built_in.items() if falls and name not in self.holidays}
        for name, holiday in self.holidays.items():
            yearly = [tuple(int(p) for p in text.split("/")) for text in as_list(holiday.get("yearly", []))]
            if (in_spans(day, holiday.get("dates", [])) or (day.day, day.month) in yearly
                    or any(lunar_names(rule, lunar) for rule in as_list(holiday.get("lunar", [])))):
                named.add(name)
        return named

    def bounds(self, session):
        campaign = session["campaign"]
        froms = [as_date(x["from"]) for x in (session, campaign) if "from" in x]
        untils = [as_date(x["until"]) for x in (session, campaign) if "until" in x]
        return (max(froms) if froms else None), (min(untils) if untils else None)

    def rule_names(self, session, day):
        if not any(key in session for key in ("days", "every-weeks", "dates", "monthly", "lunar")):
            return True
        if "days" in session or "every-weeks" in session:
            if self.weekly(session, day):
                return True
        if in_spans(day, session.get("dates", [])):
            return True
        for rule in as_list(session.get("monthly", [])):
            if self.monthly(str(rule), day):
                return True
        return any(lunar_names(rule, self.lunar.of(day)) for rule in as_list(session.get("lunar", [])))

    def weekly(self, session, day):
        wanted = set()
        for text in as_list(session.get("days", "daily")):
            if text == "daily":
                wanted |= set(range(7))
            elif ".." in text:
                first, last = (WEEKDAYS[name] for name in text.split(".."))
                at = first
                wanted.add(at)
                while at != last:
                    at = (at + 1) % 7
                    wanted.add(at)
            else:
                wanted.add(WEEKDAYS[text])
        if day.weekday() not in wanted:
            return False
        if "every-weeks" in session:
            start = as_date(session["from"] if "from" in session else session["campaign"]["from"])
            weeks = ((day - day.weekday() * DAY) - (start - start.weekday() * DAY)).days // 7
            return weeks % session["every-weeks"] == 0
        return True

    @staticmethod
    def monthly(rule, day):
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
        if (first and day < first) or (last and day > last) or not self.rule_names(session, day):
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

    def members(self, pool, day):
        found = []
        for name, segment in self.segments.items():
            if pool[0] == "topic":
                of = (segment["campaign"], segment.get("topic")) == pool[1:]
            else:
                of = pool[1] in as_list(segment.get("pool", []))
            good = (("valid-from" not in segment or as_date(segment["valid-from"]) <= day)
                    and ("valid-until" not in segment or day <= as_date(segment["valid-until"])))
            if self.approval:
                good = good and "approved-by" in segment and "approved-on" in segment \
                    and as_date(segment["approved-on"]) <= day
            if of and good:
                found.append(name)
        return sorted(found, key=lambda name: name.encode())

    def draws_in_a_start(self, session, pool):
        return sum(item.get("pick", 1) for item in session["play"]
                   if isinstance(item, dict) and "relay" not in item and self.pool_of(item, session) == pool)

    def dates_before(self, session, day):
        """On how many days before this one the session has aired, counted one by one (and remembered)."""
        first = max(self.bounds(session)[0] or dt.date(2020, 1, 1), dt.date(2020, 1, 1))
        at, count = self.days_before.get(session["id"], (first, 0))
        while at < day:
            count += self.airs(session, at)
            at += DAY
        self.days_before[session["id"]] = (at, count)
        return count if first <= day else 0

    def numbers_before(self, pool, day):
        return sum(self.dates_before(s, day) * len(as_list(s["at"])) * self.draws_in_a_start(s, pool)
                   for s in self.sessions if self.draws_in_a_start(s, pool))

    @staticmethod
    def order_of(pool, kind, number, eligible):
        n = len(eligible)
        if kind == "round":
            turns = eligible
        else:
            name = ":".join(str(part) for part in pool)

            def by_hash(r):
                return sorted(eligible, key=lambda e: hashlib.sha256(f"{name}|{r}|{e}".encode()).digest())
            r = number // n
            turns = by_hash(r)
            if n >= 3 and r > 0 and by_hash(r - 1)[-1] == turns[0]:
                turns[0], turns[1] = turns[1], turns[0]
        k = number % n
        return turns[k:] + turns[:k]

    # Starts.

    def instant(self, local):
        """The first coming of a local time; the first instant after the gap when it never comes."""
        while True:
            at = local.replace(tzinfo=self.zone, fold=0)
            back = at.astimezone(dt.timezone.utc).astimezone(self.zone).replace(tzinfo=None)
            if back == local:
                return at.astimezone(dt.timezone.utc)
            local += dt.timedelta(minutes=1)

    def length(self, name):
        frames, rate = self.lengths.get(self.segments[name]["file"], (0, 0))
        return frames * 1_000_000 // rate if rate else 0

    def day(self, day):
        starts = []
        for session in self.sessions:
            if self.airs(session, day):
                starts += [(as_time(at), session["id"], session) for at in as_list(session["at"])]
        starts.sort(key=lambda s: s[:2])
        drawn = {}
        for at, _, session in starts:
            yield from self.start(session, day, at, drawn)

    def start(self, session, day, at, drawn):
        items, chosen = [], {}
        taken = {}
        # What is drawn is drawn once, in the order of `play`.
        for index, item in enumerate(session["play"]):
            if not isinstance(item, dict) or "relay" in item:
                continue
            pool = self.pool_of(item, session)
            if pool not in drawn:
                drawn[pool] = self.numbers_before(pool, day)
            eligible = self.members(pool, day)
            chosen[index] = []
            for _ in range(item.get("pick", 1)):
                number = drawn[pool]
                drawn[pool] += 1
                turns = self.order_of(pool, item.get("order", "round"), number, eligible) if eligible else []
                free = [e for e in turns if e not in taken.get(pool, [])]
                if free:
                    taken.setdefault(pool, []).append(free[0])
                    chosen[index].append(dict(segment=free[0], length=self.length(free[0])))
                else:
                    name = pool[1] if pool[0] == "pool" else f"topic-{pool[2]}"
                    chosen[index].append(dict(segment=name, length=0, empty=True))
        if "opening" in session:
            items.append(dict(segment=session["opening"], length=self.length(session["opening"])))
        for _ in range(session.get("repeat", 1)):
            for index, item in enumerate(session["play"]):
                if isinstance(item, str):
                    items.append(dict(segment=item, length=self.length(item)))
                elif "relay" in item:
                    items.append(dict(segment="relay", length=as_duration(item["for"]), relay=True))
                else:
                    items += [dict(one) for one in chosen[index]]
        if "closing" in session:
            items.append(dict(segment=session["closing"], length=self.length(session["closing"]), closing=True))
        begins = self.instant(dt.datetime.combine(day, at))
        gap = as_duration(session.get("gap", "0s"))
        limit = self.limit(session, day, at)

        def lay_out():
            cursor, end = begins, begins
            for item in items:
                item["start"] = cursor
                if not item.get("dropped"):
                    end = cursor + dt.timedelta(microseconds=item["length"])
                    cursor = end + dt.timedelta(microseconds=gap)
            return end

        end = lay_out()
        while limit is not None and end > limit:
            left = [i for i in items if not i.get("dropped") and not i.get("closing")]
            left = left or [i for i in items if not i.get("dropped")]
            if not left:
                break
            left[-1]["dropped"] = True
            end = lay_out()
        for position, item in enumerate(items, 1):
            local = item["start"].astimezone(self.zone)
            yield dict(id=f"{session['id']}@{day}T{at.isoformat('seconds')}#{position}", segment=item["segment"],
                       start=local.isoformat(timespec="microseconds"), duration_ms=item["length"] // 1000,
                       relay=item.get("relay", False), dropped=item.get("dropped", False),
                       empty=item.get("empty", False), volume=self.volume(session, local))

    def limit(self, session, day, at):
        if "end-by" not in session:
            return None
        time = as_time(session["end-by"])
        on = dt.datetime.combine(day, time)
        if time <= at:
            on += DAY
            if on - dt.datetime.combine(day, at) > dt.timedelta(hours=6):
                return None
        return self.instant(on)

    def volume(self, session, local):
        if "volume" in session:
            return session["volume"]
        now = local.time()
        for first, until, volume in self.volumes:
            if (first <= now < until) if first < until else (now >= first or now < until):
                return volume
        return None


def main(words):
    if words[0] == "--months":
        first, last = int(words[1]), int(words[2])
        for begins, number, leap, days in months(first, last):
            if first <= begins.year <= last:
                print(begins, number, int(leap), days)
        return
    lengths = json.loads(pathlib.Path(words[0]).read_text())
    first, last = dt.date.fromisoformat(words[1]), dt.date.fromisoformat(words[2])
    lunar = Lunar(min(first.year, 2020), last.year)
    for folder in words[3:]:
        station = Station(pathlib.Path(folder), lengths, lunar)
        day = first
        while day <= last:
            for item in station.day(day):
                flags = [str(item[key]).lower() for key in ("relay", "dropped", "empty")]
                volume = "null" if item["volume"] is None else item["volume"]
                print(item["id"], item["segment"], item["start"], item["duration_ms"], *flags, volume)
            day += DAY
        print("== end of station")


if __name__ == "__main__":
    main(sys.argv[1:])
