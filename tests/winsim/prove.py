#!/usr/bin/env python3
"""Proves winsim by a client that is not ours: pywinrm over HTTPS with Basic, NTLM and a certificate, and over HTTP with
sealed NTLM. Argument: winsim's state directory. NTLM here needs MD4, which OpenSSL has in its legacy provider."""

import json
import socket
import sys
import time
import unittest
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMOperationTimeoutError, WinRMTransportError
from winrm.protocol import Protocol
import xmltodict

STATE = Path(sys.argv.pop(1))
PORTS = dict(line.split('=') for line in (STATE / 'ports').read_text().split())
USER = (STATE / 'user').read_text().strip()
PASSWORD = (STATE / 'password').read_text().strip()

BANNER_JA = ('vssadmin 1.1 - ボリューム シャドウ コピー サービス管理コマンド ライン ツール\r\n'
             '(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n')
BANNER_EN = ('vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\r\n'
             '(C) Copyright 2001-2013 Microsoft Corp.\r\n\r\n')
NAMES = ['Task Scheduler Writer', 'VSS Metadata Store Writer', 'Performance Counters Writer', 'System Writer',
         'ASR Writer', 'Registry Writer', 'WMI Writer', 'COM+ REGDB Writer', 'Shadow Copy Optimization Writer']


def control(path, method='GET'):
  request = urllib.request.Request(f'http://127.0.0.1:{PORTS["CONTROL_PORT"]}{path}', method=method)
  with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
    return json.load(answer)


HOSTS = {host['scenario']: host for host in control('/hosts')}
ADDRESSES = {host['name']: host['address'] for host in HOSTS.values()}
resolve = socket.getaddrinfo


def resolve_simulated(name, *rest, **options):
  return resolve(ADDRESSES.get(name, name), *rest, **options)


socket.getaddrinfo = resolve_simulated  # the certificate names hosts, not addresses


def client(scenario, scheme='https', **access):
  host, port = HOSTS[scenario]['name'], PORTS[f'{scheme.upper()}_PORT']
  access = access or {'transport': 'basic', 'username': USER, 'password': PASSWORD}
  return Protocol(f'{scheme}://{host}:{port}/wsman', ca_trust_path=str(STATE / 'ca.pem'), **access)


def run(scenario, command, arguments=(), codepage=65001, **access):
  c = client(scenario, **access)
  shell = c.open_shell(codepage=codepage)
  try:
    command_id = c.run_command(shell, command, arguments)
    out, err, code = c.get_command_output(shell, command_id)
    c.cleanup_command(shell, command_id)
  finally:
    c.close_shell(shell)
  return out, err, code


def query(scenario, wql):
  """Enumerate and Pull, which pywinrm does not have, on its transport and header."""
  c = client(scenario)
  uri = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*'
  ns = {'n': 'http://schemas.xmlsoap.org/ws/2004/09/enumeration', 'w': 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'}

  def send(verb, body):
    envelope = {'env:Envelope': c._get_soap_header(resource_uri=uri, action=ns['n'] + '/' + verb)}
    envelope['env:Envelope']['env:Body'] = {'n:' + verb: body}
    return ElementTree.fromstring(c.send_message(xmltodict.unparse(envelope)))

  answer = send('Enumerate', {'w:OptimizeEnumeration': None, 'w:MaxElements': '32000', 'w:Filter': {
    '@Dialect': 'http://schemas.microsoft.com/wbem/wsman/1/WQL', '#text': wql}})
  rows = answer.findall('.//w:XmlFragment', ns)
  first = len(rows)
  while answer.find('.//w:EndOfSequence', ns) is None and answer.find('.//n:EndOfSequence', ns) is None:
    context = answer.find('.//n:EnumerationContext', ns).text
    answer = send('Pull', {'n:EnumerationContext': context, 'n:MaxElements': '32000'})
    rows += answer.findall('.//w:XmlFragment', ns)
  return first, [{child.tag: child.text for child in row} for row in rows]


EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing'
EVENTQUERY = 'http://schemas.microsoft.com/win/2004/08/events/eventquery'
WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman'
EVENTS = {'n': 'http://schemas.xmlsoap.org/ws/2004/09/enumeration', 'e': EVENTING, 'w': WSMAN + '.xsd',
          'v': 'http://schemas.microsoft.com/win/2004/08/events/event'}


def create(scenario, command_line):
  """Win32_Process.Create: the process id, if there is one, and the return value."""
  c = client(scenario)
  uri = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Process'
  envelope = {'env:Envelope': c._get_soap_header(resource_uri=uri, action=uri + '/Create')}
  envelope['env:Envelope']['env:Body'] = {'p:Create_INPUT': {'@xmlns:p': uri, 'p:CommandLine': command_line}}
  answer = ElementTree.fromstring(c.send_message(xmltodict.unparse(envelope)))
  value = {name: answer.find(f'.//{{{uri}}}{name}').text for name in ('ProcessId', 'ReturnValue')}
  return value['ProcessId'], int(value['ReturnValue'])


def processes(scenario, pid):
  return query(scenario, f'SELECT ProcessId,CommandLine FROM Win32_Process WHERE ProcessId={pid}')[1]


class Subscription:
  """A pull subscription to the Application log, on pywinrm's transport and header."""

  def __init__(self, scenario, xpath, dialect=EVENTQUERY, mode=WSMAN + '/Pull', expires='PT600S', **more):
    self.client = client(scenario)
    answer = self.send(EVENTING + '/Subscribe', {'e:Subscribe': {
      '@xmlns:e': EVENTING, 'e:Delivery': {'@Mode': mode, **more}, 'e:Expires': expires,
      'w:Filter': {'@Dialect': dialect, 'QueryList': {'Query': {'Select': {'@Path': 'Application', '#text': xpath}}}},
      'w:SendBookmarks': None}}, {'w:OptionSet': {'w:Option': {'@Name': 'ReadExistingEvents', '#text': 'true'}}})
    self.identifier = answer.find('.//e:Identifier', EVENTS).text
    self.context = answer.find('.//n:EnumerationContext', EVENTS).text

  def send(self, action, body, header=()):
    envelope = self.client._get_soap_header(resource_uri='http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog',
                                            action=action)
    envelope['env:Header'].update(header)
    envelope['env:Body'] = body
    return ElementTree.fromstring(self.client.send_message(xmltodict.unparse({'env:Envelope': envelope})))

  def pull(self, most=100):
    answer = self.send(EVENTS['n'] + '/Pull', {'n:Pull': {
      'n:EnumerationContext': self.context, 'n:MaxElements': str(most)}})
    self.context = answer.find('.//n:EnumerationContext', EVENTS).text
    bookmark = answer.find('.//w:Bookmark//Bookmark', EVENTS)
    ids = [int(number.text) for number in answer.findall('.//n:Items/v:Event/v:System/v:EventRecordID', EVENTS)]
    return ids, int(bookmark.get('RecordId'))

  def about(self, verb):
    return self.send(f'{EVENTING}/{verb}', None, {'e:Identifier': {'@xmlns:e': EVENTING, '#text': self.identifier}})


class Proof(unittest.TestCase):
  def test_no_writer_in_japanese(self):
    out, err, code = run('affected-2012r2-ja', 'vssadmin', ['list', 'writers'])
    self.assertEqual((out.decode(), err, code), (BANNER_JA, b'', 0))

  def test_english_under_a_console_that_cannot_show_japanese(self):
    out, _, code = run('affected-2012r2-ja', 'vssadmin', ['list', 'writers'], codepage=437)
    self.assertEqual((out.decode(), code), (BANNER_EN, 0))

  def test_nine_writers_in_english(self):
    out, err, code = run('healthy-2019-en', 'vssadmin', ['list', 'writers'])
    lines = out.decode().split('\r\n')
    self.assertTrue(out.decode().startswith(BANNER_EN))
    self.assertEqual([line for line in lines if line.startswith('Writer name')],
                     [f"Writer name: '{name}'" for name in NAMES])
    self.assertEqual(lines[4], '   Writer Id: {d61d61c8-d73a-4eee-8cdd-f6f9786b7124}')
    self.assertEqual(lines[5], '   Writer Instance Id: {1bddd48e-5052-49db-9b07-b96f96727e6b}')
    self.assertEqual(lines.count('   State: [1] Stable'), 9)
    self.assertEqual(lines.count('   Last error: No error'), 9)
    self.assertEqual((err, code), (b'', 0))

  def test_cp932_bytes_whatever_was_asked(self):
    out, _, _ = run('affected-2012r2-ja-cp932', 'vssadmin list writers')
    self.assertEqual(out.decode('cp932'), BANNER_JA)

  def test_markers_between_programs(self):
    out, _, code = run('affected-2012r2-ja', 'vssadmin list writers & call echo M1 %^errorlevel% & nosuch 2>NUL & '
                       'call echo M2 %^errorlevel%')
    self.assertEqual(out.decode(), BANNER_JA + 'M1 0 \r\nM2 9009\r\n')

  def test_events_before_and_after(self):
    query_8193 = ('wevtutil qe Application "/q:*[System[Provider[@Name=\'VSS\'] and (EventID=8193 or EventID=13) and '
                  'TimeCreated[timediff(@SystemTime) <= 604800000]]]" /f:xml /rd:true /c:200 /e:Events /uni:true')
    out, _, code = run('affected-2012r2-en', query_8193)
    before = ElementTree.fromstring(out.decode('utf-16-le'))
    run('affected-2012r2-en', 'vssadmin list writers')
    out, _, code = run('affected-2012r2-en', query_8193)
    after = ElementTree.fromstring(out.decode('utf-16-le'))
    self.assertEqual(code, 0)
    self.assertEqual(len(before), 16)
    self.assertEqual(len(after), 20)
    self.assertIn('0x800401fb, Object is not registered', ''.join(after.itertext()))

  def test_services_share_a_process(self):
    first, rows = query('affected-2012r2-ja', 'SELECT Name,ProcessId,State,ServiceType FROM Win32_Service')
    self.assertEqual(first, 1)
    self.assertGreater(len(rows), 120)
    self.assertEqual([list(row) for row in rows[:1]], [['Name', 'ProcessId', 'ServiceType', 'State']])
    self.assertEqual(sorted(row['Name'] for row in rows if row['ProcessId'] == '816'),
                     ['EventSystem', 'FontCache', 'netprofm', 'nsi'])

  def test_services_are_split(self):
    _, rows = query('healthy-2019-en', 'SELECT Name,ProcessId FROM Win32_Service')
    pid = [row['ProcessId'] for row in rows if row['Name'] == 'EventSystem']
    self.assertEqual([row['Name'] for row in rows if row['ProcessId'] == pid[0]], ['EventSystem'])

  def test_a_row_alone(self):
    first, rows = query('healthy-2019-en', 'SELECT Caption,BuildNumber,LastBootUpTime FROM Win32_OperatingSystem')
    self.assertEqual(first, 1)
    self.assertEqual((rows[0]['BuildNumber'], rows[0]['Caption']), ('17763', 'Microsoft Windows Server 2019 Standard'))

  def test_repair(self):
    out, _, code = run('affected-2016-hyperv', 'sc.exe config EventSystem type= own')
    self.assertEqual((out, code), (b'[SC] ChangeServiceConfig SUCCESS\r\n', 0))
    self.assertEqual(run('affected-2016-hyperv', 'sc.exe stop EventSystem')[2], 1051)
    self.assertEqual(run('affected-2016-hyperv', 'net stop SENS >NUL && net stop EventSystem >NUL && '
                         'net start EventSystem >NUL && net start SENS')[2], 0)
    _, rows = query('affected-2016-hyperv', 'SELECT Name,ProcessId,ServiceType FROM Win32_Service')
    mine = next(row for row in rows if row['Name'] == 'EventSystem')
    self.assertEqual(mine['ServiceType'], 'Own Process')
    self.assertEqual([row['Name'] for row in rows if row['ProcessId'] == mine['ProcessId']], ['EventSystem'])
    self.assertIn(b'System Writer', run('affected-2016-hyperv', 'vssadmin list writers')[0])

  def test_a_detached_process_goes_on_by_itself(self):
    script = (r'cmd.exe /d /v:on /s /c "md C:\Windows\Logs\fix && ((for %s in (SENS EventSystem) do (sc stop %s >nul & '
              r'echo stop %s !errorlevel! & ping -n 60 127.0.0.1 >nul)) & for %s in (EventSystem SENS) do '
              r'sc start %s >nul & echo start %s !errorlevel!) >C:\Windows\Logs\fix\log 2>&1"')
    self.assertEqual(create('fix-plain', ''), (None, 21))
    self.assertEqual(create('fix-plain', 'nosuch.exe'), (None, 9))
    self.assertEqual(create('fix-plain', 'echo a'), (None, 9))
    pid, value = create('fix-plain', script)
    self.assertEqual(value, 0)
    self.assertEqual([row['CommandLine'] for row in processes('fix-plain', pid)], [script])
    end = time.monotonic() + 20
    while processes('fix-plain', pid) and time.monotonic() < end:  # ping -n takes simulated seconds
      pass
    self.assertEqual(run('fix-plain', r'md c:\windows\logs\FIX')[2], 1)
    out, _, code = run('fix-plain', r'type "%SystemRoot%\Logs\fix\log"')
    self.assertEqual((out, code), (b'stop SENS 0 \r\nstop EventSystem 0 \r\nstart EventSystem 0\r\nstart SENS 0\r\n', 0))
    host = next(host for host in control('/hosts') if host['scenario'] == 'fix-plain')
    self.assertEqual((host['stopped_services'], host['restarts'], host['files'], host['processes']),
                     ([], 1, [r'C:\Windows\Logs\fix', r'C:\Windows\Logs\fix\log'], 0))

  def test_dependents_are_listed(self):
    out, _, code = run('affected-2012r2-en', 'sc enumdepend EventSystem')
    self.assertEqual((out.decode().split('\r\n')[0], code), ('Enum: entriesRead  = 3', 0))
    out, _, code = run('affected-2012r2-en', 'sc enumdepend EventSystem 300')
    self.assertIn(b'more data', out)
    self.assertEqual((out.count(b'SERVICE_NAME: '), code), (2, 234))

  def test_a_subscription_is_oldest_first_and_beats(self):
    subscription = Subscription('affected-2012r2-en', "*[System[Provider[@Name='VSS'] and (EventID=8193)]]",
                                **{'w:Heartbeats': 'PT5.000S'})
    first, bookmark = subscription.pull(1)
    self.assertEqual([bookmark], first)
    rest, bookmark = subscription.pull()
    self.assertEqual((sorted(rest), rest[-1]), (rest, bookmark))
    self.assertGreater(rest[0], first[0])
    self.assertEqual(subscription.pull(), ([], bookmark))
    self.assertEqual(control('/journal')['open_subscriptions'], 1)
    with self.assertRaisesRegex(WinRMError, 'UnableToRenew'):
      subscription.about('Renew')
    subscription.about('Unsubscribe')
    self.assertEqual(control('/journal')['open_subscriptions'], 0)

  def test_a_pull_without_heartbeats_times_out(self):
    subscription = Subscription('affected-2012r2-en', '*[System[(EventID=4711)]]')
    with self.assertRaises(WinRMOperationTimeoutError):
      subscription.pull()
    subscription.about('Unsubscribe')

  def test_other_dialects_and_modes_are_refused(self):
    for strange in ({'dialect': 'http://schemas.microsoft.com/wbem/wsman/1/WQL'}, {'mode': WSMAN + '/PushWithAck'}):
      with self.assertRaises(WinRMError):
        Subscription('affected-2012r2-en', '*', **strange)

  def test_an_abandoned_subscription_is_told(self):
    Subscription('affected-2012r2-en', '*', expires='PT6S')
    end, rules = time.monotonic() + 20, []
    while 'subscription.leaked' not in rules and time.monotonic() < end:  # simulated seconds pass by the server's clock
      rules = [v['rule'] for v in control('/journal')['violations']]
    self.assertIn('subscription.leaked', rules)

  def test_ntlm_sealed_over_http(self):
    for domain in ('WINSIM', 'EN', '.'):
      out, _, code = run('healthy-2019-en', 'vssadmin', ['list', 'writers'], scheme='http', transport='ntlm',
                         username=f'{domain}\\{USER}', password=PASSWORD, message_encryption='always')
      self.assertEqual((out.decode().count('Writer name'), code), (9, 0))
    self.assertGreaterEqual(control('/journal')['sealed_requests'], 15)

  def test_ntlm_over_https_with_channel_binding(self):
    before = control('/journal')
    out, _, _ = run('healthy-2019-en', 'ver', transport='ntlm', username=f'WINSIM\\{USER}', password=PASSWORD)
    self.assertIn(b'10.0.17763', out)
    journal = control('/journal')
    self.assertEqual(journal['sealed_requests'], before['sealed_requests'])
    with self.assertRaises(InvalidCredentialsError):  # winsim runs with --cbt strict
      run('healthy-2019-en', 'ver', transport='ntlm', username=f'WINSIM\\{USER}', password=PASSWORD, send_cbt=False)

  def test_client_certificate(self):
    def certificate(name):
      return {'transport': 'certificate', 'cert_pem': str(STATE / f'{name}.pem'), 'cert_key_pem': str(STATE / f'{name}.key')}
    self.assertIn(b'10.0.17763', run('healthy-2019-en', 'ver', **certificate('client'))[0])
    with self.assertRaisesRegex(WinRMTransportError, '403'):
      run('healthy-2019-en', 'ver', **certificate('stranger'))

  def test_zz_nothing_is_left(self):
    journal = control('/journal')
    provoked = ('cmd.unknown', 'subscription.renew', 'subscription.leaked', 'subscribe.dialect', 'subscribe.mode')
    rules = [v for v in journal['violations'] if v['rule'] not in provoked]
    self.assertEqual(rules, [])
    self.assertEqual((journal['open_shells'], journal['open_enumerations'], journal['authentication_failures']), (0, 0, 2))
    self.assertEqual(journal['shells_created'], journal['commands'])
    self.assertGreater(journal['requests'], 50)


if __name__ == '__main__':
  unittest.main(verbosity=2)
