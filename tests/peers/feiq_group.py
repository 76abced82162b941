"""The group chat of FeiQ (飞秋) as its programs write it. Knows nothing of udpqq.

    python3 feiq_group.py ADDRESS GROUP [TEXT]     speaks TEXT to the group, then prints what others say there

Blowfish (Schneier, 1993) is written out here, since Python brings none: its tables are the digits of pi.
"""
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True

GROUP, PORT, COMMAND = "226.81.9.8", 2425, 0x400023
MAC = "080027090471"


def pi_words(count):
    """The first words of 32 bits behind the point of pi (Machin, 1706)."""
    bits = 32 * count + 64

    def arctan(inverse):
        term = total = (1 << bits) // inverse
        divisor, sign = 1, 1
        while term:
            term //= inverse * inverse
            divisor, sign = divisor + 2, -sign
            total += sign * (term // divisor)
        return total

    fraction = (4 * (4 * arctan(5) - arctan(239))) & ((1 << bits) - 1)
    return [fraction >> (bits - 32 * (at + 1)) & 0xFFFFFFFF for at in range(count)]


class Blowfish:
    WORDS = pi_words(18 + 4 * 256)

    def __init__(self, key):
        self.p = self.WORDS[:18]
        self.s = [self.WORDS[18 + 256 * box:18 + 256 * (box + 1)] for box in range(4)]
        for at in range(18):
            word = bytes(key[(4 * at + byte) % len(key)] for byte in range(4))
            self.p[at] ^= int.from_bytes(word, "big")
        left = right = 0
        for at in range(0, 18, 2):
            left, right = self.p[at], self.p[at + 1] = self.turn(left, right, self.p)
        for box in self.s:
            for at in range(0, 256, 2):
                left, right = box[at], box[at + 1] = self.turn(left, right, self.p)

    def turn(self, left, right, keys):
        for at in range(16):
            left ^= keys[at]
            mixed = (self.s[0][left >> 24] + self.s[1][left >> 16 & 255]) & 0xFFFFFFFF
            right ^= ((mixed ^ self.s[2][left >> 8 & 255]) + self.s[3][left & 255]) & 0xFFFFFFFF
            left, right = right, left
        return right ^ keys[17], left ^ keys[16]

    def block(self, data, keys):
        return struct.pack(">II", *self.turn(*struct.unpack(">II", data), keys))

    def encrypt(self, data):
        fill = 8 - len(data) % 8
        data, chain, out = data + bytes([fill]) * fill, bytes(8), b""
        for at in range(0, len(data), 8):
            chain = self.block(bytes(a ^ b for a, b in zip(data[at:at + 8], chain)), self.p)
            out += chain
        return out

    def decrypt(self, data):
        chain, out = bytes(8), b""
        for at in range(0, len(data) // 8 * 8, 8):
            plain = self.block(data[at:at + 8], self.p[::-1])
            out += bytes(a ^ b for a, b in zip(plain, chain))
            chain = data[at:at + 8]
        return out[:-out[-1]]


def pack(group, text, user="wang", host="PC-wang", number=None):
    number = int(time.time()) if number is None else number
    font = "{/font;-16 0 0 0 400 0 0 0 134 0 0 2 32 微软雅黑 8404992;}"
    body = Blowfish(MAC.encode()).encrypt(f"QUNMSGMARK#{group}_{number}#{text}{font}".encode("gbk"))
    head = f"1_lbt6_0#128#{MAC}#0#0#{len(body)}#4001#9:{number}:{user}:{host}:{COMMAND}:"
    return head.encode("gbk") + body


def unpack(data):
    """Who says what in which group; None: it is something else."""
    version, _, user, _, command, body = data.split(b":", 5)
    if int(command) & 0xFF != COMMAND & 0xFF:
        return None
    parts = version.split(b"#")
    plain = Blowfish(parts[2]).decrypt(body[:int(parts[5])])
    _, group, text = plain.decode("gbk").split("#", 2)
    return user.decode("gbk"), group.split("_")[0], text.split("{/font")[0]


def main(address, group, text=None):
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.bind(("", PORT))
    own = socket.inet_aton(address)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(GROUP) + own)
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
    print("ready", PORT, flush=True)
    if text:
        udp.sendto(pack(group, text), (GROUP, PORT))
    while True:
        data, (peer, _) = udp.recvfrom(65535)
        try:
            said = unpack(data)
        except (ValueError, IndexError):
            continue
        if said and peer != address and said[1] == group:
            print("said", peer, *said, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
