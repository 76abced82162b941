"""A peer that behaves as the official client of IP Messenger does.

    python3 ipmsg_official.py ADDRESS [NICK [ANNOUNCE...]]     commands and what it prints: see ipmsg_member.py

Its entry has the name in the code page of an old Windows and again in UTF-8 in lines of their own. It answers an entry
after a while and once, writes UTF-8 to those who know it, sends a message five times until a receipt comes, keeps sealed
messages closed until `open`, gives each file once, to the same user and machine at the same address, and waits for the
receiver to close.
"""
import random
import sys
import threading
import time

sys.dont_write_bytecode = True

import ipmsg_member as ipmsg

CAPABLE = ipmsg.FILES | ipmsg.CAPUTF8
SENDS, PAUSE = 5, 1.0
# From this try on it adds zeros, which some firewalls need.
PADDED_FROM, PADDING = 3, bytes(64)
READS, READ_PAUSE = 12, 0.75
REMEMBERED = 32
NO_ADD = 0x80000
NOT_AWAY = "Not absence mode"


class Official(ipmsg.Member):
    encoding = "utf-8"

    def __init__(self, address, announce, nick):
        self.first_number = int(time.time())
        super().__init__(address, announce, nick)
        self.triples, self.answering = [], set()

    # --- Presence. ---

    def name(self):
        return f"{self.nick}[{self.away}]" if self.away else self.nick

    def entry(self):
        old = f"{self.name()}\0{self.group}\0".encode("gbk", "replace")
        block = f"\nUN:{self.user}\nHN:{self.host}\nNN:{self.name()}\nGN:{self.group}\nVS:00010001\nIP:SVAyOg==\n"
        # Nothing ends it.
        return old + block.encode("utf-8")

    def flags(self):
        return CAPABLE | (ipmsg.CHECK if self.away else 0)

    def enter(self):
        self.announce_all(ipmsg.NOOP, b"")
        self.announce_all(ipmsg.ENTRY | self.flags(), self.entry())

    def changed(self):
        self.announce_all(ipmsg.ABSENCE | self.flags(), self.entry())

    def leave(self):
        super().leave()
        time.sleep(0.1)
        super().leave()

    def hear_entry(self, peer, packet):
        super().hear_entry(peer, packet)
        if packet.flags & (ipmsg.ENCRYPT | ipmsg.CAPDICT):
            ipmsg.tell("odd", peer, "it says that it can encrypt, or read binary packets")
        with self.lock:
            if packet.command != ipmsg.ENTRY or peer in self.answering:
                return
            self.answering.add(peer)
        threading.Timer(random.uniform(0.005, 1.028), self.answer_entry, (peer, packet.flags)).start()

    def answer_entry(self, peer, flags):
        with self.lock:
            self.answering.discard(peer)
        names = f"{self.name()}\0{self.group}\0"
        if flags & ipmsg.CAPUTF8:
            body = (names + "\nVS:00010001\n").encode("utf-8")
            self.send(peer, ipmsg.ANSENTRY | self.flags() | ipmsg.UTF8, body)
        else:
            self.send(peer, ipmsg.ANSENTRY | self.flags(), names.encode("gbk", "replace"))

    def decode(self, packet, data):
        known = packet.flags & ipmsg.UTF8 or packet.command in (ipmsg.GETFILE, ipmsg.GETDIR)
        return data.decode("utf-8" if known else "gbk", "replace")

    def knows_utf8(self, peer):
        return self.known.get(peer, (b"", b"", 0))[2] & ipmsg.CAPUTF8

    # --- Messages. ---

    def hear(self, peer, packet):
        asked = packet.body.split(b"\0")[0].decode("latin-1")
        if packet.command == ipmsg.ANSREADMSG:
            with self.lock:
                waited = self.unread.pop((peer, int(asked or "0")), None)
            ipmsg.tell("read-known" if waited else "read-unasked", peer, asked)
        elif packet.command == ipmsg.GETINFO:
            self.send(peer, ipmsg.SENDINFO, b"Win32Version 4.99\0")
        elif packet.command == ipmsg.GETABSENCE:
            self.send(peer, ipmsg.SENDABSENCE, self.encode(self.away or NOT_AWAY) + b"\0")
        elif packet.command in (ipmsg.SENDINFO, ipmsg.SENDABSENCE):
            ipmsg.tell("told", peer, packet.body.split(b"\0")[0].decode("utf-8", "replace"))
        else:
            super().hear(peer, packet)

    def hear_message(self, peer, packet):
        quiet = packet.flags & (ipmsg.BROADCAST | ipmsg.AUTO)
        if packet.flags & ipmsg.CHECK and not quiet:
            self.send(peer, ipmsg.RECVMSG, str(packet.number).encode() + b"\0")
        if peer not in self.known and not quiet and not packet.flags & NO_ADD:
            self.send(peer, ipmsg.ENTRY | self.flags(), self.entry())
        triple = (packet.number, packet.user, packet.host)
        if triple in self.triples:
            ipmsg.tell("again", peer, packet.number)
            return
        self.triples = self.triples[1 - REMEMBERED:] + [triple]
        if packet.flags & ipmsg.SEALED:
            self.envelopes[peer] = packet
            ipmsg.tell("sealed", peer, packet.number)
        else:
            self.show(peer, packet)

    def open(self, peer):
        packet = self.envelopes.pop(peer)
        ipmsg.tell("opened", peer, packet.number, self.text(packet))
        check = packet.flags & ipmsg.READCHECK
        number = self.next()
        self.unread[peer, number] = True
        body = str(packet.number).encode() + b"\0"
        for _ in range(READS if check else 1):
            self.send(peer, ipmsg.READMSG | check, body, number)
            time.sleep(READ_PAUSE if check else 0)
            if (peer, number) not in self.unread:
                return

    def hear_read(self, peer, packet):
        super().hear_read(peer, packet)
        if packet.flags & ipmsg.READCHECK:
            self.send(peer, ipmsg.ANSREADMSG, str(packet.number).encode() + b"\0")

    def say(self, peer, text, flags=0, more=b"", number=None):
        number = self.next() if number is None else number
        known = self.knows_utf8(peer)
        body = text.encode("utf-8" if known else "gbk", "replace") + b"\0" + more
        quiet = flags & (ipmsg.BROADCAST | ipmsg.AUTO)
        command = ipmsg.SENDMSG | flags | (ipmsg.UTF8 | ipmsg.CAPUTF8 if known else 0)
        command |= 0 if quiet else ipmsg.CHECK
        with self.lock:
            self.waiting[peer, number] = True
        for turn in range(1 if quiet else SENDS):
            self.send(peer, command, body + (PADDING if turn + 1 >= PADDED_FROM else b""), number)
            time.sleep(0 if quiet else PAUSE)
            if (peer, number) not in self.waiting:
                return
        if not quiet:
            ipmsg.tell("unanswered", peer, number)

    # --- Files. ---

    def offer(self, peer, paths):
        number = self.next()
        offer = ipmsg.Offer(number)
        base = random.randrange(1 << 20, 1 << 30)
        offer.files = {base + index: path for index, path in enumerate(paths)}
        self.offers[peer, number] = offer
        clean = lambda name: name.replace(":", ";").replace("?", "_")
        files = self.entries(offer, clean, "utf-8" if self.knows_utf8(peer) else "gbk")
        self.say(peer, "files", ipmsg.FILES, files + b"\0", number)

    def objection(self, peer, packet, fields, offer, ident):
        why = super().objection(peer, packet, fields, offer, ident)
        if why:
            return why
        if self.known.get(peer, (b"", b""))[:2] != (packet.user, packet.host):
            return "another user or machine than the one it was offered to"
        return "given once already" if ident in offer.given else None

    def part(self, stream):
        try:
            if stream.recv(1):
                ipmsg.tell("odd", stream.getpeername()[0], "more than one request")
        except TimeoutError:
            ipmsg.tell("odd", stream.getpeername()[0], "the receiver does not close")

    folder_command = ipmsg.GETDIR | ipmsg.UTF8

    def away_with(self, text):
        self.away = text
        self.changed()

    COMMANDS = ipmsg.Member.COMMANDS | {
        "seal": lambda self, peer, *words: self.say(peer, " ".join(words), ipmsg.SEALED | ipmsg.READCHECK),
        "open": lambda self, peer: self.open(peer),
        "away": lambda self, *words: self.away_with(" ".join(words)),
        "ask-version": lambda self, peer: self.send(peer, ipmsg.GETINFO),
        "ask-absence": lambda self, peer: self.send(peer, ipmsg.GETABSENCE),
        # What it says to those who claim to read it.
        "dict": lambda self, peer: self.raw(peer, (b"IP2:2a:VS:i1:PN:i7:CM:i20:BD:s5:hello" + bytes(4)).hex()),
    }


ipmsg.run(Official)
