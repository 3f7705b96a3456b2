"""A WinRM client of a few lines that is not ours: GSSAPI through ctypes, sockets by http.client, framing by hand."""

import base64
import ctypes
import http.client
import re
import socket
import struct
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p

GSS = ctypes.CDLL("libgssapi_krb5.so.2")
SPNEGO, KRB5 = bytes.fromhex("2b0601050502"), bytes.fromhex("2a864886f712010202")
NTLM = bytes.fromhex("2b06010401823702020a")
USER_NAME, HOST_SERVICE = bytes.fromhex("2a864886f71201020101"), bytes.fromhex("2a864886f71201020104")
MUTUAL, REPLAY, SEQUENCE, CONF, INTEG = 2, 4, 8, 16, 32
CONTINUE_NEEDED, INITIATE, HEADER, DATA, PADDING, ALLOCATE = 1, 1, 2, 1, 9, 0x10000
IDENTIFY = (
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/'
  'identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>'
).encode()


class Buffer(ctypes.Structure):
  _fields_ = [("length", c_size_t), ("value", c_void_p)]


class Oid(ctypes.Structure):
  _fields_ = [("length", c_uint32), ("elements", c_char_p)]


class OidSet(ctypes.Structure):
  _fields_ = [("count", c_size_t), ("elements", POINTER(Oid))]


class Iov(ctypes.Structure):
  _fields_ = [("type", c_uint32), ("buffer", Buffer)]


class Bindings(ctypes.Structure):
  _fields_ = [("initiator_type", c_uint32), ("initiator", Buffer), ("acceptor_type", c_uint32), ("acceptor", Buffer),
              ("application", Buffer)]


class Refused(Exception):
  """GSSAPI would not."""


def checked(what, major):
  if major & 0xffff0000:
    raise Refused(f"{what}: {major:#x}")
  return major


def buffer(data):
  keep = ctypes.create_string_buffer(data)  # with a NUL behind: gss-ntlmssp takes a password for a C string
  made = Buffer(len(data), ctypes.cast(keep, c_void_p))
  made.keep = keep
  return made


def taken(out):
  data = ctypes.string_at(out.value, out.length) if out.length else b""
  GSS.gss_release_buffer(byref(c_uint32()), byref(out))
  return data


def name_of(text, kind):
  name = c_void_p()
  checked("name", GSS.gss_import_name(byref(c_uint32()), byref(buffer(text.encode())), byref(Oid(len(kind), kind)),
                                      byref(name)))
  return name


def mechanisms(*kinds):
  return OidSet(len(kinds), (Oid * len(kinds))(*(Oid(len(kind), kind) for kind in kinds)))


def password_credential(user, password, spnego):
  """NTLM's, bare or to be used inside of SPNEGO."""
  credential = c_void_p()
  checked("password", GSS.gss_acquire_cred_with_password(
    byref(c_uint32()), name_of(user, USER_NAME), byref(buffer(password.encode())), c_uint32(0xffffffff),
    byref(mechanisms(SPNEGO if spnego else NTLM)), c_int(INITIATE), byref(credential), None, None))
  if spnego:
    checked("neg", GSS.gss_set_neg_mechs(byref(c_uint32()), credential, byref(mechanisms(NTLM))))
  return credential


class Context:
  def __init__(self, mechanism, service, credential=None, binding=None):
    self.context, self.credential, self.target = c_void_p(), credential, name_of(service, HOST_SERVICE)
    self.oid, self.is_ntlm = Oid(len(mechanism), mechanism), credential is not None
    self.bindings = None
    if binding:
      self.bindings = Bindings()
      self.bindings.application = buffer(binding)

  def step(self, token=b""):
    """Our next token, and whether more is to come."""
    out = Buffer()
    major = checked("init", GSS.gss_init_sec_context(
      byref(c_uint32()), self.credential, byref(self.context), self.target, byref(self.oid),
      c_uint32(MUTUAL | REPLAY | SEQUENCE | CONF | INTEG), c_uint32(0),
      byref(self.bindings) if self.bindings else None, byref(buffer(token)) if token else None, None, byref(out), None,
      None))
    return taken(out), major == CONTINUE_NEEDED

  def seal(self, plain):
    """Header and sealed bytes."""
    if self.is_ntlm:
      out = Buffer()
      checked("wrap", GSS.gss_wrap(byref(c_uint32()), self.context, c_int(1), c_uint32(0), byref(buffer(plain)), None,
                                   byref(out)))
      sealed = taken(out)
      return sealed[:16], sealed[16:]
    data = buffer(plain)
    iov = (Iov * 3)(Iov(HEADER | ALLOCATE), Iov(DATA, data), Iov(PADDING | ALLOCATE))
    checked("wrap", GSS.gss_wrap_iov(byref(c_uint32()), self.context, c_int(1), c_uint32(0), None, iov, c_int(3)))
    return tuple(b"".join(ctypes.string_at(iov[i].buffer.value, iov[i].buffer.length) for i in part if iov[i].buffer.length)
                 for part in ((0,), (1, 2)))

  def unseal(self, header, sealed):
    if self.is_ntlm:
      out = Buffer()
      checked("unwrap", GSS.gss_unwrap(byref(c_uint32()), self.context, byref(buffer(header + sealed)), byref(out), None,
                                       None))
      return taken(out)
    head, data = buffer(header), buffer(sealed)
    iov = (Iov * 3)(Iov(HEADER, head), Iov(DATA, data), Iov(DATA))
    checked("unwrap", GSS.gss_unwrap_iov(byref(c_uint32()), self.context, None, None, iov, c_int(3)))
    return ctypes.string_at(data.value, data.length)


def framed(header, data, protocol="SPNEGO", length=None):
  kind = f"application/HTTP-{protocol}-session-encrypted"
  return (f"--Encrypted Boundary\r\n\tContent-Type: {kind}\r\n\tOriginalContent: type=application/soap+xml;charset=UTF-8;"
          f"Length={len(data) if length is None else length}\r\n--Encrypted Boundary\r\n\tContent-Type: application/"
          f"octet-stream\r\n").encode() + struct.pack("<I", len(header)) + header + data + b"--Encrypted Boundary--\r\n"


def unframed(body):
  """Header and sealed bytes of an answer, which must be framed as strictly as that."""
  length = int(re.search(rb";Length=(\d+)\r\n", body)[1])
  start = body.index(b"octet-stream\r\n") + len("octet-stream\r\n")
  size, = struct.unpack_from("<I", body, start)
  header, data = body[start + 4:start + 4 + size], body[start + 4 + size:start + 4 + size + length]
  protocol = re.search(rb"HTTP-(\w+)-session", body)[1].decode()
  if body != framed(header, data, protocol):
    raise ValueError("the answer is not framed as MS-WSMV 2.2.9.1 says")
  return header, data


class Client:
  """A connection that authenticates once."""

  def __init__(self, address, port, context, scheme="Negotiate", tls=None, name=None):
    self.name = name
    self.context, self.scheme, self.protocol = context, scheme, "Kerberos" if scheme == "Kerberos" else "SPNEGO"
    self.http = http.client.HTTPSConnection(name, port, context=tls, timeout=20) if tls else http.client.HTTPConnection(
      address, port, timeout=20)
    if tls:
      self.http.sock = tls.wrap_socket(socket.create_connection((address, port), 20), server_hostname=name)

  def post(self, body=b"", token=None, sealed=False):
    headers = {"Authorization": f"{self.scheme} {base64.b64encode(token).decode()}"} if token else {}
    if self.name:
      headers["Host"] = self.name
    if body:
      headers["Content-Type"] = "application/soap+xml;charset=UTF-8"
    if sealed:
      kind = f"application/HTTP-{self.protocol}-session-encrypted"
      headers["Content-Type"] = f'multipart/encrypted;protocol="{kind}";boundary="Encrypted Boundary"'
    self.http.request("POST", "/wsman", body, headers)
    answer = self.http.getresponse()
    return answer, answer.read()

  def token_of(self, answer):
    """The server's token in the answer."""
    values = [v for v in answer.headers.get_all("WWW-Authenticate", []) if v.startswith(self.scheme + " ")]
    return base64.b64decode(values[0].split(" ", 1)[1]) if values else b""

  def authenticate(self):
    """Empty requests until the context stands; the status of the last answer."""
    token, more = self.context.step()
    while token:
      answer, _ = self.post(token=token)
      token, theirs = b"", self.token_of(answer)
      if theirs:
        token, more = self.context.step(theirs)
      elif answer.status == 401:
        return 401
    return answer.status if not more else 0

  def ask(self, plain=IDENTIFY):
    """Status and unsealed answer to a sealed request."""
    answer, body = self.post(framed(*self.context.seal(plain), self.protocol), sealed=True)
    return answer.status, self.context.unseal(*unframed(body)) if body else b""

  def close(self):
    self.http.close()
