"""A dialogue in two threads: one prints what arrives, the other sends what is typed. The text is GB2312.

    python3 dialogue_gb2312.py MYPORT PEERPORT     in udpqq:  /add 老王 udp://127.0.0.1:4567?encoding=gb2312
"""
import socket
import sys
import threading

my_port, peer_port = int(sys.argv[1]), int(sys.argv[2])
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.bind(("127.0.0.1", my_port))
print("ready", peer.getsockname()[1], flush=True)


def receive():
    while True:
        data, sender = peer.recvfrom(65535)
        print(f"{sender[0]}:{sender[1]} {data.decode('gb2312', 'replace')}", flush=True)


def send():
    for line in sys.stdin:
        peer.sendto(line.rstrip("\n").encode("gb2312"), ("127.0.0.1", peer_port))


threading.Thread(target=receive, daemon=True).start()
send()
