"""Files that hold one secret each, as Docker, Kubernetes and systemd hand secrets over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from newswire.errors import SettingsError

__all__ = ("SecretFile",)

# Bytes. A password or pass phrase is far shorter, and a path to something endless must not fill the memory.
LONGEST: Final = 64 * 1024


@dataclass(frozen=True)
class SecretFile:
    """A file with a secret, and the environment variable that names it."""

    variable: str
    path: str

    def read(self) -> SecretStr:
        """What the file holds, without the newline at its end that editors and `echo` put there.

        Raises SettingsError when it cannot be read, is empty, too long, or no UTF-8 text.
        """
        if not self.path:
            raise SettingsError(f"{self.variable} is set but empty", "Name the file with the secret, or unset it")
        try:
            with Path(self.path).open("rb") as file:
                raw = file.read(LONGEST + 1)
        except OSError as error:
            raise self._unfit(
                f"cannot be read: {error.strerror}", "Correct the path, or let the user that runs this read the file"
            ) from None
        if len(raw) > LONGEST:
            raise self._unfit(
                f"has more than {LONGEST:,} bytes", "Name the file that holds the secret and nothing else"
            )
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise self._unfit("is no UTF-8 text", "Write the secret as text") from None
        text = text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
        if not text:
            raise self._unfit("is empty", "Write the secret into it")
        return SecretStr(text)

    def _unfit(self, fault: str, remedy: str) -> SettingsError:
        return SettingsError(f"{self.variable} names {self.path}, which {fault}", remedy)
