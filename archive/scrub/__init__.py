"""Cleaning: what a brought file says about people beyond what it shows is found, named and removed; then looked at again.

``clean.py`` is the door for the rest of the house; ``worker.py`` is what runs inside the sandbox; one file per format keeps
``contract.py``; ``formats.py`` is the table of them.
"""
