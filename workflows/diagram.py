"""A picture of the workflow, drawn from its definition: one column for each state, one line for each step."""

from collections.abc import Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflows.definition import Definition, Transition

COLUMN, TOP, ROW, MARGIN = 140, 64, 44, 20
BOX_WIDTH, BOX_HEIGHT = 124, 44
_LINE_LENGTH = 17
_INK, _SOFT, _FILL = "#1b2a4a", "#9aa5b8", "#eef2f9"


def draw(definition: Definition) -> SafeString:
    """Return the diagram as SVG, without a style or a script; dashed lines are taken by the clock."""
    columns: dict[str, int] = {
        state: MARGIN + COLUMN // 2 + COLUMN * place for place, state in enumerate(definition.states)
    }
    width = 2 * MARGIN + COLUMN * len(definition.states)
    height = TOP + ROW * (len(definition.transitions) + 1)
    boxes = format_html_join(
        "", "{}", ((_state(str(state.label), columns[state], height),) for state in definition.states)
    )
    rows = enumerate(definition.transitions, start=1)
    lines = format_html_join("", "{}", ((_step(step, columns, TOP + ROW * place),) for place, step in rows))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'aria-label="{label}" font-family="sans-serif" font-size="12" fill="{ink}">'
        '<rect width="{w}" height="{h}" fill="#fff"/>{boxes}{lines}</svg>\n',
        w=width,
        h=height,
        label=_("Workflow: states and the steps between them"),
        ink=_INK,
        boxes=boxes,
        lines=lines,
    )


def _state(label: str, x: int, height: int) -> SafeString:
    words = list(_broken(label))
    first = 10 + BOX_HEIGHT // 2 + 4 - 7 * (len(words) - 1)
    text = format_html_join(
        "", '<tspan x="{}" y="{}">{}</tspan>', ((x, first + 14 * place, line) for place, line in enumerate(words))
    )
    return format_html(
        '<line x1="{x}" y1="54" x2="{x}" y2="{bottom}" stroke="{soft}" stroke-width="1"/>'
        '<rect x="{left}" y="10" width="{w}" height="{h}" rx="6" fill="{fill}" stroke="{ink}"/>'
        '<text text-anchor="middle" font-weight="bold">{text}</text>\n',
        x=x,
        bottom=height - 10,
        left=x - BOX_WIDTH // 2,
        w=BOX_WIDTH,
        h=BOX_HEIGHT,
        soft=_SOFT,
        ink=_INK,
        fill=_FILL,
        text=text,
    )


def _broken(label: str) -> Iterator[str]:
    """Break a label into lines that fit its box."""
    line = ""
    for word in label.split():
        if line and len(line) + 1 + len(word) > _LINE_LENGTH:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    yield line


def _step(step: Transition, columns: dict[str, int], y: int) -> SafeString:
    sources = [columns[source] for source in step.sources]
    target = columns[step.target]
    places = [*sources, target]
    left, right = min(places), max(places)
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="4"/>', ((x, y) for x in sources))
    return format_html(
        '<g><line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="{ink}" stroke-width="1.5"{dashes}/>{dots}{heads}'
        '<text x="{label_x}" y="{label_y}" text-anchor="middle" paint-order="stroke" stroke="#fff" '
        'stroke-width="4">{label}</text></g>\n',
        left=left,
        right=right,
        y=y,
        ink=_INK,
        dashes=SafeString(' stroke-dasharray="5 4"') if step.by_clock else "",
        dots=dots,
        heads=_heads(sources, target, y),
        label_x=(left + right) // 2,
        label_y=y - 7,
        label=step.label,
    )


def _heads(sources: Sequence[int], target: int, y: int) -> SafeString:
    """Return an arrow's head on each side from which a line reaches the target."""
    sides = sorted({-8 if source < target else 8 for source in sources})
    return format_html_join(
        "",
        '<path d="M{} {} L{} {} L{} {} Z"/>',
        ((target, y, target + side, y - 5, target + side, y + 5) for side in sides),
    )
