#!/usr/bin/env python3
"""What hosts and users say shows as text and does nothing: in the report, in the report of a change, and for random texts
through the escapers as Chromium reads them. The page's policy would stop what got through."""
import pathlib
import socket
import subprocess
import sys

import page
from browser import until
from page import EVIL_NAME, EVIL_TEXT, NAMES

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from readers import Escaped, in_html, visible  # noqa: E402

COUNT, SEED = 3000, 7
HIDDEN = r'[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]'
# Every text and every attribute of the page, and the names of its elements and attributes.
ALL = '''
const texts = [], names = new Set();
for (const e of document.querySelectorAll('*')) {
    names.add(e.localName);
    for (const a of e.attributes) { names.add('@' + a.name); texts.push(a.value); }
}
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) if (!walk.currentNode.parentNode.closest('script, style')) texts.push(walk.currentNode.data);
return [texts.join('\\u0000'), [...names]]'''
NEVER = {'img', 'iframe', 'object', 'embed', 'link', 'base', 'form', '@style', '@src', '@onerror', '@onload', '@onclick', '@srcdoc'}


class Hostile(page.Page):
    def everything(self):
        text, names = self.browser.run(ALL)
        self.assertEqual(NEVER & set(names), set())
        self.assertEqual(self.browser.run(f'return arguments[0].match(/{HIDDEN}/g)', text.replace('\0', '')), None)
        return text

    def test_every_text_of_a_hostile_server_is_shown_as_it_is(self):
        for lang in ('en', 'ja'):
            self.open('#q=onerror', self.write(300, lang))
            self.assertIn(EVIL_NAME, self.browser.run(NAMES))
            self.browser.run("[...document.querySelectorAll('#list .toggle[aria-expanded=false]')].forEach(b => b.click())")
            self.everything()
            where = self.browser.run(
                "return [...document.querySelectorAll('#list *, #waivers *, #diff *')].filter(e => [...e.childNodes].some("
                "  n => n.nodeType === 3 && n.data.includes('window.hacked=1'))).map(e => e.closest('pre, .chips, .badge, .clamp, .box td, .why,"
                "  #waivers td, #waivers th, #diff td')?.tagName + '.' + (e.className || e.parentNode.className))")
            self.assertGreater(len(where), 12, where)
            shown = self.browser.run("return document.querySelector('#list').textContent")
            self.assertIn(EVIL_TEXT, shown)
            self.assertIn('\u241b[31mred\u241b[0m', shown, 'the escapes of a terminal in the raw output')

    def test_its_scripts_and_pictures_never_become_elements(self):
        self.open()
        scripts = self.browser.run("return [...document.querySelectorAll('script')].map(s => s.type + '#' + s.id)")
        self.assertEqual([s for s in scripts if not s.startswith('application/json')], ['#'], 'one script, the page\'s own')
        self.assertEqual(self.browser.run("return document.querySelectorAll('style').length"), 1)

    def test_a_command_with_a_hostile_name_is_one_word_each(self):
        self.open('#q=onerror')
        self.browser.run("[...document.querySelectorAll('#list .toggle[aria-expanded=false]')].forEach(b => b.click())")
        told = []
        for line in self.browser.run("return [...document.querySelectorAll('.actions code')].map(c => c.textContent)"):
            words = subprocess.run(['sh', '-c', f'for w in {line}; do printf "%s\\n" "$w"; done'], check=True,
                                   capture_output=True, text=True).stdout.splitlines()
            self.assertEqual(words[0], 'vssfleet')
            self.assertIn(words[1], ('show', 'fix'))
            told += words
        self.assertIn(EVIL_NAME, told)

    def test_the_report_of_a_change(self):
        for lang in ('en', 'ja'):
            path = self.folder / f'page-change-{lang}.html'
            subprocess.run([change_sample, path, lang], check=True)
            self.open(url=path.as_uri())
            text = self.everything()
            self.assertIn('<img src=x onerror=window.hacked=3>', text)
            self.assertIn('</style><script>window.hacked=1</script>', text)
            self.assertEqual(self.browser.run("return document.querySelectorAll('script').length"), 0)

    def test_the_policy_stops_what_would_get_through(self):
        with socket.create_server(('127.0.0.1', 0)) as server:
            address = f'http://127.0.0.1:{server.getsockname()[1]}/'
            for markup in ('<img onerror=window.hacked=5 src=data:x>', '<p style="color:red">x</p>', f'<img src={address}>',
                           f'<link rel=stylesheet href={address}>'):
                self.open()
                self.browser.run("document.body.insertAdjacentHTML('beforeend', arguments[0])", markup)
                complaints = until(lambda: self.browser.log('browser'))
                self.assertIn('Content Security Policy', complaints[0]['message'], markup)
                self.browser.requests()
            server.settimeout(0.1)
            with self.assertRaises(TimeoutError, msg='nobody was asked for anything'):
                server.accept()

    def test_random_texts_are_read_as_they_were_meant(self):
        made = Escaped(escaped, COUNT, SEED)
        path = self.folder / 'page-random.html'
        path.write_bytes(b'<!DOCTYPE html><meta charset="utf-8"><title>x</title><script type="application/json" id="island">'
                         + made.files['island.json'] + b'</script>' + made.files['page.html'])
        self.open(url=path.as_uri())
        for what, script in (('element', "[...document.querySelectorAll('p')].map(p => p.textContent)"),
                             ('attribute', "[...document.querySelectorAll('p')].map(p => p.title)"),
                             ('SVG text', "[...document.querySelectorAll('text')].map(t => t.textContent)"),
                             ('aria-label', "[...document.querySelectorAll('text')].map(t => t.getAttribute('aria-label'))")):
            made.compare(what, self.browser.run('return ' + script), [in_html(t) for t in made.texts])
        island = self.browser.run("return JSON.parse(document.getElementById('island').textContent)")
        made.compare('island', [t.replace('\ufffe', '\ufffd') for t in island], [visible(t) for t in made.texts])
        names = self.browser.run("return [...new Set([...document.body.querySelectorAll('*')].map(e => e.localName))]")
        self.assertEqual(sorted(names), ['p', 'svg', 'text'])


change_sample, escaped = (pathlib.Path(a).resolve() for a in sys.argv[2:4])
del sys.argv[2:]
page.main()
