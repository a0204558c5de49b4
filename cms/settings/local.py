"""What demo, development and tests share: this machine only, plain HTTP, an embedded database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cms.core import embedded_postgres


def secret_key(data_dir: Path, name: str = "secret_key") -> str:
    """Return a secret of this machine, made and kept in a file of `DATA_DIR` at the first start."""
    path = data_dir / name
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f"{name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        # two first starts at once: one key wins, and both read the same
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def prepare() -> None:
    """Set the variables that production demands to values for this machine alone, where they are not set."""
    data_dir = embedded_postgres.data_dir()
    os.environ.setdefault("DATA_DIR", str(data_dir))
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = secret_key(data_dir)
    if "AUDIT_KEY" not in os.environ:
        os.environ["AUDIT_KEY"] = secret_key(data_dir, "audit_key")
    os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    os.environ.setdefault("BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    os.environ.setdefault("SECURE_SSL_REDIRECT", "false")
    # only the address: manage.py starts the server
    os.environ.setdefault("DATABASE_URL", embedded_postgres.url(data_dir / "postgres"))
