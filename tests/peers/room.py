"""A chat room without a server: an address that reaches everybody, and a port that all of them share.

    python3 room.py [PORT] [ADDRESS]     ADDRESS: 255.255.255.255 (default), the broadcast address of a network such as
                                         127.255.255.255, or a group: 239.7.7.88, ff02::7788%eth0

Says that it has come in, prints what everybody says, itself included, and sends each line typed here.
"""
import socket
import struct
import sys
import threading
import time

port = int(sys.argv[1]) if len(sys.argv) > 1 else 7788
address = sys.argv[2] if len(sys.argv) > 2 else "255.255.255.255"
family, _, _, _, everybody = socket.getaddrinfo(address, port, type=socket.SOCK_DGRAM)[0]
room = socket.socket(family, socket.SOCK_DGRAM)
room.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
room.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
room.bind(("", port))
group = socket.inet_pton(family, address.split("%")[0])
if family == socket.AF_INET6:
    membership = group + struct.pack("@I", everybody[3])
    room.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
elif 224 <= group[0] < 240:
    room.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + socket.inet_aton("0.0.0.0"))
print("ready", room.getsockname()[1], flush=True)


def listen():
    while True:
        data, sender = room.recvfrom(1024)
        moment, text = time.strftime("%H:%M:%S"), data.decode("utf-8", "replace")
        print(f"【{moment}】[{sender[0]} : {sender[1]}] : {text}", flush=True)


threading.Thread(target=listen, daemon=True).start()
room.sendto("***加入了聊天室".encode("utf-8"), everybody)
for line in sys.stdin:
    room.sendto(line.rstrip("\n").encode("utf-8"), everybody)
