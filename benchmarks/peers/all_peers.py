"""The servers that Puente is compared with, in the order of the tables."""

from benchmarks.peers.ceiling import CEILING, TUNED_CEILING
from benchmarks.peers.loaders.peer import LOADERS
from benchmarks.peers.postgraphile import POSTGRAPHILE
from benchmarks.peers.puente import PUENTE
from benchmarks.peers.strawchemy_peer.peer import STRAWCHEMY

PEERS = (PUENTE, CEILING, TUNED_CEILING, POSTGRAPHILE, STRAWCHEMY, LOADERS)
