"""The tree of RFC 6962: known roots, and proofs of every place in trees of every small size."""

from itertools import product

import pytest

from cms.audit.merkle import EMPTY, Frontier, inclusion_path, leaf_hash, node_hash, root_of_path

# the test vectors of Certificate Transparency's reference implementation
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(leaves: list[bytes]) -> Frontier:
    """Return the edge of the tree of these leaves."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert Frontier().root() == EMPTY


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert grown(INPUTS[:size]).root().hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", range(0, 20))
def test_an_edge_that_was_kept_goes_on(size: int) -> None:
    leaves = [bytes([number]) for number in range(33)]
    kept = grown(leaves[:size])
    again = Frontier.unpacked(kept.size, kept.packed())
    for leaf in leaves[size:]:
        again.add(leaf)
    assert again.root() == grown(leaves).root()


@pytest.mark.parametrize("size", range(1, 18))
def test_every_place_has_a_path_to_the_root(size: int) -> None:
    leaves = [bytes([number]) for number in range(size)]
    root = grown(leaves).root()
    cases = [(start, place) for start, place in product(range(size), repeat=2) if place >= start]
    for start, place in cases:
        path = inclusion_path(grown(leaves[:start]), leaves[start:], place)
        assert root_of_path(leaves[place], place, size, path) == root


def test_a_path_holds_for_its_leaf_and_place_alone() -> None:
    leaves = [bytes([number]) for number in range(6)]
    root = grown(leaves).root()
    path = inclusion_path(Frontier(), leaves, 2)
    assert root_of_path(leaves[3], 2, 6, path) != root
    assert root_of_path(leaves[2], 3, 6, path) != root
    with pytest.raises(ValueError, match="short"):
        root_of_path(leaves[2], 2, 6, path[:-1])
    with pytest.raises(ValueError, match="long"):
        root_of_path(leaves[2], 2, 6, [*path, root])
    with pytest.raises(ValueError, match="outside"):
        root_of_path(leaves[2], 6, 6, path)


def test_an_edge_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier.unpacked(3, leaf_hash(b"") + node_hash(b"", b"") + leaf_hash(b"x"))
