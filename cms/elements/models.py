"""The elements of the network: "at least" four (Council Decision 2005/267/EC, Article 2(2)), so they are data."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.elements.enums import Ceiling


class Element(models.Model):
    """One subject of exchange. Its code stands in references and audience tokens and never changes."""

    key = models.SlugField(_("key"), unique=True)
    code = models.CharField(_("code"), max_length=4, unique=True, validators=[RegexValidator(r"^[A-Z]{2,4}$")])
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    ceiling = models.CharField(_("ceiling"), max_length=10, choices=Ceiling.choices, default=Ceiling.PUBLIC)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "key")
        verbose_name = _("element")
        verbose_name_plural = _("elements")
        constraints = (
            models.CheckConstraint(condition=models.Q(code__regex=r"^[A-Z]{2,4}$"), name="element_code_capitals"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The title in the language of the interface, where that has words for it: the first elements' alone."""
        return gettext(self.title)

    @property
    def account(self) -> str:
        """The description in the language of the interface, where that has words for it."""
        return gettext(self.description)
