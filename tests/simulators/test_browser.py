"""The pages of an installation in a headless Chromium: on a phone, in light and dark, by keyboard, with its policy in force: `pytest -m simulator`.

It needs the program `chromium` and fails without one; .ci/run installs it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.adapters.many.stage import Process, process
from tests.adapters.slack.fake_slack import running
from tests.adapters.test_pages import contrast
from tests.fakes import FakeClock, FakeTenancy

pytestmark = pytest.mark.simulator
LOOKS = """(() => { const of = (e, p) => getComputedStyle(document.querySelector(e))[p]; const link = document.querySelector('a'); return {
  wide: document.documentElement.scrollWidth, ink: of('body', 'color'), paper: of('body', 'backgroundColor'), size: of('body', 'fontSize'),
  text: link ? of('a', 'color') : '', ground: link ? of('a', 'backgroundColor') : '', tall: link ? link.getBoundingClientRect().height : 99,
  outline: link ? of('a', 'outlineStyle') + of('a', 'outlineWidth') : '', focused: document.activeElement.tagName, heading: document.querySelector('h1').textContent } })()"""


class Browser:
    """One tab, driven by its debugging protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._ids = socket, itertools.count(1)
        self._session: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []

    async def attach(self) -> None:
        target = (await self.do("Target.createTarget", url="about:blank"))["targetId"]
        self._session = {"sessionId": (await self.do("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]}
        for domain in ("Page", "Network", "Log"):
            await self.do(f"{domain}.enable")
        await self.do("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params, **self._session})
        while True:
            told = json.loads((await asyncio.wait_for(self._socket.receive(), 30)).data)
            if told.get("id") == number:
                assert "error" not in told, told
                result: dict[str, Any] = told["result"]
                return result
            self.events.append(told)

    async def open(self, url: str) -> dict[str, Any]:
        await self.do("Page.navigate", url=url)
        until = time.monotonic() + 20
        while await self.said("document.readyState") != "complete" or await self.said("location.href") == "about:blank":
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        looks: dict[str, Any] = await self.said(LOOKS)
        return looks

    async def said(self, script: str) -> Any:
        return (await self.do("Runtime.evaluate", expression=script, returnByValue=True))["result"].get("value")

    async def tab(self) -> dict[str, Any]:
        for kind in ("keyDown", "keyUp"):
            await self.do("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        looks: dict[str, Any] = await self.said(LOOKS)
        return looks


@asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    assert program, "apt-get install chromium: the pages are looked at in a real browser"
    running = await asyncio.create_subprocess_exec(
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--remote-debugging-port=0", f"--user-data-dir={folder}", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert running.stderr
    try:
        async with asyncio.timeout(60):
            while not (found := re.search(rb"ws://\S+", await running.stderr.readline())):
                assert running.returncode is None
        async with aiohttp.ClientSession() as session, session.ws_connect(found[0].decode(), max_msg_size=0) as socket:
            browser = Browser(socket)
            await browser.attach()
            yield browser
    finally:
        running.kill()
        await running.wait()


@pytest.fixture
async def app() -> AsyncIterator[Process]:
    clock = FakeClock()
    async with running() as slack:
        slack.tokens.clear()
        async with process(slack, FakeTenancy(clock), clock) as made:
            yield made


def colours(looks: dict[str, Any], one: str, other: str) -> float:
    first, second = ("#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", looks[name])[:3]) for name in (one, other))
    return contrast(first, second)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_work_on_a_phone_by_keyboard_in_light_and_dark(app: Process, scheme: str, tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        await browser.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        grounds = []
        for path in ("/slack/install", "/slack/oauth_redirect?state=x&code=y"):
            looks = await browser.open(app.url + path)
            assert looks["wide"] <= 360
            assert float(looks["size"].removesuffix("px")) >= 16
            assert looks["tall"] >= 44
            assert colours(looks, "ink", "paper") >= 7
            assert colours(looks, "text", "ground") >= 4.5
            looks = await browser.tab()
            assert (looks["focused"], looks["outline"]) == ("A", "solid3px")
            grounds.append(sum(int(part) for part in re.findall(r"\d+", looks["paper"])[:3]))
        assert all((ground > 600) is (scheme == "light") for ground in grounds)
        asked = {event["params"]["request"]["url"] for event in browser.events if event.get("method") == "Network.requestWillBeSent"}
        assert all(url.startswith(app.url) for url in asked)
        logged = [event["params"]["entry"]["text"] for event in browser.events if event.get("method") == "Log.entryAdded"]
        assert [text for text in logged if "Content Security Policy" in text] == []


async def test_a_browser_that_began_may_end(app: Process, tmp_path: Path) -> None:
    async with browsing(tmp_path) as browser:
        await browser.open(f"{app.url}/slack/install")
        state = (await browser.said("document.querySelector('a').href")).partition("state=")[2]
        code = app.slack.allowed("T1")
        looks = await browser.open(f"{app.url}/slack/oauth_redirect?code={code}&state={state}")
        assert looks["heading"] == "Offscript is in your workspace"
        assert looks["wide"] <= 360
        assert await browser.said("document.cookie") == ""
        looks = await browser.open(f"{app.url}/slack/oauth_redirect?code={code}&state={state}")
        assert looks["heading"] == "This link was used already"
