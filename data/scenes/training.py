"""Train the small convolutional net that sees the scenes, with PyTorch: python data/train_net.py.

The net learns to say for each cell of a 4 x 4 grid which things are in it, and for the whole picture which things,
which place and which time of day. What it says is thrown away afterwards; the last map before it is what the captioning
networks are given. It is trained on pictures of its own, with the contents of no scene of val.

Weights are whole numbers of 8 bits and activations of 6 while it is trained, so that the net can be computed in whole
numbers afterwards, which are the same on every machine.
"""

import io

import numpy as np
import torch
from PIL import Image
from torch import nn

from cs231n.scenes import draw, places
from cs231n.scenes.scene import box
from cs231n.scenes.things import BY_NAME, PLACES, SIDE, TIMES

from .scenes import content, draw_scene

SEED = 20
NAMES = sorted(BY_NAME)
GRID = 4
CHANNELS = (16, 32, 64, 128, 256)
KERNELS = (5, 3, 3, 3, 3)
LEVELS = (63, 63, 63, 63, 7)  # activations are whole numbers from 0 to this
KEPT = 3  # the features' own levels: the last map's from 2 on, two for one; a probe reads as much from them
TOP = 4.0  # the activation that becomes the highest level
WEIGHT = 127  # weights are whole numbers from -127 to 127
SPARSE = 1.0  # the price of the last map's mean: what is mostly zero takes little room on disk
RARE = 3.0  # the weight of a thing that is there against one that is not, of which there are many more
BACKDROPS = 1500  # drawing them takes longest, so pictures share them


class Rounded(torch.autograd.Function):
    """Rounding whose gradient is that of no rounding."""

    @staticmethod
    def forward(ctx, x):
        """The nearest whole numbers."""
        return torch.round(x)

    @staticmethod
    def backward(ctx, grad):
        """The gradient as it comes."""
        return grad


class Layer(nn.Module):
    """A convolution with stride 2, batch normalisation, and an activation between 0 and TOP in whole levels."""

    def __init__(self, before, channels, kernel, levels):
        super().__init__()
        self.conv = nn.Conv2d(before, channels, kernel, stride=2, padding=kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.levels = levels

    def rounded_weights(self):
        """The weights as whole numbers, and the step that they are multiples of, one for each channel."""
        step = self.conv.weight.detach().abs().amax(dim=(1, 2, 3), keepdim=True).clamp_min(1e-8) / WEIGHT
        return Rounded.apply(self.conv.weight / step), step

    def forward(self, x):
        """Maps (N, C, S, S) -> (N, C', S / 2, S / 2), shares of TOP in whole levels."""
        whole, step = self.rounded_weights()
        y = nn.functional.conv2d(x, whole * step, stride=2, padding=self.conv.padding)
        y = self.norm(y).clamp(0, TOP) / TOP
        return Rounded.apply(y * self.levels) / self.levels


class Net(nn.Module):
    """Pictures (N, 3, SIDE, SIDE) from 0 to 1 -> what is in each cell, what is in the whole picture, and the map."""

    def __init__(self):
        super().__init__()
        sizes = (3, *CHANNELS)
        self.layers = nn.Sequential(
            *(Layer(sizes[i], sizes[i + 1], KERNELS[i], LEVELS[i]) for i in range(len(CHANNELS)))
        )
        self.cells = nn.Conv2d(CHANNELS[-1], len(NAMES), 1)
        self.whole = nn.Linear(GRID * GRID * CHANNELS[-1], 3 * len(NAMES) + len(PLACES) + len(TIMES))

    def forward(self, x):
        """Scores of the names in each cell, scores for the whole picture, and the last map."""
        maps = self.layers(x)
        return self.cells(maps), self.whole(maps.flatten(1)), maps


def examples(count, glyphs, without, seed=SEED, report=print):
    """Pictures (count, SIDE, SIDE, 3) uint8, labels of their cells and of the whole: bool and int arrays."""
    rng = np.random.RandomState(seed)
    avoid = {content(scene) for scene in without}
    pictures = np.empty((count, SIDE, SIDE, 3), np.uint8)
    cells = np.zeros((count, len(NAMES), GRID, GRID), bool)
    whole = np.zeros((count, 3 * len(NAMES)), bool)
    where = np.zeros((count, 2), np.int64)
    backdrops = {}
    for i in range(count):
        scene = draw_scene(rng, glyphs)
        while content(scene) in avoid:
            scene = draw_scene(rng, glyphs)
        pictures[i] = _seen(scene, glyphs, backdrops, rng)
        _label(scene, glyphs, cells[i], whole[i])
        where[i] = PLACES.index(scene.place), TIMES.index(scene.time)
        if i % 1000 == 0:
            report(f"pictures to train on: {i} of {count}")
    return pictures, cells, whole, where


def _seen(scene, glyphs, backdrops, rng):
    """The scene's picture with a backdrop that others share; most as a file stores them."""
    key = scene.place, scene.time, scene.seed % (BACKDROPS // (len(PLACES) * len(TIMES)))
    if key not in backdrops:
        backdrops[key] = places.backdrop(scene.place, scene.time, SIDE * draw.FINE, scene.seed)
    pixels = draw.draw(scene, glyphs, backdrops[key].copy())
    if rng.random_sample() < 0.7:
        packed = io.BytesIO()
        Image.fromarray(pixels).save(packed, "WEBP", quality=72, method=2)
        pixels = np.asarray(Image.open(packed).convert("RGB"))
    return pixels


def _label(scene, glyphs, cells, whole):
    side = SIDE // GRID
    count = {}
    for placed in scene.things:
        number = NAMES.index(placed.name)
        count[number] = count.get(number, 0) + 1
        left, top, width, height = box(placed, glyphs)
        for row in range(GRID):
            for column in range(GRID):
                across = min(left + width, (column + 1) * side) - max(left, column * side)
                down = min(top + height, (row + 1) * side) - max(top, row * side)
                if max(0, across) * max(0, down) > 0.3 * min(side * side, width * height):
                    cells[number, row, column] = True
        whole[number] = True
        if placed.size:
            whole[len(NAMES) * (1 + (placed.size == "big")) + number] = True


def train(pictures, cells, whole, where, epochs=10, batch=64, rate=2e-3, report=print):
    """The trained net."""
    torch.manual_seed(SEED)
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-4)
    steps = epochs * (len(pictures) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate * 2, total_steps=steps, pct_start=0.15)
    order = np.random.RandomState(SEED)
    for epoch in range(epochs):
        total = 0.0
        for rows in np.array_split(order.permutation(len(pictures)), len(pictures) // batch):
            optimizer.zero_grad()
            loss = _loss(net(_tensor(pictures[rows])), *(torch.from_numpy(x[rows]) for x in (cells, whole, where)))
            loss.backward()
            optimizer.step()
            if schedule.last_epoch < steps - 1:
                schedule.step()
            total += float(loss.detach()) * len(rows)
        report(f"epoch {epoch + 1} of {epochs}: loss {total / len(pictures):.4f}")
    return net.eval()


def _tensor(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))).float() / 255


def _loss(said, cells, whole, where):
    grid, flat, maps = said
    names, at = 3 * len(NAMES), 3 * len(NAMES) + len(PLACES)
    return (
        SPARSE * maps.mean()
        + 20 * _binary(grid, cells.float())
        + 20 * _binary(flat[:, :names], whole.float())
        + 0.3 * nn.functional.cross_entropy(flat[:, names:at], where[:, 0])
        + 0.3 * nn.functional.cross_entropy(flat[:, at:], where[:, 1])
    )


def _binary(said, right):
    return nn.functional.binary_cross_entropy_with_logits(said, right, pos_weight=torch.tensor(RARE))


def whole_numbers(net):
    """The net's layers in whole numbers: of each the weights (kernel, kernel, C, C') int8, scale, shift and top level.

    A layer's levels are rint(clip(convolution of the levels before * scale + shift)).
    """
    found, before = [], 255.0
    for layer in net.layers:
        whole, step = layer.rounded_weights()
        norm = layer.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        scale = step.flatten() / before * gain * layer.levels / TOP
        shift = (norm.bias - norm.running_mean * gain) * layer.levels / TOP
        weights = whole.detach().numpy().transpose(2, 3, 1, 0).astype(np.int8)
        found.append((weights, *(x.detach().numpy().astype(np.float32) for x in (scale, shift)), layer.levels))
        before = float(layer.levels)
    weights, scale, shift, _ = found.pop()
    return [*found, (weights, scale / 2, (shift - 1) / 2, KEPT)]
