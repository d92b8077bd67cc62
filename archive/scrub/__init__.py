"""Cleaning: what a brought file says beyond what it shows is found, named and removed; then it is looked at again.

``clean.py`` is the door for the rest of the house; ``worker.py`` is what runs inside the sandbox, ``pictures.py`` the
small part of it that most files need; one file per format keeps ``contract.py``; ``formats.py`` is the table of them.
"""
