"""Sealing: age files, identities, the keystore, membership and epochs. Pure over bytes."""
