"""Set-up with nothing but python3: a .venv with exactly what requirements.lock names, and Debian packages.

Run as a script (``python3 operations/bootstrap.py [--system]``) before anything is installed: standard
library only, and no syntax newer than the Python it has to turn away.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VENV = REPOSITORY / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = REPOSITORY / "requirements.lock"
STAMP = VENV / ".jinchuang-set-up"
OLDEST = (3, 11)


def state() -> str:
    """What the environment was made from. The folder counts: scripts in a virtual environment name it."""
    digest = hashlib.sha256(f"{REPOSITORY} {sys.version_info[:2]}".encode())
    for path in (LOCK, REPOSITORY / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ready() -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == state()


def run(*command: object, quiet: bool = False) -> bool:
    shown = subprocess.DEVNULL if quiet else None
    words = [str(part) for part in command]
    return subprocess.run(words, cwd=REPOSITORY, stdout=shown, stderr=shown).returncode == 0


def need(done: bool, what: str) -> None:
    if not done:
        sys.exit(f"set-up failed: {what}")


def check_python() -> None:
    if sys.version_info < OLDEST:
        # A newer one may stand beside it under its own name.
        for minor in range(20, OLDEST[1] - 1, -1):
            newer = shutil.which(f"python3.{minor}")
            if newer:
                os.execv(newer, [newer, *sys.argv])
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"jinchuang needs Python {OLDEST[0]}.{OLDEST[1]} or newer; {sys.executable} is {found}.")


def make_venv() -> None:
    try:
        import ensurepip  # noqa: F401  # Debian ships it apart
        import venv  # noqa: F401
    except ImportError:
        apt_install(["python3-venv"])
    need(run(sys.executable, "-m", "venv", "--clear", VENV), "python3 -m venv")


def locked(name: str) -> str:
    """The lock's entry for one package, hashes included."""
    entry = re.search(rf"^{name}==.*(?:\n .*)*", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return re.sub(r"^ *#.*\n?", "", entry[0], flags=re.MULTILINE) if entry else ""


def install() -> None:
    """uv is several times faster; where it cannot reach the index, pip with its own settings often can."""
    print("installing what requirements.lock names (some minutes the first time) …", flush=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as entry:
        entry.write(locked("uv"))
        entry.flush()
        uv = run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", entry.name)
    os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    os.environ["VIRTUAL_ENV"] = str(VENV)
    fast = uv and run(VENV / "bin" / "uv", "pip", "install", "-q", "--require-hashes", "-r", LOCK)
    if fast:
        # uv leaves bytecode to the first import, and Airflow is twenty processes that import a lot.
        run(PYTHON, "-m", "compileall", "-q", "-j", "0", VENV / "lib")
    else:
        slow = run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK)
        need(slow, "requirements.lock could not be installed")
    # setuptools is in the lock: no build environment, so nothing is fetched without a hash.
    itself = ("install", "-q", "--no-deps", "--no-build-isolation", "-e", REPOSITORY)
    need(run(PYTHON, "-m", "pip", *itself), "pip install -e .")


def environment() -> None:
    if ready():
        return
    if not PYTHON.exists() or not run(PYTHON, "-m", "pip", "--version", quiet=True) or not _made_here():
        make_venv()
    install()
    STAMP.write_text(state())


def _made_here() -> bool:
    """Whether .venv was made for this folder and this Python (a copied or moved one is not)."""
    config = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    version = ".".join(map(str, sys.version_info[:2]))
    scripts = VENV / "bin" / "pip"
    return f"version = {version}." in config and str(VENV) in scripts.read_text(encoding="utf-8")


def packages() -> "list[str]":
    lines = (REPOSITORY / "packages.txt").read_text(encoding="utf-8").splitlines()
    return [name for name in (line.split("#")[0].strip() for line in lines) if name]


def missing(names: "list[str]") -> "list[str]":
    def installed(name: str) -> bool:
        words = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
        return subprocess.run(words, capture_output=True, text=True).stdout == "installed"

    return [name for name in names if not installed(name)]


def system_packages() -> None:
    if not shutil.which("dpkg-query"):
        print(f"No Debian: the tests expect the programs of {', '.join(packages())}.", file=sys.stderr)
        return
    wanted = missing(packages())
    if wanted:
        apt_install(wanted)


def apt_install(names: "list[str]") -> None:
    """As root with apt; anyone else is told what to install."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Missing: {' '.join(names)}\nOn Debian or Ubuntu: sudo apt-get install {' '.join(names)}")
    print(f"apt-get install {' '.join(names)} …", flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    done = run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *names)
    need(done, f"apt-get install {' '.join(names)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", action="store_true", help="Debian packages too, for the tests")
    given = parser.parse_args()
    check_python()
    if given.system:
        system_packages()
    environment()


if __name__ == "__main__":
    main()
