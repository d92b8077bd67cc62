"""Parsers of brought files run here: in a process without keys, that a file may crash, hang or take over, and no more.

``worker.py`` is the parent's side and the only door for other rooms. It starts one server process per command and
target (``server.py``): clean environment, folder ``/``, no descriptor but its socket. The server imports the target
once and forks per file; it never touches a file's bytes itself. For each file the parent makes a socket pair and passes
one end through the server to the new child, with a descriptor of the file as it was read, in memory and sealed::

    parent ── control: a conversation and a file ──▶ server ── fork ──▶ child (confined, greets, runs the target)
      └────── length, request ▶ · ◀ length, answer (or, from the server, one byte: how the child ended) ────────┘

A child that runs nothing but Python's own code over the bytes may be given one file after another (``running.py``), a
short run of them; it is ended with the first that fails, which then gets a child of its own. So may another that
decodes, if all it can say is yes to what has been cleaned already. No child does both.

Of large files (``streaming.py``) the child gets a descriptor to read from, a file's or a pipe's, and answers in blocks
while it reads. What one child writes can so be fed to another, which looks at it again.

The child has hard limits (``limits.py``) on memory, CPU, files, descriptors and processes. The server kills it after
``Limits.wall`` seconds, or when the parent hangs up; the parent stops listening at ``Limits.answer`` bytes and believes
nothing it hears: every answer is untrusted. When the parent goes, by whatever way, the control socket closes, and
server and children end.

Before a child greets it is behind two walls (``walls.py``, ``confine.py``, ``syscalls.py``): bubblewrap where it can
be had, and Landlock with a list of forbidden system calls; one of the two must stand, or nothing is read. It sees the
libraries of Python and no other file, no network, no other process, and can start none. That was found out by trying,
in ``tests/sandbox/``; what the walls cannot hold stands in ``docs/threat-model.md``.
"""
