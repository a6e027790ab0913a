"""Hostile submissions, declared: each is tried at every level of the sandbox, and each is a row of docs/security.md."""

from tests.attacks import carried, damage, doors, forging, frames, leaks, looking, memory, signals

KINDS = {
    "Forging results": (*forging.ATTACKS, *frames.ATTACKS, *carried.ATTACKS),
    "Looking for answers and secrets": (*looking.ATTACKS, *memory.ATTACKS),
    "Damage": (*damage.ATTACKS, *signals.ATTACKS),
    "Leaks and ways out": leaks.ATTACKS,
    "Around the sandbox": doors.ATTACKS,
}
