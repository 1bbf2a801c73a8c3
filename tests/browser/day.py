#!/usr/bin/env python3
"""An operator's day at the station's page, in a real browser.

Walks through every screen: adds a recording, saves it, undoes it, looks at the schedule, the library and the log, calls an
urgent message off, plays one and stops it. On each screen it fails on a violation that axe-core finds, on a target below 48
px, on a screen that must be moved sideways, and on anything that the browser reports in its console.
"""

import argparse
import pathlib
import re
import sys

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

# Radio buttons and check boxes are small, but their whole label is the target.
TARGETS = "a.action, a.day, nav a, button, select, input:not([type=radio]):not([type=checkbox]):not([type=hidden]), .radio, .sessions a"
SMALL = """targets => [...document.querySelectorAll(targets)]
    .filter(e => e.getClientRects().length)
    .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
    .filter(([, height]) => height < 48)"""


class Day:
    def __init__(self, browser, arguments):
        self.arguments = arguments
        self.has_script = not arguments.no_script
        self.faults = []
        self.number = 0
        context = browser.new_context(
            viewport={"width": arguments.width, "height": 740}, java_script_enabled=self.has_script, locale="vi-VN"
        )
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        # axe and the measures need a script of their own, which a browser without scripts does not run.
        self.axe = Axe() if self.has_script else None

    def look(self, name):
        """Examines the screen that is shown."""
        self.number += 1
        # Before that, the style may be missing.
        self.page.wait_for_load_state()
        if self.arguments.screens:
            path = pathlib.Path(self.arguments.screens) / f"{self.number:02}-{name}.png"
            self.page.screenshot(path=str(path), full_page=True)
        print(name, flush=True)
        if not self.has_script:
            return
        if self.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{name}: it must be moved sideways")
        for target, height in self.page.evaluate(SMALL, TARGETS):
            self.faults.append(f"{name}: {height} px: {target}")
        for violation in self.axe.run(self.page)["violations"]:
            nodes = [node["html"][:120] for node in violation["nodes"][:3]]
            self.faults.append(f"{name}: {violation['id']}: {nodes}")

    def follow(self, path):
        """Taps the link to a screen."""
        self.page.click(f'a[href^="{path}"] >> visible=true')

    def tap(self, selector):
        self.page.click(f"{selector} >> visible=true")

    def add(self):
        page = self.page
        self.follow("/them-tin")
        self.look("where-from")
        if self.arguments.record:
            # Chromium's false microphone beeps once a second.
            self.tap("#ghi-bat-dau")
            page.wait_for_selector('#ghi-dong-ho:has-text("0:02")')
            self.look("recording")
            self.tap("#ghi-dung")
        else:
            page.set_input_files("#tep", self.arguments.sound)
        if not self.has_script:
            self.tap('form[action="/them-tin/gui"] button >> nth=0')
        page.wait_for_selector("audio")
        self.look("is-it-good")
        self.tap("a.main")
        page.fill("#ten", "Tin <i>thử</i>")
        self.look("what-name")
        self.tap("button.main")
        if self.arguments.when == "now":
            page.check("input[value=phat-ngay]")
        self.look("when")
        self.tap("button.main")
        self.look("preview")
        if self.arguments.when == "once":
            page.select_option("#truoc", index=1)
            self.tap('form[action$="/cho"] button')
            self.look("preview-moved")
        self.tap("button.main")
        page.wait_for_selector("[role=status]")
        self.look("saved")

    def undo(self):
        self.follow("/hoan-tac")
        self.look("undo-question")
        self.tap("button.order")
        self.page.wait_for_selector("[role=status]")
        self.look("undone")

    def wander(self):
        self.follow("/lich-phat")
        self.look("schedule")
        # The start of today may be over.
        self.tap("main .sessions a >> nth=-1")
        self.look("session")
        self.follow("/lich-phat/nghi")
        self.look("day-off")
        self.follow("/lich-phat")
        self.tap("main .sessions a >> nth=0")
        self.follow("/lich-phat/sua")
        self.look("edit-session")
        self.page.select_option('select[name="muc"] >> nth=0', index=1)
        self.tap("button.main")
        self.look("edit-preview")
        self.follow("/nhat-ky")
        self.look("log")
        self.follow("/nhat-ky/thang")
        self.look("month")
        self.follow("/them-nua")
        self.look("more")
        self.follow("/kho-tin")
        self.look("library")
        self.tap("main .sessions a >> nth=0")
        self.look("segment")
        self.follow("/kho-tin/bo")
        self.look("remove-question")
        self.follow("/them-nua")
        self.follow("/nop-so")
        self.look("hand-in")

    def alarm(self):
        for answer in ["call off", "play"]:
            self.follow("/khan-cap")
            self.look("urgent")
            self.tap("main .sessions a >> nth=0")
            self.look("urgent-question")
            self.tap("button.order")
            if answer == "call off":
                self.tap('form[action="/khan-cap/huy"] button')
            self.page.wait_for_selector("[role=status]")
            self.look(f"urgent-{answer.replace(' ', '-')}")
        self.tap("a.main")
        self.page.wait_for_selector("a.action.urgent")
        self.look("urgent-on-air")
        self.follow("/dung")
        self.look("stop-question")
        self.tap("button.order")
        self.page.wait_for_selector("[role=status]")
        self.look("stopped")

    def live(self):
        self.page.goto(self.arguments.link)
        self.look("today")
        self.add()
        if self.arguments.when == "now":
            self.follow("/")
            self.look("today-on-air")
        self.wander()
        self.alarm()
        if self.arguments.when == "once":
            self.follow("/them-nua")
            self.undo()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("link")
    parser.add_argument("sound")
    parser.add_argument("--when", choices=["now", "once"], default="once")
    parser.add_argument("--width", type=int, default=360)
    parser.add_argument("--no-script", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--screens")
    arguments = parser.parse_args()
    # The browser asks nobody but the page; without these, it looks for its maker's servers.
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    flags += ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        day = Day(browser, arguments)
        day.live()
        browser.close()
    for fault in day.faults:
        print(re.sub(r"\s+", " ", fault), file=sys.stderr)
    return 1 if day.faults else 0


if __name__ == "__main__":
    sys.exit(main())
