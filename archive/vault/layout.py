"""The files of an archive that mean something to people and to sync tools: ARCHIVE, README.txt, ignore rules.

All are fixed but for the archive's id on the second line of ARCHIVE, whose last 8 digits check the others, so that a
changed byte in any of them is noticed without a key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from archive.seal.lines import digest

MARKER = "ARCHIVE"
FORMAT = "case-archive/1"
REQUESTS = "requests"  # the folder of those who ask to be let in
_ID = re.compile("[0-9a-f]{32}")
_CHECK = 8  # digits

_README = """\
EN  This folder is an encrypted archive, made with Case Archive (format case-archive/1).
    It can be opened only with a key of the people it belongs to. If you found it, please
    give it back or leave it as it is: changing or deleting a file here can destroy the
    only copy of something that matters to somebody.

    With a key, no special program is needed, only age (https://age-encryption.org):
    1. key.txt holds your AGE-SECRET-KEY-1... line. Try it on every file in the folder
       <long name>/keys until one opens:      age -d -i key.txt FILE
    2. Copy every AGE-SECRET-KEY-1... that you see there ("sk") to epochs.txt, one a line.
    3. Records, one a line:                   age -d -i epochs.txt FILE    (FILE in journal)
    4. An attachment's parts stand in its record: "o" is the name of a file in objects,
       "size" its true length. Join the parts in order:
                                              age -d -i epochs.txt FILE | head -c SIZE
    A file is whole if  b2sum -l 256 FILE  prints its name. In the folder requests lie public
    keys of people who ask to be let in; they open nothing.

UK  Ця тека - зашифрований архів, створений програмою Case Archive (формат case-archive/1).
    Відкрити його можна лише ключем людей, яким він належить. Якщо ви його знайшли, будь
    ласка, поверніть його або залиште як є: змінений чи вилучений файл може бути єдиною
    копією чогось важливого.

    Якщо є ключ, спеціальна програма не потрібна, лише age (https://age-encryption.org):
    1. key.txt містить ваш рядок AGE-SECRET-KEY-1... Спробуйте його на кожному файлі з теки
       <довга назва>/keys, доки один не відкриється:      age -d -i key.txt ФАЙЛ
    2. Скопіюйте кожен AGE-SECRET-KEY-1..., який там побачите ("sk"), до epochs.txt, по
       одному в рядку.
    3. Записи, по одному в рядку:                         age -d -i epochs.txt ФАЙЛ    (з journal)
    4. Частини вкладення названо в його записі: "o" - ім'я файлу в objects, "size" - його
       справжня довжина. З'єднайте частини по порядку:
                                                          age -d -i epochs.txt ФАЙЛ | head -c SIZE
    Файл цілий, якщо  b2sum -l 256 ФАЙЛ  друкує його ім'я. У теці requests лежать відкриті
    ключі людей, які просять їх додати; вони нічого не відкривають.

RU  Эта папка - зашифрованный архив, созданный программой Case Archive (формат case-archive/1).
    Открыть его можно только ключом людей, которым он принадлежит. Если вы его нашли,
    пожалуйста, верните его или оставьте как есть: изменённый или удалённый файл может быть
    единственной копией чего-то важного.

    Если есть ключ, особая программа не нужна, только age (https://age-encryption.org):
    1. key.txt содержит вашу строку AGE-SECRET-KEY-1... Попробуйте её на каждом файле из папки
       <длинное имя>/keys, пока один не откроется:        age -d -i key.txt ФАЙЛ
    2. Скопируйте каждый AGE-SECRET-KEY-1..., который там увидите ("sk"), в epochs.txt, по
       одному в строке.
    3. Записи, по одной в строке:                         age -d -i epochs.txt ФАЙЛ    (из journal)
    4. Части вложения названы в его записи: "o" - имя файла в objects, "size" - его
       настоящая длина. Соедините части по порядку:
                                                          age -d -i epochs.txt ФАЙЛ | head -c SIZE
    Файл цел, если  b2sum -l 256 ФАЙЛ  печатает его имя. В папке requests лежат открытые
    ключи людей, которые просят их принять; они ничего не открывают.

CS  Tato složka je šifrovaný archiv vytvořený programem Case Archive (formát case-archive/1).
    Otevřít jej lze jen klíčem lidí, kterým patří. Pokud jste jej našli, vraťte jej prosím,
    nebo jej nechte, jak je: změněný či smazaný soubor může být jedinou kopií něčeho, na čem
    někomu záleží.

    S klíčem není třeba zvláštní program, stačí age (https://age-encryption.org):
    1. key.txt obsahuje váš řádek AGE-SECRET-KEY-1... Zkuste jej na každém souboru ve složce
       <dlouhé jméno>/keys, dokud se některý neotevře:    age -d -i key.txt SOUBOR
    2. Každý AGE-SECRET-KEY-1..., který tam uvidíte ("sk"), zkopírujte do epochs.txt, jeden na
       řádek.
    3. Záznamy, jeden na řádek:                           age -d -i epochs.txt SOUBOR    (z journal)
    4. Části přílohy jsou uvedeny v jejím záznamu: "o" je jméno souboru v objects, "size" jeho
       skutečná délka. Spojte části popořadě:
                                                          age -d -i epochs.txt SOUBOR | head -c SIZE
    Soubor je celý, když  b2sum -l 256 SOUBOR  vypíše jeho jméno. Ve složce requests leží
    veřejné klíče lidí, kteří žádají o přijetí; nic neotevírají.
"""

FIXED: Mapping[str, bytes] = {
    "README.txt": _README.encode(),
    ".stignore": b"// Syncthing: leave out what is still being written\n(?d).tmp-*\n",
    ".sync-exclude.lst": b".tmp-*\n",  # Nextcloud and ownCloud clients
    ".rsync-filter": b"- .tmp-*\n",  # rsync -F
}


def new_archive_id(random: Callable[[int], bytes]) -> str:
    """A random archive id: 24 random hex digits and 8 that check them."""
    drawn = random(12).hex()
    return drawn + digest(drawn.encode())[:_CHECK]


def is_archive_id(text: str) -> bool:
    """Whether ``new_archive_id`` may have made this."""
    return bool(_ID.fullmatch(text)) and digest(text[:-_CHECK].encode())[:_CHECK] == text[-_CHECK:]


def marker(archive_id: str) -> bytes:
    """The bytes of the file ARCHIVE."""
    return f"{FORMAT}\n{archive_id}\n".encode()
