"""The floor under a slash command: a web server that answers everything with nothing. `python -m bench.slack_floor PORT`; bench/slack_load.py starts it."""

from __future__ import annotations

import sys

from aiohttp import web


async def _nothing(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


def main() -> None:
    """Listen on this machine alone until it is ended."""
    app = web.Application()
    app.router.add_post("/slack/events", _nothing)
    app.router.add_get("/healthz", _nothing)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
