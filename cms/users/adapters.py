"""How allauth behaves here: no self-registration."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by national administrators, never by visitors."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no: nobody registers themselves."""
        return False
