"""Words across scripts and inflections: folding for search, and keys, stems and endings for the matcher.

``fold`` stands alone and is light; ``words`` cuts a text into words with offsets; ``keys`` spells a word in an
alphabet both scripts agree on; ``stems`` and ``endings`` know how names inflect; ``names`` and its TOML know which
given names are one.
"""
