"""The tables of the index and the number of their format.

The index is disposable: another format number means it is thrown away and entered anew, so there are no migrations.

``entry`` keeps every line of the journal; ``record`` is one row per record with what lists need, ``link`` what it
points at in which role, ``due`` from which day on something waits in it, ``brief`` what filters, sorting and counting
read, ``words`` what it can be found by. All but the first are computed from the entries that no other entry replaces
(heads), so their content does not depend on the order in which segments
came. A record whose only heads are tombstones keeps a bare row, ``binned``, so that its reference goes on meaning it.
``words.rowid`` is ``record.row``; the table is contentless: it holds folded words and no text, snippets come from the
line. ``brought`` is no cache: what became of the files of the last ``add`` here, which is no matter of anybody else;
``lying``: where dossiers were written in clear.
"""

from __future__ import annotations

FORMAT = 10
APPLICATION = 0x43415349  # "CASI", so that no other program's database is taken for ours

IS_DEED = "kind IN ('tomb', 'shred', 'keep')"  # word for word in a query, or SQLite does not take the partial index

TABLES = (
    "CREATE TABLE collective (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)",
    "CREATE TABLE applied (collective INTEGER, name TEXT, PRIMARY KEY (collective, name)) WITHOUT ROWID",
    "CREATE TABLE segment (row INTEGER PRIMARY KEY, collective INTEGER, head TEXT, device TEXT, at TEXT,"
    " chain TEXT, seq INTEGER,"
    " UNIQUE (collective, head))",
    "CREATE TABLE entry (row INTEGER PRIMARY KEY, collective INTEGER, hash TEXT, record TEXT, kind TEXT,"
    " superseded INTEGER, line BLOB, UNIQUE (collective, hash))",
    "CREATE INDEX entry_record ON entry (record, collective, superseded)",
    f"CREATE INDEX entry_deed ON entry (collective, kind) WHERE {IS_DEED}",
    "CREATE TABLE moved (collective INTEGER, source TEXT, target TEXT, PRIMARY KEY (collective, source, target))"
    " WITHOUT ROWID",
    "CREATE TABLE filed (segment INTEGER, entry INTEGER, position INTEGER, PRIMARY KEY (segment, entry)) WITHOUT ROWID",
    "CREATE INDEX filed_entry ON filed (entry)",
    "CREATE TABLE parent (parent TEXT, collective INTEGER, child INTEGER, PRIMARY KEY (parent, collective, child))"
    " WITHOUT ROWID",
    "CREATE TABLE record (row INTEGER PRIMARY KEY, id TEXT, collective INTEGER, kind TEXT, created TEXT,"
    " binned INTEGER, place TEXT, UNIQUE (id, collective))",
    "CREATE INDEX record_place ON record (place) WHERE place IS NOT NULL",  # null where no search shows the record
    "CREATE INDEX record_kind ON record (kind, id)",  # lists, and the neighbours that decide how long a reference is
    "CREATE TABLE link (role TEXT, target TEXT, record INTEGER, PRIMARY KEY (role, target, record)) WITHOUT ROWID",
    "CREATE INDEX link_record ON link (record)",
    "CREATE TABLE saw (collective INTEGER, device TEXT, chain TEXT, seq INTEGER,"
    " PRIMARY KEY (collective, device, chain)) WITHOUT ROWID",  # how far each device had read the chains of others
    "CREATE TABLE due (what TEXT, day TEXT, record INTEGER, PRIMARY KEY (what, day, record)) WITHOUT ROWID",
    "CREATE INDEX due_record ON due (record)",
    "CREATE TABLE lying (path TEXT PRIMARY KEY, at TEXT)",
    "CREATE TABLE brought (number INTEGER PRIMARY KEY, at TEXT, told BLOB)",
    # of each record that a search may show, what filters, sorting and counting read for every hit: days as 20250314
    "CREATE TABLE brief (row INTEGER PRIMARY KEY, kind TEXT, collective INTEGER, first INTEGER, last INTEGER,"
    " added INTEGER, language TEXT)",
    "CREATE INDEX brief_first ON brief (first DESC, last DESC, row)",
    "CREATE TABLE term (word TEXT PRIMARY KEY, languages INTEGER) WITHOUT ROWID",
    "CREATE TABLE spelled (key TEXT, word TEXT, PRIMARY KEY (key, word)) WITHOUT ROWID",
    # fold() has done the folding already, so the tokenizer only cuts; 3 and 4 letters are indexed as prefixes
    "CREATE VIRTUAL TABLE words USING fts5(title, text, fields, place, names, content='', contentless_delete=1,"
    " prefix='3 4', tokenize='unicode61 remove_diacritics 0')",
    # a leaf fits into one page, of which SQLCipher takes 80 bytes; what is entered at once is sorted in memory first
    "INSERT INTO words (words, rank) VALUES ('pgsz', 3950)",
    "INSERT INTO words (words, rank) VALUES ('hashsize', 67108864)",
)
WEIGHTS = "8.0, 1.0, 2.0, 2.0, 8.0"  # of the columns of words: a word in a title or a name says more than one in a text
