"""Somebody who connects again and again and says nothing. Only for networks of one's own.

    python3 silent.py HOST PORT COUNT [FROM]     FROM: the first of the addresses to connect from, 16 on each

Prints `open COUNT` when it has tried them all, and `closed COUNT` when the other side has ended every one.
"""
import ipaddress
import resource
import select
import socket
import sys

EACH = 16

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
first = ipaddress.ip_address(sys.argv[4]) if len(sys.argv) > 4 else None
resource.setrlimit(resource.RLIMIT_NOFILE, (count + 64, max(count + 64, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
print("ready 0", flush=True)

poll, streams = select.poll(), {}
for number in range(count):
    stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if first:
        stream.bind((str(first + number // EACH), 0))
    # So many at once that the kernel over there forgets some before anybody took them: these are to be found out.
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL):
        stream.setsockopt(socket.IPPROTO_TCP, option, 1)
    stream.setblocking(False)
    stream.connect_ex((host, port))
    streams[stream.fileno()] = stream
    poll.register(stream, select.POLLIN)
print("open", len(streams), flush=True)

while streams:
    for ended, _ in poll.poll():
        stream = streams[ended]
        try:
            said = stream.recv(1024)
        except OSError:
            said = b""
        if said:
            print("said", ascii(said), flush=True)
            continue
        poll.unregister(stream)
        del streams[ended]
        stream.close()
print("closed", count, flush=True)
sys.stdin.read()
