#!/usr/bin/env python3
"""The HTML report in a real browser: html_browser.py HTML_SAMPLE.  Exit 77 where Chromium or its driver is missing."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from browser import Browser

HOSTILE = '"><img src=x onerror=window.hacked=3>'
STATUS = "return document.getElementById('status').textContent"
STATES = "return [...new Set([...document.querySelectorAll('#list td.state')].map(e => e.className))]"
NAMES = "return [...document.querySelectorAll('#list bdi')].map(e => e.textContent)"
sample = None


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='vssfleet-html-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.url = cls.write(300, 'en')
        cls.browser = cls.enterClassContext(Browser())

    @classmethod
    def write(cls, hosts, lang, state='complete', before='clear'):
        path = cls.folder / f'{hosts}-{lang}-{state}.html'
        subprocess.run([sample, path, str(hosts), lang, state, before], check=True)
        return path.as_uri()

    def setUp(self):
        self.browser.log('browser')
        self.browser.requests()

    def tearDown(self):
        self.assertEqual(self.browser.log('browser'), [], 'the console is silent')
        self.assertIsNone(self.browser.run('return window.hacked ?? null'), 'no text of a host ran')

    def test_nothing_is_asked_for_but_the_file_itself(self):
        self.browser.open(self.url)
        self.browser.click('tr.affected-row .toggle')
        asked = [u.partition('#')[0] for u in self.browser.requests() if u != 'about:blank']
        self.assertEqual(asked, [self.url])

    def test_a_tile_filters_and_releases(self):
        self.browser.open(self.url)
        self.assertEqual(self.browser.run(STATUS), '300 of 300 servers')
        self.browser.click('.tiles button.affected')
        self.assertEqual(self.browser.run(STATES), ['state affected'])
        self.assertEqual(self.browser.run("return document.querySelector('.tiles .affected').ariaPressed"), 'true')
        self.assertEqual(self.browser.run('return location.hash'), '#state=affected')
        self.browser.click('.tiles button.affected')
        self.assertEqual(self.browser.run(STATUS), '300 of 300 servers')

    def test_search_finds_names_and_texts(self):
        self.browser.open(self.url)
        self.browser.type('#q', 'fs-tyo-0001')
        self.assertEqual(self.browser.run(NAMES), ['fs-tyo-0001.corp.example.jp'])
        self.browser.click('#clear')
        self.browser.type('#q', 'clock skew')
        self.assertEqual(self.browser.run(STATES), ['state unreachable'])

    def test_a_link_opens_its_host_with_the_evidence(self):
        self.browser.open(self.url + '#host=fs-tyo-0001.corp.example.jp')
        box = "return document.querySelectorAll('tr.detail .box')"
        self.assertEqual(self.browser.run(box + '.length'), 4)
        self.assertIn('vssadmin 1.1', self.browser.run("return document.querySelector('tr.detail pre').textContent"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.detail .tag').length"), 2)
        chips = "return [...document.querySelectorAll('.process.ours .chips span')].map(e => e.textContent)"
        self.assertEqual(self.browser.run(chips), ['EventSystem', 'FontCache', 'netprofm', 'nsi'])

    def test_a_link_keeps_view_language_and_theme(self):
        self.browser.open(self.url + '#state=vss_fault,at_risk&sort=-host&lang=ja&theme=dark')
        self.assertEqual(self.browser.run('return [document.documentElement.lang, document.documentElement.dataset.theme]'),
                         ['ja', 'dark'])
        self.assertEqual(sorted(self.browser.run(STATES)), ['state at_risk', 'state vss_fault'])
        self.assertEqual(self.browser.run("return document.querySelector('[data-sort=host]').parentNode.ariaSort"), 'descending')

    def test_the_language_switches_all_of_the_page(self):
        text = "return document.querySelector('.sentence').innerText + document.querySelector('#list').innerText"
        self.browser.open(self.url)
        self.assertIn('servers list no VSS writer', self.browser.run(text))
        self.browser.click('#language')
        self.assertEqual(self.browser.run('return document.documentElement.lang'), 'ja')
        japanese = self.browser.run(text)
        self.assertIn('ライターが 1 つも表示されません', japanese)
        self.assertIn('ライター消失', japanese)
        self.assertNotIn('Writers gone', japanese)
        self.browser.open(self.write(300, 'ja'))
        self.browser.click('#language')
        self.assertIn('Writers gone', self.browser.run(text))

    def test_script_and_writer_say_the_same(self):
        """What C wrote into the page is what the script says again: one catalogue, two readers."""
        self.browser.open(self.url)
        texts = ("[...d.querySelectorAll('.verdict [data-t], .tiles [data-t], #groups [data-t], #unchecked [data-t], "
                 "#diff [data-t], #waivers [data-t]')]"
                 ".map(e => e.textContent)")
        raw = pathlib.Path(self.url.removeprefix('file://')).read_text(encoding='utf-8')
        written = self.browser.run(f"const d = new DOMParser().parseFromString(arguments[0], 'text/html'); return {texts}", raw)
        self.assertGreater(len(written), 40)
        self.assertEqual(self.browser.run(f'const d = document; return {texts}'), written)

    def test_hostile_texts_show_as_text(self):
        self.browser.open(self.url + '#q=onerror')
        self.assertIn(HOSTILE, self.browser.run(NAMES))
        self.browser.run("[...document.querySelectorAll('#list .toggle[aria-expanded=false]')].forEach(b => b.click())")
        self.assertEqual(self.browser.run("return document.querySelectorAll('img, main script, iframe, main style').length"), 0)
        shown = self.browser.run("return document.querySelector('#list').textContent")
        self.assertIn('</script><script>window.hacked=1</script>', shown)
        self.assertIn('\\u{202E}', shown)
        self.assertNotIn('\u202e', shown)

    def test_badges_are_there_in_both_languages(self):
        badges = "return [...document.querySelectorAll('#list .badge')].map(e => e.textContent)"
        self.browser.open(self.url + '#q=W-2026-014')
        self.assertRegex(self.browser.run(badges)[0], r'^Waived: W-2026-014, t\.sato, until \d{4}-\d\d-\d\d$')
        self.browser.open(self.url + '#host=fs-tyo-0001.corp.example.jp&lang=ja')
        self.assertIn('再発: 修復 2026-11-12、再発 2026-11-22、変更 01JCX7M2V5T8Q4N6R9W3Y1Z0AB', self.browser.run(badges))

    def test_paging_and_sorting(self):
        self.browser.open(self.url)
        self.browser.click('[data-sort=host]')
        first = self.browser.run(NAMES)
        self.assertEqual(len(first), 100)
        self.browser.click('#next')
        self.assertFalse(set(first) & set(self.browser.run(NAMES)))

    def test_a_host_opens_by_keyboard(self):
        self.browser.open(self.url)
        self.browser.type('tr.affected-row .toggle', '\ue007')
        self.assertEqual(self.browser.run('return document.activeElement.ariaExpanded'), 'true')
        self.assertEqual(self.browser.run("return document.querySelectorAll('tr.detail').length"), 1)

    def test_a_large_fleet_stays_light(self):
        self.browser.open(self.write(10000, 'en'))
        self.assertEqual(self.browser.run(STATUS), '10,000 of 10,000 servers')
        nodes = 'let n = 0; const w = document.createTreeWalker(document); while (w.nextNode()) n++; return n'
        self.assertLessEqual(self.browser.run(nodes), 5000)

    def test_paper_has_all_problems_and_no_healthy_rows(self):
        self.browser.open(self.url)
        self.browser.run('dispatchEvent(new Event("beforeprint"))')
        states = self.browser.run(STATES)
        self.browser.run('dispatchEvent(new Event("afterprint"))')
        self.assertIn('state unreachable', states)
        self.assertFalse({'state healthy', 'state shared', 'state busy'} & set(states))

    def test_nothing_runs_out_of_the_window(self):
        url = self.write(1000, 'ja', 'partial')
        for width in (1600, 1400, 1100, 800, 480, 360):
            self.browser.devtools('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1,
                                  mobile=False)
            self.browser.open(url + '#host=ap-ngy-0972.corp.example.jp')
            over = self.browser.run('return document.documentElement.scrollWidth - innerWidth')
            self.assertLessEqual(over, 0, f'{width} pixels wide')
        self.browser.devtools('Emulation.clearDeviceMetricsOverride')

    def test_dark_follows_the_viewer_and_the_button(self):
        ground = 'return getComputedStyle(document.body).backgroundColor'
        self.browser.devtools('Emulation.setEmulatedMedia', features=[{'name': 'prefers-color-scheme', 'value': 'dark'}])
        self.browser.open(self.url)
        self.assertEqual(self.browser.run(ground), 'rgb(17, 22, 29)')
        self.browser.click('#theme')
        self.assertEqual(self.browser.run(ground), 'rgb(244, 245, 247)')
        self.browser.devtools('Emulation.setEmulatedMedia', features=[])

    def test_structure_for_assistive_technology(self):
        self.browser.open(self.url)
        count = 'return document.querySelectorAll(arguments[0]).length'
        for selector, expected in (('h1', 1), ('header', 1), ('main', 1), ('[role=status]', 1), ('th:not([scope])', 0),
                                   ('table:not(:has(caption)):not(details table)', 0), ('button:empty:not([aria-label])', 0)):
            self.assertEqual(self.browser.run(count, selector), expected, selector)
        skip = self.browser.run("return [...document.querySelectorAll('a,button,input')][0].className")
        self.assertEqual(skip, 'skip')
        unnamed = self.browser.run("return [...document.querySelectorAll('button,select,input')]"
                                   ".filter(e => !e.labels?.length && !e.ariaLabel && !e.textContent.trim()).length")
        self.assertEqual(unnamed, 0)


class WithoutScript(unittest.TestCase):
    def test_the_problems_are_there(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix='vssfleet-html-'))
        self.addCleanup(shutil.rmtree, folder)
        subprocess.run([sample, folder / 'page.html', '300', 'en'], check=True)
        with Browser() as browser:
            browser.devtools('Emulation.setScriptExecutionDisabled', value=True)
            browser.open((folder / 'page.html').as_uri())
            document = browser.devtools('DOM.getDocument', depth=-1)['root']['nodeId']
            buttons = browser.devtools('DOM.querySelectorAll', nodeId=document, selector='#list .toggle')
            self.assertEqual(buttons['nodeIds'], [], 'no script has run')
            rows = browser.devtools('DOM.querySelectorAll', nodeId=document, selector='#list tr.affected-row bdi')
            self.assertEqual(len(rows['nodeIds']), 2)


if __name__ == '__main__':
    if not shutil.which('chromium') or not shutil.which('chromedriver'):
        sys.exit(77)
    sample = sys.argv.pop()
    unittest.main(verbosity=1)
