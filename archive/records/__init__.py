"""What an archive holds: frozen structs for each kind, vocabularies, references, consent, risk, and the gate. Pure.

``kinds`` has the structs, ``refs`` the short references, ``edtf`` the dates, ``consent`` and ``risk`` the derived
states, ``gate`` the one table of who may leave, for whom. Nothing here knows a key, a disk or a clock.
"""
