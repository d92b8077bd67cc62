"""One file per group of commands: read the words, call casework, hand the answer to the terminal."""
