"""What Java programs are made of, brought from Maven Central into the user's cache, where a new checkout finds it again."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from newswire.errors import InstallationError

__all__ = ("Artifacts",)


@dataclass(frozen=True)
class Artifacts:
    """The dependencies of a POM, with theirs."""

    name: str
    """What they are, for the directory."""
    title: str
    """What they are, for messages: "Apache Kafka"."""
    pom: Path
    properties: Mapping[str, str] = field(default_factory=dict)
    """Of the POM."""

    def missing_programs(self) -> tuple[str, ...]:
        """Of the programs outside Python that are needed, those that are not there."""
        needed = ["java"] if self._directory.is_dir() else ["java", "mvn"]
        return tuple(program for program in needed if shutil.which(program) is None)

    def bring(self) -> Path:
        """The directory in which they lie; brings them when they are not there yet, which takes a minute.

        Raises InstallationError when a program is missing or Maven fails.
        """
        if missing := self.missing_programs():
            raise InstallationError(
                f"{self.title} needs {' and '.join(missing)}", "Install Java 17 and Maven, or use the embedded broker"
            )
        directory = self._directory
        if directory.is_dir():
            return directory
        directory.parent.mkdir(parents=True, exist_ok=True)
        with directory.with_name(f"{directory.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # test processes beside each other want them in the same moment
            if not directory.is_dir():
                self._download(directory)
        return directory

    def _download(self, directory: Path) -> None:
        partial = directory.with_name(f"{directory.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        given = [f"-D{name}={value}" for name, value in self.properties.items()]
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}", *given]
        done = subprocess.run(
            ["mvn", "--quiet", "--batch-mode", "--file", str(self.pom), *goal],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise InstallationError(
                f"Maven cannot bring {self.title}: {(done.stdout or done.stderr).strip()[:2000]}",
                "Check the network and Maven's settings",
            )
        partial.rename(directory)

    @property
    def _directory(self) -> Path:
        """Another one for another list."""
        root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        wanted = hashlib.sha256(self.pom.read_bytes()).hexdigest()[:8]
        return Path(root) / "newswire" / f"{self.name}-{wanted}"
