"""A peer that behaves as the open clones of FeiQ do: as FeiQ, with habits that FeiQ does not have.

    python3 ipmsg_clone.py ADDRESS [NICK [ANNOUNCE...]]     commands and what it prints: see ipmsg_member.py

It shows nothing of a text from the first brace on that another one closes, sends the decimal id of a file back digit for
digit where a hexadecimal one is meant, fetches folders, and puts a colon behind the number of a receipt.
"""
import sys

sys.dont_write_bytecode = True

import ipmsg_feiq as feiq
import ipmsg_member as ipmsg


class Clone(feiq.FeiQ):
    def text(self, packet):
        text = ipmsg.Member.text(self, packet)
        begin = text.find("{")
        return text[:begin] if begin >= 0 and text.find("}", begin) >= 0 else text

    def id_of(self, ident):
        return str(ident)

    def send(self, peer, command, body=b"", number=None):
        tail = b":" if command == ipmsg.RECVMSG else b""
        return super().send(peer, command, body.rstrip(b"\0") + tail + b"\0" if tail else body, number)

    def fetch_folder(self, peer, offer, ident, name, folder):
        ipmsg.Member.fetch_folder(self, peer, offer, ident, name, folder)


ipmsg.run(Clone)
