"""The tree of RFC 6962 over the rows' hashes: roots, places, proofs. Nothing here knows the database."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

DIGEST = 32
EMPTY = sha256(b"").digest()
_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf: a row's hash with the sign of a leaf before it."""
    return sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node above two others."""
    return sha256(_NODE + left + right).digest()


class Frontier:
    """The right edge of a growing tree: how many leaves, and the roots of its complete subtrees, left to right."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError(f"A tree of {size} leaves has {size.bit_count()} complete subtrees, not {len(peaks)}.")
        self.size = size
        self.peaks = list(peaks)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> "Frontier":
        """Return the edge as `packed` wrote it; raises ValueError where it does not fit the size."""
        return cls(size, [packed[start : start + DIGEST] for start in range(0, len(packed), DIGEST)])

    def packed(self) -> bytes:
        """Return the subtrees' roots, one after the other."""
        return b"".join(self.peaks)

    def add(self, data: bytes) -> None:
        """Put one more leaf at the end."""
        grown, full = leaf_hash(data), self.size
        while full & 1:
            grown = node_hash(self.peaks.pop(), grown)
            full >>= 1
        self.peaks.append(grown)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def inclusion_path(before: Frontier, later: Iterable[bytes], place: int) -> list[bytes]:
    """Return the proof that the leaf at the place stands in the tree of `before` followed by the later leaves.

    `place` must be among the later ones. The path holds the siblings from the leaf up to the root.
    """
    # subtrees from left to right: (leaves, hash, whether the leaf that is asked for lies in it)
    sizes = [1 << bit for bit in reversed(range(before.size.bit_length())) if before.size >> bit & 1]
    stack = [(size, peak, False) for size, peak in zip(sizes, before.peaks, strict=True)]
    path: list[bytes] = []
    for number, data in enumerate(later, start=before.size):
        stack.append((1, leaf_hash(data), number == place))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            _join(stack, path)
    while len(stack) > 1:
        _join(stack, path)
    return path


def _join(stack: list[tuple[int, bytes, bool]], path: list[bytes]) -> None:
    """Make one subtree of the last two; where the leaf lies in one of them, the other is the next step of its path."""
    (right_size, right, in_right), (left_size, left, in_left) = stack.pop(), stack.pop()
    if in_left or in_right:
        path.append(right if in_left else left)
    stack.append((left_size + right_size, node_hash(left, right), in_left or in_right))


def root_of_path(data: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf's path leads to (RFC 9162, 2.1.3.2); raises ValueError where it is no path."""
    if not 0 <= place < size:
        raise ValueError("The place lies outside the tree.")
    node, last, reached = place, size - 1, leaf_hash(data)
    for step in path:
        if last == 0:
            raise ValueError("The path is too long.")
        if node & 1 or node == last:
            reached = node_hash(step, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ValueError("The path is too short.")
    return reached
