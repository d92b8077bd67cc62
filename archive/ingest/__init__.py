"""Taking files in from the disk: what may be opened at all, and how it is read."""
