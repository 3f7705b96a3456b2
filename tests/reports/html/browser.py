"""A headless Chromium, driven over the WebDriver protocol with nothing but the standard library."""
import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

KEYS = {'Control': '\ue009', 'Tab': '\ue004', 'Enter': '\ue007', 'Space': ' ', 'Down': '\ue015', 'Up': '\ue013'}  # WebDriver 17.4.2


def until(look, seconds=30):
    """Until look() returns something true; returns that, or what it returned last."""
    end = time.monotonic() + seconds
    while not (value := look()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


class Browser:
    """One session; a context manager, so that the driver and its profile are gone whatever happens."""

    def __init__(self, width=1400, height=1000):
        self.profile = tempfile.mkdtemp(prefix='vssfleet-html-')
        self.driver = None
        self.base = None
        self.options = {
            'args': ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
                     '--disable-component-update', '--no-first-run', f'--user-data-dir={self.profile}',
                     f'--window-size={width},{height}', '--disable-dev-shm-usage'],
        }

    def _port(self):
        for line in self.driver.stdout:
            if 'started successfully on port' in line:
                return int(line.split('port')[1].strip(' .\n'))
        raise RuntimeError('chromedriver did not start')

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_):
        try:
            self._call('DELETE', '')
        finally:
            self._end()

    def _start(self):
        self.driver = subprocess.Popen(['chromedriver', '--port=0'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       text=True)
        self.base = f'http://127.0.0.1:{self._port()}/session'
        answer = self._call('POST', '', {'capabilities': {'alwaysMatch': {
            'browserName': 'chrome', 'goog:chromeOptions': self.options,
            'goog:loggingPrefs': {'browser': 'ALL', 'performance': 'ALL'}}}})
        self.base += '/' + answer['sessionId']

    def _end(self):
        if self.driver:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _call(self, method, path, body=None):
        data = None if method != 'POST' else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as e:
            raise RuntimeError(json.load(e)['value']['message']) from None

    def open(self, url):
        """Opens the page afresh, even if only its fragment differs from the one that is open."""
        self._call('POST', '/url', {'url': 'about:blank'})
        self._call('POST', '/url', {'url': url})

    def run(self, script, *args):
        return self._call('POST', '/execute/sync', {'script': script, 'args': list(args)})

    def run_async(self, script, *args):
        """The script's last argument is to be called with its answer."""
        return self._call('POST', '/execute/async', {'script': script, 'args': list(args)})

    def click(self, selector):
        found = self._call('POST', '/element', {'using': 'css selector', 'value': selector})
        self._call('POST', f'/element/{list(found.values())[0]}/click')

    def tap(self, selector):
        """A click without the time it takes to find out whether a person could make it."""
        self.run('document.querySelector(arguments[0]).click()', selector)

    def press(self, *keys):
        """Key after key at whatever has the focus; a key is a character or a name of KEYS, held ones before a plus."""
        actions = []
        for key in keys:
            *held, value = [KEYS.get(name, name) for name in key.split('+')]
            actions += [{'type': 'keyDown', 'value': k} for k in held + [value]]
            actions += [{'type': 'keyUp', 'value': k} for k in [value] + held]
        self._call('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keyboard', 'actions': actions}]})

    def type(self, selector, text):
        found = self._call('POST', '/element', {'using': 'css selector', 'value': selector})
        self._call('POST', f'/element/{list(found.values())[0]}/value', {'text': text})

    def log(self, kind):
        return self._call('POST', '/se/log', {'type': kind})

    def devtools(self, command, **params):
        return self._call('POST', '/goog/cdp/execute', {'cmd': command, 'params': params})

    def requests(self):
        """The addresses that were asked for since the last call, but for those of the browser's own first page."""
        messages = (json.loads(entry['message'])['message'] for entry in self.log('performance'))
        sent = [m['params'] for m in messages if m['method'] == 'Network.requestWillBeSent']
        return [p['request']['url'] for p in sent if not p['documentURL'].startswith('chrome:')]

    def wait(self, script, seconds=30):
        """Until the script returns something true; returns that, or what it returned last."""
        return until(lambda: self.run(script), seconds)

    def download(self, folder, press):
        """What press() makes the browser save, as bytes; the file lands in the folder and is taken away again."""
        self.devtools('Browser.setDownloadBehavior', behavior='allow', downloadPath=str(folder))
        before = set(folder.iterdir())
        press()
        made = until(lambda: [p for p in folder.iterdir() if p not in before and p.suffix == '.csv' and p.stat().st_size])
        content = made[0].read_bytes()
        made[0].unlink()
        return made[0].name, content

    def picture(self, path, whole=True):
        shot = self.devtools('Page.captureScreenshot', format='png', captureBeyondViewport=whole)
        with open(path, 'wb') as out:
            out.write(base64.b64decode(shot['data']))

    def paper(self, path):
        pdf = self.devtools('Page.printToPDF', preferCSSPageSize=True, printBackground=False)
        with open(path, 'wb') as out:
            out.write(base64.b64decode(pdf['data']))
