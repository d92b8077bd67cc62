"""The story: what people do with an archive, each as a function that reads like the path it takes.

``beginning`` finds an archive; ``people`` has cases, persons, names and consent; ``adding`` takes files in;
``reading`` finds and shows; ``publishing`` lets a dossier leave; ``care`` rotates the key, checks, rebuilds and tells
who did what. ``identities`` is one's own key and how it is let in, ``members`` who may read, ``disputes`` what people
have to decide, ``collectives`` several in one archive.
"""
