"""What the IP Messenger peers of the tests have in common: sockets, packets, commands and what they print.

Not run by itself: `ipmsg_feiq.py` and `ipmsg_official.py` say how they differ. They know nothing of udpqq.

Each prints one line for one happening, fields between blanks, the peer's address second:

    ready PORT                      entry|answer|absence IP VERSION USER HOST FLAGS NICK|GROUP   gone IP
    said IP NUMBER FLAGS TEXT       again IP NUMBER      sealed IP NUMBER      opened IP NUMBER TEXT
    receipt IP NUMBER               unanswered IP NUMBER read IP NUMBER        read-known IP NUMBER
    offered IP NUMBER ID SIZE ATTR NAME                  released IP NUMBER
    asked IP NAME OFFSET            served IP NAME BYTES cut IP NAME BYTES     refused IP WHY
    paused IP NAME
    fetched IP BYTES SHA256 NAME    folder IP FILES NAME broke IP BYTES NAME
    odd IP WHAT                     something that a correct peer does not send

and takes commands, one a line: see `COMMANDS`.
"""
import hashlib
import os
import shlex
import socket
import sys
import threading
import time

PORT = 2425
NOOP, ENTRY, EXIT, ANSENTRY, ABSENCE = 0x00, 0x01, 0x02, 0x03, 0x04
SENDMSG, RECVMSG, READMSG, ANSREADMSG = 0x20, 0x21, 0x30, 0x32
GETINFO, SENDINFO, GETABSENCE, SENDABSENCE = 0x40, 0x41, 0x50, 0x51
GETFILE, RELEASE, GETDIR = 0x60, 0x61, 0x62
CHECK, SEALED, BROADCAST, SEVERAL, AUTO = 0x100, 0x200, 0x400, 0x800, 0x2000
READCHECK, FILES, ENCRYPT, UTF8, CAPUTF8, CAPDICT = 0x100000, 0x200000, 0x400000, 0x800000, 0x1000000, 0x2000000
CHUNK = 64 * 1024
PATIENCE = 10


def tell(*words):
    # A line in one write, or two threads would share one.
    sys.stdout.write(" ".join(str(word).replace("\n", "\\n") for word in words) + "\n")
    sys.stdout.flush()


class Packet:
    """VERSION : NUMBER : USER : HOST : COMMAND : BODY"""

    def __init__(self, data):
        version, number, user, host, command, self.body = data.split(b":", 5)
        if not version.split(b"_")[0].isdigit():
            raise ValueError("no version")
        self.version, self.user, self.host = version.decode("latin-1"), user, host
        self.number, self.whole = int(number), int(command)
        self.command, self.flags = self.whole & 0xFF, self.whole & ~0xFF

    def strings(self):
        return self.body.split(b"\0")


class Offer:
    """What was offered: by us with paths, by others with names and sizes."""

    def __init__(self, number):
        self.number, self.files, self.given = number, {}, set()


class Member:
    version, encoding, buffer = "1", "utf-8", 65535
    first_number = 1
    # Seconds between two pieces of a file that it gives.
    rest = 0

    def __init__(self, address, announce, nick):
        self.address, self.announce = address, announce
        self.nick, self.group, self.user, self.host = nick, "lab", nick, nick + "-pc"
        self.number = self.first_number
        self.lock = threading.RLock()
        self.known, self.seen = {}, {}
        self.waiting, self.offers, self.offered, self.envelopes = {}, {}, {}, {}
        self.unfetched = {}
        self.unread = {}
        self.cut = None
        self.pause, self.gone_on = None, threading.Event()
        self.away = None
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.udp.bind((address, PORT))
        self.tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.tcp.bind((address, PORT))
        self.tcp.listen(128)

    # --- Packets. ---

    def next(self):
        with self.lock:
            self.number += 1
            return self.number

    def encode(self, text):
        return text.encode(self.encoding, "replace")

    def pack(self, command, body, number=None):
        number = self.next() if number is None else number
        head = f"{self.version}:{number}:{self.user}:{self.host}:{command}:"
        return self.encode(head) + body

    def send(self, peer, command, body=b"", number=None):
        packet = self.pack(command, body, number)
        self.udp.sendto(packet, (peer, PORT))
        return packet

    def announce_all(self, command, body):
        number = self.next()
        for peer in self.announce + [peer for peer in self.known if peer not in self.announce]:
            self.send(peer, command, body, number)

    # --- Hearing. ---

    def listen(self):
        while True:
            data, (peer, _) = self.udp.recvfrom(self.buffer)
            if peer == self.address:
                continue
            try:
                packet = Packet(data)
            except ValueError:
                tell("odd", peer, "no packet:", ascii(data[:40]))
                continue
            try:
                self.hear(peer, packet)
            except OSError as error:
                tell("odd", peer, error)

    def hear(self, peer, packet):
        """What all do; those that do more hear first."""
        heard = {
            ENTRY: self.hear_entry, ANSENTRY: self.hear_entry, ABSENCE: self.hear_entry, EXIT: self.hear_exit,
            SENDMSG: self.hear_message, RECVMSG: self.hear_receipt, READMSG: self.hear_read,
            RELEASE: self.hear_release,
        }.get(packet.command)
        if heard:
            heard(peer, packet)
        elif packet.command not in (NOOP, ANSREADMSG):
            tell("heard", peer, hex(packet.whole), ascii(packet.body[:60]))

    def decode(self, packet, data):
        return data.decode(self.encoding, "replace")

    def hear_entry(self, peer, packet):
        strings = packet.strings() + [b"", b""]
        nick, group = (self.decode(packet, part) for part in strings[:2])
        name = {ENTRY: "entry", ANSENTRY: "answer", ABSENCE: "absence"}[packet.command]
        user, host = (self.decode(packet, part) for part in (packet.user, packet.host))
        with self.lock:
            self.known[peer] = (packet.user, packet.host, packet.flags)
        version = packet.version.replace(" ", "_")
        tell(name, peer, version, user, host, hex(packet.flags), f"{nick}|{group}")

    def hear_exit(self, peer, packet):
        with self.lock:
            self.known.pop(peer, None)
        tell("gone", peer)

    def text(self, packet):
        return self.decode(packet, packet.strings()[0])

    def hear_message(self, peer, packet):
        self.show(peer, packet)

    def show(self, peer, packet):
        tell("said", peer, packet.number, hex(packet.flags), self.text(packet))
        if packet.flags & FILES:
            self.take_offer(peer, packet)

    def take_offer(self, peer, packet):
        strings = packet.strings()
        offer = Offer(packet.number)
        entries = self.decode(packet, strings[1] if len(strings) > 1 else b"").split("\a")
        for entry in filter(None, (entry.removeprefix(":") for entry in entries)):
            fields = self.entry_fields(peer, entry)
            if fields:
                ident, name, size, attr = int(fields[0]), fields[1], int(fields[2], 16), int(fields[4], 16)
                offer.files[ident] = (name, size, attr)
        # Whoever reads of it may ask for it at once.
        self.offered[peer] = offer
        self.unfetched.setdefault(peer, []).append(offer)
        for ident, (name, size, attr) in offer.files.items():
            tell("offered", peer, packet.number, ident, size, hex(attr), name)

    def entry_fields(self, peer, entry):
        """A colon in a name is written twice. All five fields end with a colon."""
        fields = [field.replace("\0", ":") for field in entry.replace("::", "\0").split(":")]
        if len(fields) < 6:
            tell("odd", peer, "five fields, each with its colon, are wanted:", ascii(entry))
            return None
        return fields

    def hear_receipt(self, peer, packet):
        number = int(packet.body.split(b"\0")[0] or b"0")
        with self.lock:
            waited = self.waiting.pop((peer, number), None)
        tell("receipt" if waited else "receipt-unasked", peer, number)

    def hear_read(self, peer, packet):
        tell("read", peer, int(packet.body.split(b"\0")[0] or b"0"))

    def hear_release(self, peer, packet):
        number = int(packet.body.split(b"\0")[0] or b"0")
        with self.lock:
            self.offers.pop((peer, number), None)
        tell("released", peer, number)

    # --- Giving files. ---

    def serve(self):
        while True:
            stream, (peer, _) = self.tcp.accept()
            stream.settimeout(PATIENCE)
            threading.Thread(target=self.serve_one, args=(stream, peer), daemon=True).start()

    def serve_one(self, stream, peer):
        with stream:
            try:
                data = b""
                while not self.is_request(data):
                    more = stream.recv(CHUNK)
                    if not more:
                        return
                    data += more
                self.answer_request(stream, peer, Packet(data))
            except (OSError, ValueError) as error:
                tell("refused", peer, error)

    def is_request(self, data):
        return data.count(b":") >= 7 and data[-1:] in (b":", b"\0")

    def answer_request(self, stream, peer, packet):
        fields = packet.body.split(b"\0")[0].split(b":")
        number, ident = int(fields[0], 16), int(fields[1], 16)
        offset = int(fields[2] or b"0", 16) if packet.command == GETFILE and len(fields) > 2 else 0
        offer = self.offers.get((peer, number))
        why = self.objection(peer, packet, fields, offer, ident)
        if why:
            tell("refused", peer, why)
            return
        path = offer.files[ident]
        name = os.path.basename(path)
        tell("asked", peer, name, offset)
        if packet.command == GETDIR:
            sent = self.pour_folder(stream, packet, path)
        else:
            sent = self.pour(stream, path, offset)
        if sent is None:
            tell("cut", peer, name, self.cut_at)
            return
        with self.lock:
            offer.given.add(ident)
        self.part(stream)
        tell("served", peer, name, sent)

    def objection(self, peer, packet, fields, offer, ident):
        if offer is None:
            return "no such offer"
        return None if ident in offer.files else "no such file"

    def part(self, stream):
        """How the one who gives ends the connection."""

    def pour(self, stream, path, offset):
        """How many bytes of it went out; `None`: it was cut off on purpose."""
        limit, self.cut = self.cut, None
        sent = 0
        with open(path, "rb") as file:
            file.seek(offset)
            while True:
                wanted = CHUNK if limit is None else min(CHUNK, limit - sent)
                piece = file.read(wanted)
                if not piece:
                    break
                stream.sendall(piece)
                sent += len(piece)
                time.sleep(self.rest)
        if limit is not None and sent == limit:
            self.cut_at = sent
            return None
        return sent

    def wanted(self, packet):
        """The encoding of the names in a folder that is asked for so."""
        return "utf-8" if packet.flags & UTF8 else "gbk"

    def header(self, packet, name, size, attr, modified):
        times = f":14={modified:x}:16={modified:x}" if modified else ""
        rest = f":{name.replace(':', '::')}:{size:09x}:{attr:x}{times}:".encode(self.wanted(packet))
        return f"{len(rest) + 4:04x}".encode() + rest

    def pour_folder(self, stream, packet, path):
        modified = int(os.stat(path).st_mtime)
        stream.sendall(self.header(packet, os.path.basename(path), 0, 2, modified))
        files = 0
        for name in sorted(os.listdir(path)):
            inner = os.path.join(path, name)
            if os.path.isdir(inner):
                files += self.pour_folder(stream, packet, inner)
            else:
                status = os.stat(inner)
                stream.sendall(self.header(packet, name, status.st_size, 1, int(status.st_mtime)))
                self.pour(stream, inner, 0)
                files += 1
        stream.sendall(self.header(packet, ".", 0, 3, 0))
        return files

    # --- Fetching files. ---

    def fetch(self, peer, folder, offset=0):
        # Some send each file of one selection as an offer of its own.
        for offer in self.unfetched.pop(peer, None) or [self.offered[peer]]:
            self.fetch_offer(peer, offer, folder, offset)

    def fetch_offer(self, peer, offer, folder, offset):
        for ident, (name, size, attr) in offer.files.items():
            try:
                if attr & 0xFF == 2:
                    self.fetch_folder(peer, offer, ident, name, folder)
                else:
                    self.fetch_file(peer, offer, ident, os.path.join(folder, name), size, offset)
            except (OSError, ValueError) as error:
                tell("broke", peer, 0, name, error)

    def ask(self, peer, command, body):
        stream = socket.create_connection((peer, PORT), PATIENCE, (self.address, 0))
        stream.sendall(self.pack(command, body.encode() + b"\0"))
        return stream

    def id_of(self, ident):
        """As it stands in a request."""
        return f"{ident:x}"

    def fetch_file(self, peer, offer, ident, path, size, offset):
        with self.ask(peer, GETFILE, f"{offer.number:x}:{self.id_of(ident)}:{offset:x}:") as stream:
            digest, got = hashlib.sha256(), 0
            pause, self.pause = size if self.pause is None else self.pause, None
            with open(path, "wb") as file:
                while got < size - offset:
                    piece = stream.recv(min(CHUNK, size - offset - got))
                    if not piece:
                        break
                    if got + len(piece) > pause:
                        tell("paused", peer, os.path.basename(path))
                        self.gone_on.wait()
                        pause = size
                    file.write(piece)
                    digest.update(piece)
                    got += len(piece)
        name = os.path.basename(path)
        if got < size - offset:
            tell("broke", peer, got, name)
        else:
            tell("fetched", peer, got, digest.hexdigest(), name)

    def fetch_folder(self, peer, offer, ident, name, folder):
        with self.ask(peer, self.folder_command, f"{offer.number:x}:{self.id_of(ident)}:0:") as stream:
            source, depth, files = stream.makefile("rb"), 0, 0
            while True:
                header = self.read_header(source)
                if header is None:
                    tell("broke", peer, files, name)
                    return
                title, size, attr = header
                if attr & 0xFF == 3:
                    folder, depth = os.path.dirname(folder), depth - 1
                    if depth == 0:
                        break
                elif attr & 0xFF == 2:
                    folder, depth = os.path.join(folder, title), depth + 1
                    os.mkdir(folder)
                else:
                    with open(os.path.join(folder, title), "wb") as file:
                        file.write(source.read(size))
                    files += 1
        tell("folder", peer, files, name)

    folder_command = GETDIR

    def read_header(self, source):
        length = b""
        while not length.endswith(b":"):
            byte = source.read(1)
            if not byte:
                return None
            length += byte
        rest = source.read(int(length[:-1], 16) - len(length))
        fields = rest.decode(self.encoding).replace("::", "\0").split(":")
        return fields[0].replace("\0", ":"), int(fields[1], 16), int(fields[2], 16)

    # --- Commands. ---

    def say(self, peer, text, flags=0):
        raise NotImplementedError

    def offer(self, peer, paths):
        raise NotImplementedError

    def entries(self, offer, name_of, encoding):
        """The list of an offer: numbers in decimal, all else in hex."""
        lines = []
        for ident, path in offer.files.items():
            status = os.stat(path)
            size, attr = (0, 2) if os.path.isdir(path) else (status.st_size, 1)
            name = name_of(os.path.basename(path))
            lines.append(f"{ident}:{name}:{size:x}:{int(status.st_mtime):x}:{attr:x}:\a")
        return "".join(lines).encode(encoding, "replace")

    def raw(self, peer, code):
        self.udp.sendto(bytes.fromhex(code), (peer, PORT))

    def cut_next(self, size):
        self.cut = int(size)

    def pause_next(self, size):
        self.gone_on.clear()
        self.pause = int(size)

    def rename(self, nick):
        self.nick = nick
        self.changed()

    def back(self):
        self.away = None
        self.changed()

    def leave(self):
        self.announce_all(EXIT, self.encode(self.nick) + b"\0")
        tell("left")

    def release(self, peer):
        self.send(peer, RELEASE, str(self.offered[peer].number).encode() + b"\0")

    COMMANDS = {
        "say": lambda self, peer, *words: self.say(peer, " ".join(words)),
        "several": lambda self, peer, *words: self.say(peer, " ".join(words), SEVERAL),
        "everyone": lambda self, peer, *words: self.say(peer, " ".join(words), BROADCAST),
        "auto": lambda self, peer, *words: self.say(peer, " ".join(words), AUTO),
        "offer": lambda self, peer, *paths: self.offer(peer, paths),
        "fetch": lambda self, peer, folder, offset="0": self.fetch(peer, folder, int(offset)),
        "cut": lambda self, size: self.cut_next(size),
        "pause": lambda self, size: self.pause_next(size),
        "go": lambda self: self.gone_on.set(),
        "release": lambda self, peer: self.release(peer),
        "enter": lambda self: self.enter(),
        "leave": lambda self: self.leave(),
        "rename": lambda self, nick: self.rename(nick),
        "back": lambda self: self.back(),
        "slow": lambda self, seconds: setattr(self, "rest", float(seconds)),
        "raw": lambda self, peer, code: self.raw(peer, code),
    }

    def obey(self, line):
        words = shlex.split(line)
        command = self.COMMANDS.get(words[0]) if words else None
        if command is None:
            tell("unknown", line)
            return
        try:
            command(self, *words[1:])
        except (OSError, KeyError, TypeError) as error:
            tell("failed", line, repr(error))

    def run(self):
        threading.Thread(target=self.listen, daemon=True).start()
        threading.Thread(target=self.serve, daemon=True).start()
        tell("ready", PORT)
        self.enter()
        for line in sys.stdin:
            # A fetch takes its time; what is typed meanwhile counts.
            threading.Thread(target=self.obey, args=(line.strip(),), daemon=True).start()


def run(member):
    """ADDRESS [NICK [ANNOUNCE...]]"""
    address = sys.argv[1]
    nick = sys.argv[2] if len(sys.argv) > 2 else member.__name__.lower()
    member(address, sys.argv[3:], nick).run()
