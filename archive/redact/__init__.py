"""Hiding: names in any form, numbers by their shape, dates to the month."""
