"""The simulated log likelihood of a panel mixture, with its gradient by respondent, in blocks that fit a cache.

With d_tj = x_tj - x_t,chosen for the alternatives that were not chosen and b_nr the part-worths of respondent n at
point r:

    s_tr = 1 + Σ_j exp(d_tj' b_nr)       ln L_nr = -Σ_t ln s_tr       LL = Σ_n w_n ln (Σ_r L_nr / R)
    ∂ LL / ∂ b_nr = -w_n h_nr Σ_t Σ_j (exp(d_tj' b_nr) / s_tr) d_tj,  with h_nr = L_nr / Σ_r L_nr

The product over a person's tasks is a sum of logarithms, so that long panels do not underflow. People with different
numbers of tasks or alternatives share a block: a missing row has utility -1000 and adds exactly nothing.

Source: Train 2009, Discrete Choice Methods with Simulation, 2nd ed., eq. 6.2 and section 10.5; Revelt & Train 1998,
Review of Economics and Statistics 80(4):647-657.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.economics.choice.data import ChoiceData
from trimtab.economics.choice.mixture import Index, Mixture
from trimtab.economics.draws import Array

BLOCK_CELLS = 120_000
MISSING = -1000.0
LARGEST = 500.0


@dataclass(frozen=True)
class Block:
    """Some respondents with their differences, shape (C, J-1, tasks, K) and 0 in missing rows, and their points."""

    people: Index
    gaps: Array
    missing: Array
    z: Array


@dataclass(frozen=True)
class SimulatedLikelihood:
    """The simulated likelihood of one data set, at given points, for any mixture of the same dimensions."""

    mixture: Mixture
    blocks: tuple[Block, ...]
    weight: Array

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """LL and its gradient by respondent, shape (N, P), weighted."""
        values, scores = np.empty(len(self.weight)), np.empty((len(self.weight), len(theta)))
        for block in self.blocks:
            values[block.people], scores[block.people], _ = evaluate(block, self.mixture, theta)
        return float(self.weight @ values), scores * self.weight[:, None]

    def conditional(self, theta: Array, columns: int) -> Array:
        """Each respondent's mean part-worths given the own choices, Σ_r h_nr b_nr, shape (N, K)."""
        result = np.empty((len(self.weight), columns))
        result[:, self.mixture.fixed] = self.mixture.constant(theta)
        for block in self.blocks:
            result[block.people[:, None], self.mixture.varying] = evaluate(block, self.mixture, theta)[2]
        return result


def blocks(data: ChoiceData, X: Array, z: Array) -> tuple[Block, ...]:
    """``data`` cut into blocks of people with about as many tasks; X (R, K) are its columns, z (N, Q, R) the points."""
    counts = np.diff(data.first_task)
    order = np.argsort(counts, kind="stable")
    rows = int(data.alternatives_per_task.max()) - 1
    found, start = [], 0
    while start < len(order):
        cells = rows * int(counts[order[start]]) * z.shape[2]
        stop = start + max(1, BLOCK_CELLS // cells)
        found.append(_block(data, X, z, order[start:stop]))
        start = stop
    return tuple(found)


def _block(data: ChoiceData, X: Array, z: Array, people: Index) -> Block:
    first, last = data.first_task[people], data.first_task[people + 1]
    tasks, sizes = int((last - first).max()), data.alternatives_per_task
    others = int(sizes.max()) - 1
    task = np.minimum(first[:, None] + np.arange(tasks), last[:, None] - 1)
    there = (first[:, None] + np.arange(tasks)) < last[:, None]
    place = np.arange(others)[:, None, None]
    place = place + (place >= data.picks[task])
    row = np.minimum(data.start[task] + place, data.start[task + 1] - 1)
    there = there & (place < sizes[task])
    gaps = np.where(there[..., None], X[row] - X[data.chosen[task]], 0.0)
    return Block(
        people,
        np.ascontiguousarray(gaps.transpose(1, 0, 2, 3)),
        np.where(there, 0.0, MISSING).transpose(1, 0, 2).copy(),
        np.ascontiguousarray(z[people]),
    )


def evaluate(block: Block, mixture: Mixture, theta: Array) -> tuple[Array, Array, Array]:
    """ln of the simulated likelihood (C,), its gradients (C, P) and the conditional part-worths (C, V) of one block."""
    C, J, tasks, _ = block.gaps.shape
    points, V = block.z.shape[2], len(mixture.varying)
    varying = np.empty((C, J * tasks, V + 1))
    varying[..., :V] = block.gaps[..., mixture.varying].reshape(C, J * tasks, V)
    fixed = block.gaps[..., mixture.fixed].reshape(C, J * tasks, -1)
    varying[..., V] = fixed @ mixture.constant(theta) + block.missing.reshape(C, -1)
    partworths = np.empty((C, V + 1, points))
    mixture.realise(theta, block.z, partworths[:, :V])
    partworths[:, V] = 1.0

    odds = np.matmul(varying, partworths)
    np.minimum(odds, LARGEST, out=odds)
    np.exp(odds, out=odds)
    by_task = odds.reshape(C, J, tasks, points)
    total = 1.0 + by_task[:, 0]
    for j in range(1, J):
        total += by_task[:, j]
    log_likelihood = np.log(total).sum(axis=1)
    np.negative(log_likelihood, out=log_likelihood)
    by_task *= np.reciprocal(total, out=total)[:, None]

    highest = log_likelihood.max(axis=1, keepdims=True)
    share = np.exp(log_likelihood - highest)
    mass = share.sum(axis=1, keepdims=True)
    share /= mass
    value = (highest + np.log(mass / points))[:, 0]

    by_point = np.matmul(varying[..., :V].transpose(0, 2, 1), odds)
    by_point *= -share[:, None]
    by_fixed = -np.matmul(np.matmul(odds, share[..., None])[:, None, :, 0], fixed)[:, 0]
    conditional = np.matmul(partworths[:, :V], share[..., None])[..., 0]
    return value, mixture.pull(theta, block.z, partworths[:, :V], by_fixed, by_point), conditional
