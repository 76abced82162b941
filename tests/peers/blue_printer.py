"""A peer that prints every message bold on blue and is answered by hand.

    python3 blue_printer.py [PORT]        then in udpqq:  /add alex 127.0.0.1:8081

Each message waits for one line typed here, which goes back to its sender.
"""
import socket
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8081
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.bind(("127.0.0.1", port))
print("ready", peer.getsockname()[1], flush=True)

while True:
    data, sender = peer.recvfrom(65535)
    text = data.decode("utf-8", "replace")
    print(f"\033[1;44m来自[{sender[0]}:{sender[1]}]的一条消息：{text}\033[0m（{len(data)} 字节）", flush=True)
    answer = sys.stdin.readline()
    if not answer:
        break
    peer.sendto(answer.rstrip("\n").encode("utf-8"), sender)
