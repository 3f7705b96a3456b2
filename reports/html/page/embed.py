#!/usr/bin/env python3
"""Turns files into one C source of byte arrays: embed.py OUTPUT MSGFMT PO FILE...  report.css becomes page_report_css.
Indentation, comments and line ends that mean nothing are left out: nobody reads them inside a report. Of a file of words
(strings.js: page_strings_json) each text gets its Japanese from the catalogue; one that has none ends the build."""
import gettext
import io
import json
import pathlib
import re
import subprocess
import sys

TEXT = r'"(?:[^"\\]|\\.)+"'
WORDS = re.compile(rf'("[\w.-]+"): (?:_\(({TEXT})\)|pgettext\(({TEXT}), ({TEXT})\)|(\[{TEXT}, {TEXT}\])),')
LITERAL_OR_BLANK = re.compile(
    r"""('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`[^`]*`|/(?![ *])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\]|\\.)*\])+/[a-z]*(?=[.,)]))"""
    r'|(?<=[^\w$]) +| +(?=[^\w$])')
NO_WORDS = re.compile(r'//.*|\(\{|\}\)|')


def catalogue_of(msgfmt, po):
    """Without entries that are fuzzy: msgfmt leaves them out."""
    mo = subprocess.run([msgfmt, '-o', '-', po], stdout=subprocess.PIPE, check=True).stdout
    translations = gettext.GNUTranslations(io.BytesIO(mo))
    translations.add_fallback(Missing())
    return translations


class Missing(gettext.NullTranslations):
    def gettext(self, message):
        raise LookupError(f'no Japanese in the catalogue for {message!r}')

    def pgettext(self, context, message):
        raise LookupError(f'no Japanese in the catalogue for {message!r} as {context!r}')


def both_languages(match, catalogue):
    plain, context, ambiguous, pair = (part and json.loads(part) for part in match.groups()[1:])
    if pair:
        return pair
    return [plain, catalogue.gettext(plain)] if plain else [ambiguous, catalogue.pgettext(context, ambiguous)]


def words_of(path, catalogue):
    words = {}
    for number, line in enumerate(path.read_text(encoding='utf-8').split('\n'), 1):
        match = WORDS.fullmatch(line)
        try:
            if not match and not NO_WORDS.fullmatch(line):
                raise SyntaxError('not in the form "key": _("text"),')
            if match and json.loads(match[1]) in words:
                raise SyntaxError(f'{match[1]} for the second time')
            if match:
                words[json.loads(match[1])] = both_languages(match, catalogue)
        except (SyntaxError, LookupError, ValueError) as wrong:
            sys.exit(f'{path}:{number}: {wrong}')
    return json.dumps(words, ensure_ascii=False, separators=(',', ':')).encode()


def squeezed_style(text):
    text = re.sub(r'(?<=[{};,>])\s+|\s+(?=[{}>])|(?<=\w:) (?!not)', '', text)
    return text.replace(';}', '}')


def squeezed_script(text):
    """Blanks beside an operator, outside of strings, templates and patterns; a line that goes on; const, where let does."""
    text = LITERAL_OR_BLANK.sub(lambda m: m[1] or '', text)
    text = re.sub(r'(?:^|(?<=[;{}(]))const(?=[ [{])', 'let', text, flags=re.M)
    text = re.sub(r'(?<=[{;,(\[?:&|=+>])\n|\n(?=[}\])?:.&|])', '', re.sub(r'^(let.*);(?=\nlet)', r'\1,', text, flags=re.M))
    return re.sub(r',let ?', ',', text).replace(';}', '}')


def squeezed(path):
    text = path.read_text(encoding='utf-8')
    text = re.sub(r'[ \t]*/\*.*?\*/', '', text, flags=re.S)
    text = re.sub(r'^\s+', '', text, flags=re.M)
    return (squeezed_style(text) if path.suffix == '.css' else squeezed_script(text)).encode()


def main(output, msgfmt, po, *names):
    catalogue = catalogue_of(msgfmt, po)
    parts = []
    for path in map(pathlib.Path, names):
        words = path.name.endswith('strings.js')
        name = path.with_suffix('.json').name if words else path.name
        parts.append((re.sub(r'\W', '_', name), words_of(path, catalogue) if words else squeezed(path)))
    with open(output, 'w', encoding='ascii') as out:
        out.write('/* Made by embed.py. */\n#include "page.h"\n')
        for name, content in parts:
            out.write(f'\nconst size_t page_{name}_len = {len(content)};\nconst char page_{name}[] = {{')
            for at in range(0, len(content), 16):
                out.write('\n\t' + ' '.join(f"'\\x{b:02x}'," for b in content[at:at + 16]))
            out.write("\n\t'\\0'\n};\n")


main(*sys.argv[1:])
