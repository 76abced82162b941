"""A peer that behaves as FeiQ (飞秋) and its kin do: GBK whatever the other side says, and quirks of its own.

    python3 ipmsg_feiq.py ADDRESS [NICK [ANNOUNCE...]]     commands and what it prints: see ipmsg_member.py

No flags of UTF-8 are read or set, its texts end in `{…}`, it acknowledges whatever has the bit for it, takes only plain
receipts, wants five fields in a list of files, writes a colon in a name twice, and refuses folders.
"""
import sys
import threading

sys.dont_write_bytecode = True

import ipmsg_member as ipmsg

FONT = "{/font;-12 0 0 0 400 0 0 0 134 0 0 0 宋体 0;}"
SHAKE, TYPING, STILL = 0xD1, 0x79, 0x7A
# A picture between words: its pieces, and that one is there.
PIECE, PIECE_HERE = 0xC0, 0xC1
PIECE_SIZE, PIECE_SENDS = 512, 8


class FeiQ(ipmsg.Member):
    version = "1_lbt6_0#128#001122AABBCC#0#0#0#4001#9"
    encoding = "gbk"
    # It reads no more of a datagram.
    buffer = 4096
    first_number = 0
    # Pieces that nobody has acknowledged yet, and what is told when there is none left.
    pieces = threading.Condition()
    open_pieces = set()

    def entry(self):
        return self.encode(f"{self.nick}\0{self.group}\0")

    def enter(self):
        self.announce_all(ipmsg.ENTRY | ipmsg.FILES | ipmsg.ENCRYPT, self.entry())

    def changed(self):
        away = ipmsg.CHECK if self.away else 0
        self.announce_all(ipmsg.ABSENCE | ipmsg.FILES | ipmsg.ENCRYPT | away, self.entry())

    def hear(self, peer, packet):
        entries = (ipmsg.ENTRY, ipmsg.ANSENTRY, ipmsg.ABSENCE)
        if packet.flags & ipmsg.CHECK:
            self.send(peer, ipmsg.RECVMSG, str(packet.number).encode() + b"\0")
        if packet.flags & ipmsg.READCHECK and packet.command not in entries:
            self.send(peer, ipmsg.READMSG, str(packet.number).encode() + b"\0")
        if packet.command == SHAKE:
            ipmsg.tell("shaken", peer)
        elif packet.command == PIECE_HERE:
            ident, index = packet.strings()[0].decode().removesuffix("#").split("|")
            with self.pieces:
                self.open_pieces.discard((ident, int(index)))
                self.pieces.notify_all()
        elif packet.command in (TYPING, STILL):
            ipmsg.tell("typing" if packet.command == TYPING else "still", peer)
        elif packet.command == ipmsg.RECVMSG and packet.whole != ipmsg.RECVMSG:
            ipmsg.tell("odd", peer, "a receipt with flags:", hex(packet.whole))
        else:
            super().hear(peer, packet)
        if packet.command == ipmsg.ENTRY:
            self.send(peer, ipmsg.ANSENTRY | ipmsg.FILES | ipmsg.ENCRYPT, self.entry())

    def text(self, packet):
        return super().text(packet).split("{")[0]

    def say(self, peer, text, flags=0):
        number = self.next()
        self.waiting[peer, number] = True
        check = 0 if flags & ipmsg.AUTO else ipmsg.CHECK
        self.send(peer, ipmsg.SENDMSG | check | flags, self.encode(text + FONT) + b"\0", number)

    def picture(self, peer, ident, path, *words):
        """Words with the place of the picture in them, then its pieces, from the last to the first."""
        with open(path, "rb") as file:
            whole = file.read()
        before, after = (list(words) + ["", ""])[:2]
        self.say(peer, f"{before}/~#>{ident}<B~{after}")
        threading.Thread(target=self.give_pieces, args=(peer, ident, whole), daemon=True).start()

    def give_pieces(self, peer, ident, whole):
        starts = list(range(0, len(whole), PIECE_SIZE))
        with self.pieces:
            self.open_pieces |= {(ident, index) for index in range(len(starts))}
        for _ in range(PIECE_SENDS):
            for index, start in reversed(list(enumerate(starts))):
                with self.pieces:
                    if (ident, index) not in self.open_pieces:
                        continue
                part = whole[start:start + PIECE_SIZE]
                head = f"{ident}|{len(whole)}|{start}|{len(starts)}|{index}|{len(part)}|0|2|0|00000000#\0"
                self.send(peer, PIECE | ipmsg.FILES, head.encode() + part)
            with self.pieces:
                of_this = lambda: any(name == ident for name, _ in self.open_pieces)
                if self.pieces.wait_for(lambda: not of_this(), timeout=1):
                    return ipmsg.tell("given", peer, ident)
        ipmsg.tell("ungiven", peer, ident)

    def seal(self, peer, text):
        self.say(peer, text, ipmsg.SEALED | ipmsg.READCHECK)

    def offer(self, peer, paths):
        number = self.next()
        offer = ipmsg.Offer(number)
        offer.files = dict(enumerate(paths))
        self.offers[peer, number] = offer
        body = b"\0" + self.entries(offer, lambda name: name.replace(":", "::"), "gbk") + b"\0"
        self.send(peer, ipmsg.SENDMSG | ipmsg.FILES, body, number)

    def objection(self, peer, packet, fields, offer, ident):
        if len(fields) < 4:
            return "the third field wants its colon"
        if int(fields[0], 16) >= 1 << 31:
            return "a number out of range"
        if packet.command == ipmsg.GETDIR:
            return "folders are not for you"
        return super().objection(peer, packet, fields, offer, ident)

    def fetch_folder(self, peer, offer, ident, name, folder):
        ipmsg.tell("refused", peer, "folders are not for me")

    COMMANDS = ipmsg.Member.COMMANDS | {
        "seal": lambda self, peer, *words: self.seal(peer, " ".join(words)),
        "shake": lambda self, peer: self.send(peer, SHAKE),
        "type": lambda self, peer: self.send(peer, TYPING),
        "still": lambda self, peer: self.send(peer, STILL),
        "picture": lambda self, peer, ident, path, *words: self.picture(peer, ident, path, *words),
        "internal": lambda self, peer: self.say(peer, "/~#>1<B~"),
    }


if __name__ == "__main__":
    ipmsg.run(FeiQ)
