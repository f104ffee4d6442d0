"""Whom Puente is measured beside, and how each is started and asked."""

from benchmarks.peers.ceiling import CEILING
from benchmarks.peers.puente import PUENTE

PEERS = (PUENTE, CEILING)
