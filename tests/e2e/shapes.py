"""A secret as a careless program would write it."""

import base64


def shapes_of(secret):
    """Its bytes plain, in UTF-16, hexadecimal and base64, also from the middle of something longer."""
    plain, wide = secret.encode(), secret.encode("utf-16-le")
    for form in (plain, wide):
        yield form
        yield form.hex().encode()
        yield form.hex().upper().encode()
        for offset in range(3):
            encoded = base64.b64encode(bytes(offset) + form).rstrip(b"=")
            yield encoded[4 if offset else 0 : -1]
