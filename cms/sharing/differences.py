"""Who gains and who loses by a change of facts, as the person who asks may be told it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.crypto import salted_hmac

from cms.sharing.facts import ItemFacts
from cms.sharing.selectors import Readership, directory, told
from cms.sharing.tokens import PUBLIC, MembershipReach, audience, membership_tokens
from cms.sharing.viewers import membership_reaches
from cms.users.models import User


@dataclass(frozen=True, slots=True)
class Change:
    """The facts of one item before and after an act."""

    before: ItemFacts
    after: ItemFacts


@dataclass(frozen=True, slots=True)
class Difference:
    """Who gains and who loses by one or more changes; `seal` stands for exactly these people by exactly these changes:
    by two changes that reach the same people it would tell that they are the same.

    With several items somebody gains who gains one of them, and the same person may lose another one.
    """

    gain: Readership
    loss: Readership
    seal: str

    @property
    def nobody(self) -> bool:
        """Whether nobody gains and nobody loses."""
        return not (self.gain.people or self.loss.people or self.gain.everyone or self.loss.everyone)


def difference(changes: Sequence[Change], asker: User, at: datetime) -> Difference:
    """Compare who may view before and after, at the instant, over everybody in the network."""
    spans = [(_tokens(change.before, at), _tokens(change.after, at)) for change in changes]
    asked = frozenset[str]().union(*(tokens for span in spans for tokens in span))
    held = [
        (reach, tokens)
        for reach in membership_reaches(None, at)
        if (tokens := asked.intersection(membership_tokens(reach)))
    ]
    gain: dict[int, MembershipReach] = {}
    loss: dict[int, MembershipReach] = {}
    sealed: list[object] = [asker.pk]
    for before, after in spans:
        readers, will_read = _readers(held, before), _readers(held, after)
        gained = {key: reach for key, reach in will_read.items() if key not in readers}
        lost = {key: reach for key, reach in readers.items() if key not in will_read}
        sealed.append((sorted(gained), sorted(lost), sorted(before), sorted(after)))
        gain, loss = gained | gain, lost | loss
    known = directory({*gain, *loss}, asker, at)
    return Difference(
        gain=told(gain.values(), known, everyone=any(PUBLIC in new and PUBLIC not in old for old, new in spans)),
        loss=told(loss.values(), known, everyone=any(PUBLIC in old and PUBLIC not in new for old, new in spans)),
        seal=salted_hmac("cms.sharing.difference", repr(sealed)).hexdigest()[:32],
    )


def _tokens(facts: ItemFacts, at: datetime) -> frozenset[str]:
    return audience(facts, at).tokens if facts.live else frozenset()


def _readers(
    held: Iterable[tuple[MembershipReach, frozenset[str]]], tokens: frozenset[str]
) -> dict[int, MembershipReach]:
    """Return who is reached, each with the first of the memberships that do."""
    found: dict[int, MembershipReach] = {}
    for reach, own in held:
        if not own.isdisjoint(tokens):
            found.setdefault(reach.user_id, reach)
    return found
