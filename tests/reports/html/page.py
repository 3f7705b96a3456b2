"""What the browser tests of the HTML report share: a made-up report in a headless Chromium, and the watch that nothing is
asked for but the file, the console stays silent and no text of a host runs.

A test file ends in page.main(); it is run as FILE HTML_SAMPLE, and exits with 77 where Chromium or its driver is missing."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from browser import Browser

STATUS = "return document.getElementById('status').textContent"
NAMES = "return [...document.querySelectorAll('#list tbody bdi')].map(e => e.textContent)"
STATES = "return [...new Set([...document.querySelectorAll('#list td.state')].map(e => e.classList[1]))]"
ORDER = 'affected writers_missing vss_fault unreachable unknown fix_pending at_risk busy shared healthy'.split()
PROBLEMS = ORDER[:7]  # what has its row in the file itself and on paper
EVIL_NAME = '"><img src=x onerror=window.hacked=3>'
EVIL_TEXT = '</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2><!-- "\'& \\u{202E} evil'  # as shown
TABLE = '''
const size = document.getElementById('size'), next = document.getElementById('next'), lines = [];
const columns = [...document.querySelectorAll('#list > thead button')].map(b => b.dataset.sort);
size.value = 500;
size.dispatchEvent(new Event('change'));
const text = td => td.matches('.state') ? td.classList[1] :
    td.matches('.host') ? [...td.children].map(e => e.textContent).join('\\n') : td.textContent.trim();
for (let last; !last; next.click()) {
    for (const tr of document.querySelectorAll('#list > tbody > tr.row'))
        lines.push(Object.fromEntries([...tr.cells].map(text).map((t, i) => [columns[i], ['', '–'].includes(t) ? null : t])));
    last = next.disabled;
}
return lines'''
FORMULA = '=cmd|\' /C calc\'!"A1"'  # the name of a group
sample = None


def write(path, hosts=300, lang='en', state='complete', before='clear', *more):
    """A report of times nine hours east of UTC; its address."""
    subprocess.run([sample, path, str(hosts), lang, state, before, *more], check=True, env=os.environ | {'TZ': 'JST-9'})
    return path.as_uri()


class Page(unittest.TestCase):
    width = 1400

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='vssfleet-html-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.url = cls.write()
        cls.browser = cls.enterClassContext(Browser(cls.width))

    @classmethod
    def write(cls, *which):
        return write(cls.folder / ('-'.join(map(str, ['page', *which])) + '.html'), *which)

    def setUp(self):
        self.browser.log('browser')
        self.browser.requests()

    def tearDown(self):
        self.assertEqual(self.browser.log('browser'), [], 'the console is silent')
        ours = ('about:blank', 'blob:', self.folder.as_uri() + '/page')
        self.assertEqual([u for u in self.browser.requests() if not u.startswith(ours)], [], 'nothing else is asked for')
        self.assertIsNone(self.browser.run('return window.hacked ?? null'), 'no text of a host ran')

    def open(self, fragment='', url=None):
        self.browser.open((url or self.url) + fragment)

    def choose(self, facet, value):
        self.browser.run("const e = document.getElementById(arguments[0]); e.value = arguments[1];"
                         "e.dispatchEvent(new Event('change'))", facet, value)

    def count(self):
        """How many servers the view holds, by its status line."""
        return int(self.browser.run(STATUS).split(' of ')[0].replace(',', ''))

    def table(self):
        """The rows of the view, on however many pages, as {column: text}; None where nothing is known. A state is its token,
        a host its name and, after a line feed, its address."""
        return self.browser.run(TABLE)


def main():
    global sample
    if not shutil.which('chromium') or not shutil.which('chromedriver'):
        sys.exit(77)
    sample = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)  # tells which tests are skipped, and why
