"""Signing in, and the password that somebody chooses by an invitation."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.app_settings import TOTP_PERIOD, TOTP_TOLERANCE
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.users.models import User


class SignInForm(LoginForm):
    """Address and password. Nobody resets a password alone: administrators give a new way in, as the page says."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = gettext_lazy("E-mail address")
        self.fields["password"].help_text = ""


class _UsedOnce(BaseAuthenticateForm):
    """Takes no code a second time, for as long as its step is tolerated (RFC 6238, section 5.2): by itself the library
    remembers a code for one step."""

    def clean_code(self) -> str:
        """Return the code. Raises ValidationError for a wrong one, and for one that was given before."""
        code: str = super().clean_code()
        name = salted_hmac("cms.users.used-code", f"{self.user.pk}:{normalize_user_code(code)}").hexdigest()
        if not cache.add(f"used-code:{name}", 1, timeout=TOTP_PERIOD * (2 * TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(_UsedOnce, AuthenticateForm):
    """The code that ends signing in."""


class SecondStepAgainForm(_UsedOnce, ReauthenticateForm):
    """The code that is asked again before a change of the account."""


class ChoosePasswordForm(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Check the password by the installation's rules."""
        data = super().clean() or {}
        password = data.get("password", "")
        if password and password != data.get("again"):
            self.add_error("again", _("The two differ."))
        elif password:
            try:
                validate_password(password, self.user)
            except ValidationError as error:
                self.add_error("password", error)
        return data
