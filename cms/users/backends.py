"""Sign-in by allauth; the account of a session is read by a statement that is planned once."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db import DEFAULT_DB_ALIAS

from cms.core.prepared import prepared_cursor
from cms.users.models import User

_COLUMNS = [field.attname for field in User._meta.concrete_fields]
_ACCOUNT = f"SELECT {', '.join(_COLUMNS)} FROM users_user WHERE id = %(id)s"  # noqa: S608 - columns of the model


class AccountBackend(AuthenticationBackend):
    """Allauth's backend; only the reading of the account at each request differs."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account, or None where there is none or it is not active."""
        with prepared_cursor() as cursor:
            cursor.execute(_ACCOUNT, {"id": user_id})
            row = cursor.fetchone()
        if row is None:
            return None
        user = User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)
        return user if self.user_can_authenticate(user) else None
