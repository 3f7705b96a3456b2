#!/usr/bin/env python3
"""embed.py CATALOGUE.mo OUTPUT.c: the compiled catalogue as a C array."""
import pathlib
import sys

content = pathlib.Path(sys.argv[1]).read_bytes()
rows = (content[at:at + 24] for at in range(0, len(content), 24))
pathlib.Path(sys.argv[2]).write_text(
    '/* Made by embed.py. */\n#include "catalogue.h"\n\n'
    f'const size_t catalogue_ja_len = {len(content)};\n'
    'const unsigned char catalogue_ja[] __attribute__((aligned(4))) = {\n'
    + '\n'.join('\t' + ','.join(map(str, row)) + ',' for row in rows) + '\n};\n', encoding='ascii')
