"""Logs in with pyrad. Arguments: PORT SECRET METHOD LOGIN PASSWORD; prints accept or reject.

MS-CHAP is computed here from RFC 2433, 2759 and 3079 with pycryptodome, so that nothing of it is
shared with the server. A reply that disagrees is an error, not a verdict.
"""

import hashlib
import os
import sys
import tempfile

from Cryptodome.Cipher import DES
from Cryptodome.Hash import MD4
from pyrad.client import Client
from pyrad.dictionary import Dictionary
from pyrad.packet import AccessAccept, AccessReject, AccessRequest

DICTIONARY = """
ATTRIBUTE User-Name 1 string
ATTRIBUTE User-Password 2 string
ATTRIBUTE CHAP-Password 3 octets
ATTRIBUTE NAS-Identifier 32 string
ATTRIBUTE Framed-Pool 88 string
ATTRIBUTE CHAP-Challenge 60 octets
ATTRIBUTE Message-Authenticator 80 octets
VENDOR Microsoft 311
BEGIN-VENDOR Microsoft
ATTRIBUTE MS-CHAP-Response 1 octets
ATTRIBUTE MS-CHAP-Challenge 11 octets
ATTRIBUTE MS-CHAP-MPPE-Keys 12 octets
ATTRIBUTE MS-MPPE-Send-Key 16 octets
ATTRIBUTE MS-MPPE-Recv-Key 17 octets
ATTRIBUTE MS-CHAP2-Response 25 octets
ATTRIBUTE MS-CHAP2-Success 26 octets
END-VENDOR Microsoft
"""


def md4(data):
    return MD4.new(data).digest()


def des(key7, block):
    bits = int.from_bytes(key7, "big")
    key8 = bytes(((bits >> (49 - 7 * i)) & 0x7F) << 1 for i in range(8))
    return DES.new(key8, DES.MODE_ECB).encrypt(block)


def challenge_response(challenge, hash16):
    padded = hash16 + bytes(5)
    return b"".join(des(padded[i:i + 7], challenge) for i in (0, 7, 14))


def authenticator_response(hash_hash, nt_response, challenge):
    first = hashlib.sha1(
        hash_hash + nt_response + b"Magic server to client signing constant").digest()
    second = hashlib.sha1(
        first + challenge + b"Pad to make it do more than one iteration").digest()
    return b"S=" + second.hex().upper().encode()


def asymmetric_start_key(master, server_sends):
    magic = (b"On the client side, this is the receive key; on the server side, it is the send key."
             if server_sends else
             b"On the client side, this is the send key; on the server side, it is the receive key.")
    return hashlib.sha1(master + bytes(40) + magic + b"\xf2" * 40).digest()[:16]


def unsalt(value, secret, authenticator):
    salt, hidden = value[:2], value[2:]
    plain, previous = b"", authenticator + salt
    for i in range(0, len(hidden), 16):
        pad = hashlib.md5(secret + previous).digest()
        plain += bytes(a ^ b for a, b in zip(hidden[i:i + 16], pad))
        previous = hidden[i:i + 16]
    return plain[1:1 + plain[0]]


def main():
    port, secret, method, login, password = sys.argv[1:]
    secret = secret.encode()
    with tempfile.NamedTemporaryFile("w", suffix=".dict") as file:
        file.write(DICTIONARY)
        file.flush()
        dictionary = Dictionary(file.name)
    client = Client(server="127.0.0.1", authport=int(port), secret=secret, dict=dictionary)
    client.timeout = 5
    request = client.CreateAuthPacket(code=AccessRequest, User_Name=login)
    request["NAS-Identifier"] = "pyrad"
    request.add_message_authenticator() if hasattr(request, "add_message_authenticator") else None
    nt_hash = md4(password.encode("utf-16-le"))
    check = None
    if method == "pap":
        request["User-Password"] = request.PwCrypt(password)
    elif method == "chap":
        challenge = os.urandom(16)
        digest = hashlib.md5(b"\x07" + password.encode() + challenge).digest()
        request["CHAP-Challenge"] = challenge
        request["CHAP-Password"] = b"\x07" + digest
    elif method == "mschapv1":
        challenge = os.urandom(8)
        request["MS-CHAP-Challenge"] = challenge
        request["MS-CHAP-Response"] = (
            b"\x01\x01" + bytes(24) + challenge_response(challenge, nt_hash))
    elif method == "mschapv2":
        auth_challenge, peer_challenge = os.urandom(16), os.urandom(16)
        challenge = hashlib.sha1(peer_challenge + auth_challenge + login.encode()).digest()[:8]
        nt_response = challenge_response(challenge, nt_hash)
        request["MS-CHAP-Challenge"] = auth_challenge
        request["MS-CHAP2-Response"] = b"\x09\x00" + peer_challenge + bytes(8) + nt_response

        def check(reply):
            hash_hash = md4(nt_hash)
            expected = b"\x09" + authenticator_response(hash_hash, nt_response, challenge)
            assert reply["MS-CHAP2-Success"][0] == expected, "MS-CHAP2-Success disagrees"
            master = hashlib.sha1(
                hash_hash + nt_response + b"This is the MPPE Master Key").digest()[:16]
            for name, server_sends in (("MS-MPPE-Send-Key", True), ("MS-MPPE-Recv-Key", False)):
                key = unsalt(reply[name][0], secret, request.authenticator)
                assert key == asymmetric_start_key(master, server_sends), name + " disagrees"
    reply = client.SendPacket(request)
    if reply.code == AccessAccept:
        if check:
            check(reply)
        assert reply["Framed-Pool"] == ["subscribers"], reply["Framed-Pool"]
        print("accept")
    elif reply.code == AccessReject:
        print("reject")
    else:
        raise SystemExit(f"unexpected code {reply.code}")


main()
