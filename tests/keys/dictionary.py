"""tests/fuzz/config.dict: the words of the file, for the fuzzer. Its second part is written by hand."""

HEAD = "# The keys and words of the file.\n"
BY_HAND = "# Values, and what YAML and variables are made of.\n"


def words_of(rows):
    for row in rows:
        yield row.name
        yield from row.words
        yield from words_of(row.below)


def render(table, old):
    words = dict.fromkeys(word for rows in table.values() for word in words_of(rows))
    return HEAD + "".join(f'"{word}"\n' for word in words) + BY_HAND + old.partition(BY_HAND)[2]
