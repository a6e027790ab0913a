"""The small net: exact in float32, the same as a plain loop, and one picture as many."""

import numpy as np
import pytest

from cs231n.scenes.vision import FILE, GRID, Layer, SceneNet, cells
from tests.support.house import data_folder


@pytest.fixture(scope="module")
def net(assignment):
    return SceneNet.read(data_folder(assignment) / FILE)


@pytest.fixture(scope="module")
def pictures():
    return np.random.RandomState(0).randint(0, 256, (3, 128, 128, 3)).astype(np.uint8)


def slow_layer(layer, maps):
    """A layer in whole numbers of 64 bits, cell by cell."""
    kernel = len(layer.weights)
    edge, half = kernel // 2, maps.shape[1] // 2
    padded = np.pad(maps.astype(np.int64), ((0, 0), (edge, edge), (edge, edge), (0, 0)))
    sums = np.empty((len(maps), half, half, layer.weights.shape[3]), np.int64)
    for row in range(half):
        for column in range(half):
            window = padded[:, 2 * row : 2 * row + kernel, 2 * column : 2 * column + kernel]
            sums[:, row, column] = np.tensordot(window, layer.weights.astype(np.int64), 3)
    assert np.abs(sums).max() < 2**24, "float32 does not hold such sums exactly"
    return np.rint(np.clip(sums.astype(np.float32) * layer.scale + layer.shift, 0, layer.top))


def test_layers_are_exact(net, pictures):
    maps = pictures.astype(np.float32)
    for layer in net.layers:
        found, expected = layer.forward(maps), slow_layer(layer, maps)
        assert np.array_equal(found, expected)
        maps = found
    assert np.array_equal(net.full(pictures).reshape(maps.shape), maps)


def test_no_input_can_leave_the_exact_range(net):
    """The largest sums that any picture could give, from the weights alone."""
    top = 255
    for layer in net.layers:
        assert np.abs(layer.weights.astype(np.int64)).sum(axis=(0, 1, 2)).max() * top < 2**24
        top = layer.top
    assert np.abs(net.axes.astype(np.int64)).sum(axis=0).max() * top < 2**24


def test_one_picture_is_seen_as_many_are(net, pictures):
    together = net.full(pictures)
    for row, picture in zip(together, pictures, strict=True):
        assert np.array_equal(net.full(picture[None])[0], row)
    alone = np.concatenate([net.reduced(row[None]) for row in together])
    assert np.array_equal(alone, net.reduced(together))


def test_cells_are_where_they_are_in_the_picture(net):
    """What changes in a corner of the picture changes the features of that corner's cell most."""
    base = np.full((1, 128, 128, 3), 120, np.uint8)
    for cell in range(GRID * GRID):
        row, column = divmod(cell, GRID)
        changed = base.copy()
        changed[0, 32 * row + 4 : 32 * row + 28, 32 * column + 4 : 32 * column + 28] = (220, 40, 30)
        moved = np.abs(cells(net.full(changed)) - cells(net.full(base)))[0].sum(axis=1)
        assert moved.argmax() == cell


def test_a_layer_rounds_and_clips():
    layer = Layer(np.ones((3, 3, 1, 1), np.int8), np.array([0.25], np.float32), np.array([-1], np.float32), 3)
    maps = np.zeros((1, 2, 2, 1), np.float32)
    assert layer.forward(maps).item() == 0
    maps[:] = 1
    assert layer.forward(maps).item() == 0  # 4 / 4 - 1
    maps[:] = 2.6
    assert layer.forward(maps).item() == 2  # 10.4 / 4 - 1 = 1.6
    maps[:] = 9
    assert layer.forward(maps).item() == 3
