"""System calls that reading a file does not need, taken away by a seccomp filter.

No new socket of any kind, no process (but threads: decoders of phones' pictures need one), no program, no signal, no
look into other processes or their shared memory, no change to owner, mode, time or attributes of a file, nothing that
administers the machine. Calls newer than the last that was thought about do not exist for a reader.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator

_TABLE = """
socket 41 198 | socketpair 53 199 | connect 42 203 | bind 49 200 | listen 50 201 | accept 43 202 | accept4 288 242
fork 57 - | vfork 58 - | execve 59 221 | execveat 322 281
kill 62 129 | tkill 200 130 | tgkill 234 131 | rt_sigqueueinfo 129 138 | rt_tgsigqueueinfo 297 240
pidfd_send_signal 424 424 | pidfd_open 434 434 | pidfd_getfd 438 438 | ptrace 101 117 | kcmp 312 272
process_vm_readv 310 270 | process_vm_writev 311 271 | process_madvise 440 440 | move_pages 279 239
migrate_pages 256 238 | setpriority 141 140 | ioprio_set 251 30 | sched_setscheduler 144 119 | sched_setattr 314 274
sched_setparam 142 118 | shmget 29 194 | shmat 30 196 | shmctl 31 195 | semget 64 190 | semop 65 193 | semctl 66 191
semtimedop 220 192 | msgget 68 186 | msgsnd 69 189 | msgrcv 70 188 | msgctl 71 187 | mq_open 240 180 | mq_unlink 241 181
add_key 248 217 | request_key 249 218 | keyctl 250 219 | io_uring_setup 425 425 | bpf 321 280 | userfaultfd 323 282
perf_event_open 298 241 | unshare 272 97 | setns 308 268 | mount 165 40 | umount2 166 39 | pivot_root 155 41
chroot 161 51 | fsopen 430 430 | fsconfig 431 431 | fsmount 432 432 | fspick 433 433 | open_tree 428 428
move_mount 429 429 | mount_setattr 442 442 | name_to_handle_at 303 264 | open_by_handle_at 304 265
chmod 90 - | fchmod 91 52 | fchmodat 268 53 | chown 92 - | fchown 93 55 | lchown 94 - | fchownat 260 54
utime 132 - | utimes 235 - | futimesat 261 - | utimensat 280 88 | truncate 76 45
setxattr 188 5 | lsetxattr 189 6 | fsetxattr 190 7 | removexattr 197 14 | lremovexattr 198 15 | fremovexattr 199 16
inotify_init 253 - | inotify_init1 294 26 | fanotify_init 300 262 | quotactl 179 60 | quotactl_fd 443 443
syslog 103 116 | swapon 167 224 | swapoff 168 225 | reboot 169 142 | acct 163 89 | init_module 175 105
finit_module 313 273 | kexec_load 246 104 | kexec_file_load 320 294 | personality 135 92
"""
"""Name, its number on x86_64, its number on aarch64 (from the kernel's headers)."""

_ITSELF = "prlimit64 302 261 | sched_setaffinity 203 122"
"""What a process may do to itself, and to no other."""
_OWNER = (("fcntl 72 25", (8, 15)), ("ioctl 16 29", (0x8901, 0x8902)))
"""Naming another process that is to get a signal when a descriptor becomes ready: a signal by a detour."""
_CLONE = "clone 56 220"
_CLONE3 = "clone3 435 435"
"""It hands its flags over where a filter cannot look; told that it does not exist, libraries take ``clone``."""
_CLONE_THREAD = 0x00010000

_ARCHITECTURES = {"x86_64": (0xC000003E, 1), "aarch64": (0xC00000B7, 2)}
_NEWER = 451  # cachestat, from Linux 6.5: from here on there is no such call

_LOAD, _EQUAL, _AT_LEAST, _HAS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT, _SECOND_ARGUMENT_AT = 0, 4, 16, 24
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000


def install(libc: ctypes.CDLL, code: bytes) -> bool:
    """Put a filter on this process, for good; False where the kernel has none."""
    kept = ctypes.create_string_buffer(code, len(code))
    filtering = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept))
    return int(libc.prctl(22, 2, filtering, 0, 0)) == 0  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def program() -> bytes | None:
    """Make the filter's code: each step is an operation, how far to jump if it is so and if not, and a value.

    None on a machine whose numbers are not in the table.
    """
    if os.uname().machine not in _ARCHITECTURES:
        return None
    architecture, column = _ARCHITECTURES[os.uname().machine]
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT), (_AT_LEAST, 0, 1, _NEWER), (_RETURN, 0, 0, _REFUSE | errno.ENOSYS),
    ]  # fmt: skip
    for call in _numbers(_CLONE3, column):
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _REFUSE | errno.ENOSYS)]
    for call in _numbers(_TABLE, column):
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _REFUSE | errno.EPERM)]
    for table, test, value in ((_ITSELF, _EQUAL, 0), (_CLONE, _HAS, _CLONE_THREAD)):
        for call in _numbers(table, column):
            steps += [
                (_EQUAL, 0, 4, call), (_LOAD, 0, 0, _FIRST_ARGUMENT_AT), (test, 0, 1, value),
                (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE | errno.EPERM),
            ]  # fmt: skip
    for table, (one, other) in _OWNER:
        for call in _numbers(table, column):
            steps += [
                (_EQUAL, 0, 5, call), (_LOAD, 0, 0, _SECOND_ARGUMENT_AT), (_EQUAL, 2, 0, one), (_EQUAL, 1, 0, other),
                (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE | errno.EPERM),
            ]  # fmt: skip
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _numbers(table: str, column: int) -> Iterator[int]:
    for entry in table.replace("\n", "|").split("|"):
        if entry.strip() and (number := entry.split()[column]) != "-":
            yield int(number)
