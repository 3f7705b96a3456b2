#!/usr/bin/env python3
"""Turns files into one C source of byte arrays: embed.py OUTPUT FILE...  report.css becomes page_report_css.
Indentation, comments and line ends that mean nothing are left out: nobody reads them inside a report."""
import json
import pathlib
import re
import sys


def bytes_of(path):
    text = path.read_text(encoding='utf-8')
    if path.suffix == '.json':
        return json.dumps(json.loads(text), ensure_ascii=False, separators=(',', ':')).encode()
    text = re.sub(r'[ \t]*/\*.*?\*/$', '', text, flags=re.M | re.S)
    text = re.sub(r'^\s+', '', text, flags=re.M)
    text = re.sub(r'(?<=[{;,])\n', '', text)
    return (re.sub(r' ?([{};,]) ?', r'\1', text) if path.suffix == '.css' else text).encode()


def main(output, *names):
    with open(output, 'w', encoding='ascii') as out:
        out.write('/* Made by embed.py. */\n#include "page.h"\n')
        for path in map(pathlib.Path, names):
            name = 'page_' + re.sub(r'\W', '_', path.name)
            content = bytes_of(path)
            out.write(f'\nconst size_t {name}_len = {len(content)};\nconst char {name}[] = {{')
            for at in range(0, len(content), 16):
                out.write('\n\t' + ' '.join(f"'\\x{b:02x}'," for b in content[at:at + 16]))
            out.write("\n\t'\\0'\n};\n")


main(*sys.argv[1:])
