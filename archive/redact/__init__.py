"""From a text and what is known of people to a text without them.

``matcher`` finds every form of the protected people, ``patterns`` and ``dates`` what has a shape, ``capitals`` what
is left; ``profile`` says what to do with each category and ``text`` does it. Images and papers have files of their
own.
"""
