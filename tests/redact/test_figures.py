"""The figures of the matcher: what it finds of what is to be hidden, and what it hides beside; every miss is listed."""

import time

import pytest

from archive.redact.matcher import Matcher

RECALL, PRECISION, WORDS_PER_SECOND = 0.985, 0.96, 20_000


def measure(rows, identities, **settings):
    """Recall over spans (every letter covered), precision over distinct spans found, and all misses."""
    matcher = Matcher(identities, **settings)
    wanted = covered = found = right = 0
    misses = []
    for row in rows:
        text, spans = row["text"], {(span.start, span.end) for span in matcher.spans(row["text"])}
        hidden = {at for start, end in spans for at in range(start, end)}
        meant = {at for span in row["spans"] for at in range(span["start"], span["end"])}
        for span in row["spans"]:
            wanted += 1
            letters = {at for at in range(span["start"], span["end"]) if text[at].isalnum()}
            covered += letters <= hidden
            if not letters <= hidden:
                misses.append(f"{row['id']} {row['kind']}: {span['text']!r} in {text!r}")
        found += len(spans)
        right += sum(1 for start, end in spans if meant & set(range(start, end)))
    return covered / wanted, right / found, misses


@pytest.mark.parametrize("source", ["corpus", "shared"])
def test_names_are_found_and_little_else(source, request):
    """Names, sentences and scripts mixed, everybody of the corpus protected at once."""
    recall, precision, misses = measure(*request.getfixturevalue(source))
    report = f"recall {recall:.4f} precision {precision:.4f}\n" + "\n".join(misses)
    assert recall >= RECALL, report
    assert precision >= PRECISION, report


@pytest.mark.parametrize("source", ["corpus", "shared"])
def test_the_wide_matcher_finds_no_less(source, request):
    rows, identities = request.getfixturevalue(source)
    assert measure(rows, identities, wide=True)[0] >= measure(rows, identities)[0]


def test_a_matcher_keeps_up_with_its_text(corpus):
    """Cold: every word is new to the matcher, which is the slow case. The best of five, as others are at work too."""
    rows, identities = corpus
    text = " ".join(row["text"] + str(at) for at, row in enumerate(rows) if row["kind"] != "spaced")
    took = []
    for _ in range(5):
        matcher = Matcher(identities)
        started = time.process_time()
        matcher.spans(text)
        took.append(time.process_time() - started)
    assert len(text.split()) / min(took) >= WORDS_PER_SECOND, took


ORDINARY = """
Комісія розглянула скаргу на умови тримання і попросила надати медичні документи. Лікарка оглянула руку,
записала висновок та порадила зробити знімок. Того ранку йшов дощ, коли автобус зупинили на блокпосту;
перевіряли папери й телефони. Ніхто не пояснив, чому забрали речі. Потім усіх повезли до будівлі без вивіски,
де світло не вимикали цілу добу. Суд отложил заседание, потому что защитник не получил материалы дела вовремя.
Свидетель вспомнил серую машину у входа, но номера не видел. В камере было холодно, воду давали два раза в
день, жалобы не принимали. Через неделю пришла повестка, и соседи советовали никуда не ходить. Начальник
сказал, что приказ есть приказ, а кому не нравится, может писать рапорт. Soud vyslechl znalce a odročil
jednání na příští týden. Svědek popsal dlouhou chodbu, na jejímž konci stál strážný. Nikdo z nich nevěděl,
proč byli odvezeni. Večer přišla zpráva, že je pustí, ale ráno je znovu zavřeli. Úřad odpověděl, že spis není
k nahlédnutí. The guard took the bags and wrote nothing down. After two days they were told to sign a paper in
a language most of them could not read. A doctor came once. The case file says that the search was voluntary,
which none of the people in the house remembers. Der Zeuge sagte, man habe ihn am Morgen abgeholt und ohne ein
Wort in einen Wagen gesetzt. Die Akte enthält keinen Beschluss. Sąd odmówił wydania akt, a obrońca złożył
skargę. Świadek pamięta tylko korytarz, zimno i głos za drzwiami.
"""


def test_ordinary_text_is_left_alone(corpus):
    """Twenty persons protected; a text without them keeps all its words, at most two in a thousand may go."""
    _, identities = corpus
    spans = Matcher(identities[:20]).spans(ORDINARY)
    hidden = {(span.start, span.end) for span in spans}
    assert len(hidden) <= 2 * len(ORDINARY.split()) / 1000, [ORDINARY[start:end] for start, end in hidden]
