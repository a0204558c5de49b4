"""The words of the reader site, and their catalogues (locale/): what is said, and what has no words yet.

`python setup/messages.py` adds what is new to each catalogue, drops what nothing says any more, and names what has no
words yet. The editing interface and the pages of administration and oversight speak English: what they alone say is
left out here.
"""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("fr", "de")
TEMPLATES = (
    "*.html", "account/**/*", "alerts/*", "allauth/**/*", "components/*", "content_types/**/*", "desk/*",
    "disclosures/*", "documents/*", "layouts/*", "mfa/**/*", "oversight/figures.html", "oversight/tabs.html",
    "search/*", "sharing/flag.html", "users/*",
)  # fmt: skip
# what speaks to editors alone, or names columns of tables that nobody sees
LEFT_OUT = (
    "templates/search/synonym.html", "templates/search/synonyms.html", "cms/desk/models.py", "cms/documents/models.py",
    "cms/users/models.py",
)  # fmt: skip
MODULES = (
    "cms/administration/mailing.py", "cms/administration/notices.py", "cms/core/widgets.py", "cms/desk/*.py",
    "cms/documents/*.py", "cms/elements/*.py", "cms/notifications/*.py", "cms/organisations/enums.py",
    "cms/oversight/figures.py", "cms/oversight/forms.py", "cms/oversight/views.py",
    "cms/sharing/ceilings.py", "cms/sharing/enums.py",
    "cms/sharing/services/acting.py", "cms/sharing/services/drafts.py", "cms/sharing/services/facts.py",
    "cms/sharing/services/pending.py", "cms/sharing/services/publishing.py", "cms/sharing/telling.py",
    "cms/sharing/views/flagging.py", "cms/users/*.py", "content_types/alert_*.py", "content_types/blocks.py",
    "content_types/completeness.py", "content_types/drafts.py", "content_types/file_blocks.py",
    "content_types/models/*.py", "content_types/presentation.py", "content_types/services.py", "content_types/views.py",
    "content_types/vocabularies.py", "search/facet_titles.py", "search/forms.py", "search/highlights.py",
    "search/narrowing.py", "search/pages.py", "search/personal.py", "search/queries.py", "search/saved_views.py",
    "search/saving.py", "search/selectors.py", "search/syntax.py", "search/views.py", "workflows/alerts/**/*.py",
    "workflows/definition.py", "workflows/disclosures/*.py", "workflows/enums.py", "workflows/finish.py",
    "workflows/kinds.py", "workflows/names.py", "workflows/plans.py", "workflows/presence.py",
    "workflows/retention/kinds.py", "workflows/services.py",
)  # fmt: skip
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def sources() -> list[Path]:
    """Return the files whose words the catalogues hold, templates first."""
    templates = (path for pattern in TEMPLATES for path in (ROOT / "templates").glob(pattern) if path.is_file())
    modules = (path for pattern in MODULES for path in ROOT.glob(pattern))
    left_out = {ROOT / name for name in LEFT_OUT}
    return [path for found in (templates, modules) for path in sorted({*found} - left_out)]


def messages() -> Catalog:
    """Return everything that the reader site says, in English."""
    catalog = Catalog()
    for path in sources():
        for line, message, _comments, context in _said_in(path):
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), line)], context=context)
    return catalog


def _said_in(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    code = path.read_bytes()
    if path.suffix != ".py":
        # Django writes a template as calls of gettext, indented like the template
        code = "\n".join(line.lstrip() for line in templatize(code.decode()).split("\n")).encode()
    yield from extract("python", io.BytesIO(code), keywords=KEYWORDS, options={"encoding": "utf-8"})


def catalogue_of(language: str) -> Path:
    """Return where the words of a language are kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language."""
    with catalogue_of(language).open("rb") as file:
        return read_po(file, locale=language, domain="django")


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the forms of a message or of its words: one, or those by number."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def without_words(catalogue: Catalog, said: Catalog) -> list[str]:
    """Return what is said and has no words in the catalogue, with the place where it is said."""
    missing = []
    for message in said:
        found = catalogue.get(message.id, message.context) if message.id else message
        if message.id and not (found and all(forms(found.string))):
            missing.append(f"{message.locations[0][0]}:{message.locations[0][1]}: {message.id!r}")
    return missing


def _write(language: str, catalogue: Catalog) -> None:
    # the head of the file, with its glossary, stays as people have written it
    head = catalogue_of(language).read_text().split("\n\n")[0]
    body = io.BytesIO()
    write_po(body, catalogue, no_location=True, omit_header=True, width=0, ignore_obsolete=True)
    catalogue_of(language).write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n")


def main() -> int:
    """Bring every catalogue up to date; return 1 where one lacks words."""
    settings.configure()
    said = messages()
    missing = 0
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(said, no_fuzzy_matching=True, update_creation_date=False)
        _write(language, catalogue)
        for line in without_words(catalogue, said):
            missing += 1
            sys.stderr.write(f"{language}: {line}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
