"""An address to be served on."""

from __future__ import annotations

from aiohttp import web

from newswire.errors import SettingsError

__all__ = ("listen",)


async def listen(runner: web.AppRunner, host: str, port: int, remedy: str) -> str:
    """Sets the runner up and lets it listen; its URL.

    Raises SettingsError, with this remedy, when the address is not to be had.
    """
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise SettingsError(f"Cannot listen on {host}:{port}: {error.strerror}", remedy) from None
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
