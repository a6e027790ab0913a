"""Hostile submissions, declared: each is tried at every level of the sandbox, and each is a row of docs/security.md."""

from tests.attacks import (
    buffers,
    carried,
    damage,
    doors,
    forging,
    frames,
    leaks,
    looking,
    memory,
    searching,
    showing,
    signals,
)

KINDS = {
    "Forging results": (*forging.ATTACKS, *frames.ATTACKS, *carried.ATTACKS, *searching.ATTACKS),
    "Looking for answers and secrets": (*looking.ATTACKS, *memory.ATTACKS),
    "Damage": (*damage.ATTACKS, *signals.ATTACKS, *buffers.ATTACKS),
    "Leaks and ways out": leaks.ATTACKS,
    "Stalling whoever looks": showing.ATTACKS,
    "Around the sandbox": doors.ATTACKS,
}
