"""A headless Chromium for tests, driven over its DevTools protocol.

Flows in: a page and what to do with it. Flows out: values of expressions, pictures, and everything the page
asked of a network or wrote to its console.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")
_INSPECT = Path(__file__).with_name("inspect.js").read_text(encoding="utf-8")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--remote-debugging-port=0", "--window-size=1366,768",
)  # fmt: skip
_KEYS = {
    "ArrowDown": 40,
    "ArrowUp": 38,
    "ArrowLeft": 37,
    "ArrowRight": 39,
    "Enter": 13,
    "Escape": 27,
    "/": 191,
}


class PageError(AssertionError):
    """An expression failed within the page, or what was waited for did not come."""


class Page:
    """One tab. `requests` are the addresses it asked for, `complaints` what it wrote to the console."""

    def __init__(self, socket: Any, session: str) -> None:
        self._socket, self._session, self._last = socket, session, 0
        self.requests: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.command(f"{domain}.enable")
        self.resize(1366)

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and return its answer; events that come meanwhile are kept."""
        self._last += 1
        message = {"id": self._last, "sessionId": self._session, "method": method, "params": parameters}
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise PageError(f"{method}: {answer['error']}")
                return dict(answer["result"])
            self._note(answer)

    def open(self, path: Path, place: str = "") -> None:
        """Open a file and wait until its data are read."""
        self.command("Page.navigate", url=path.resolve().as_uri() + place)
        self.wait("document.documentElement?.dataset.ready", seconds=30)
        self.run(_INSPECT)

    def reload(self) -> None:
        """Read the file anew, as opening an address of the same file does not."""
        self.run("delete document.documentElement.dataset.ready")
        self.command("Page.reload")
        with suppress(PageError):  # what is asked while the page goes is not answered
            self.wait("document.documentElement?.dataset.ready", seconds=30)
        self.wait("document.documentElement?.dataset.ready", seconds=30)
        self.run(_INSPECT)

    def run(self, expression: str) -> Any:
        """The value of an expression in the page; a promise is awaited."""
        answer = self.command(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise PageError(json.dumps(answer["exceptionDetails"], ensure_ascii=False)[:2000])
        return answer["result"].get("value")

    def wait(self, expression: str, seconds: float = 10) -> Any:
        """Wait until an expression is true and return it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.run(expression)
            if found:
                return found
            time.sleep(0.02)
        raise PageError(f"not within {seconds} s: {expression}; complaints: {self.complaints}")

    def go(self, place: str) -> None:
        """Go to a view by its address within the page, and wait until it is shown."""
        self.run(f"inspect.go({json.dumps(place)})")
        # On a busy machine the view may be drawn a moment after the address has changed.
        self.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")

    def press(self, key: str) -> None:
        """Press and release one key."""
        known = {"key": key, "windowsVirtualKeyCode": _KEYS.get(key, ord(key[0].upper()))}
        text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
        self.command("Input.dispatchKeyEvent", type="keyDown", **known, **text)
        self.command("Input.dispatchKeyEvent", type="keyUp", **known)
        self.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def text(self) -> str:
        """What a reader sees, without what is hidden."""
        return str(self.run("document.body.innerText"))

    def texts(self, selector: str) -> list[str]:
        """The visible text of every element that a selector finds."""
        return list(self.run(f"inspect.texts({json.dumps(selector)})"))

    def resize(self, width: int) -> None:
        """Give the window another width; its height stays 768."""
        size = {"width": width, "height": 768, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", **size)

    def picture(self, path: Path, whole: bool = False) -> None:
        """Write a PNG of the window, or of the whole page."""
        answer = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def paper(self, path: Path) -> None:
        """Write the present view as a PDF, as printing it would."""
        answer = self.command("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        path.write_bytes(base64.b64decode(answer["data"]))

    def _note(self, event: dict[str, Any]) -> None:
        method, told = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(told["exceptionDetails"], ensure_ascii=False)[:1000])
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(told["args"], ensure_ascii=False)[:1000])
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(told["entry"]["text"])


@contextmanager
def open_browser() -> Iterator[Page]:
    """A fresh Chromium with one empty tab; it ends with the block."""
    from websockets.sync.client import connect

    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [CHROMIUM, *_FLAGS, f"--user-data-dir={home}", "about:blank"]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                address = _address(Path(home), process)
                with connect(address, max_size=None, open_timeout=30) as socket:
                    yield Page(socket, _attach(socket))
                    socket.send(json.dumps({"id": 0, "method": "Browser.close"}))
                process.wait(timeout=15)
            finally:
                process.kill()


def _address(home: Path, process: subprocess.Popen[bytes]) -> str:
    file, until = home / "DevToolsActivePort", time.monotonic() + 40
    while time.monotonic() < until:
        lines = file.read_text().splitlines() if file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise PageError("chromium did not start")


def _attach(socket: Any) -> str:
    socket.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
    target = next(one for one in _answer(socket, 1)["targetInfos"] if one["type"] == "page")
    parameters = {"targetId": target["targetId"], "flatten": True}
    socket.send(json.dumps({"id": 2, "method": "Target.attachToTarget", "params": parameters}))
    return str(_answer(socket, 2)["sessionId"])


def _answer(socket: Any, number: int) -> dict[str, Any]:
    while True:
        answer = json.loads(socket.recv(timeout=30))
        if answer.get("id") == number:
            return dict(answer["result"])
