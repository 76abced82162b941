# Every text of udpqq in English. The same keys, with the same variables, stand in each file of this folder.

language-name = English

## address: what is wrong with an address a person wrote

address-empty = An address is needed, for example { $example }
address-scheme = “{ $part }://” is not known here; addresses look like { EXAMPLES() }
address-host = “{ $part }” is not a host name or an IP address; an address looks like { $example }
address-hosts = “{ $part }”: several hosts, with commas between them, stand only in { SCHEMES("rooms") } addresses, such as relay://a.example,b.example/room
address-too-many-hosts = “{ $part }”: an address names at most eight hosts
address-port = “{ $part }” is not a port (1 to 65535); an address looks like { $example }
address-no-port = The port is missing; an address looks like { $example }
address-key = “{ $part }” is not a key: 56 letters and digits, as “udpqq key” prints them. Look for a mistyped one
address-encoding = “{ $part }” is not an encoding known here; gbk, gb18030, big5 and shift_jis are
address-option = “{ $part }” is not an option of this address: ?encoding=gbk goes with { SCHEMES("encodings") }, ?framing=line with tcp://
address-brackets = “{ $part }”: IPv6 addresses stand in brackets, such as [::1]:8081
address-room = “{ $part }” cannot stand here: only { SCHEMES("rooms") } addresses name a room, without blanks, colons and any of / ? # & = %
address-group = “{ $part }” is neither a broadcast address nor a multicast group; a room looks like room://255.255.255.255 or room://239.1.2.3

## address-form: how the addresses of a dialect look, where an example alone does not say it

address-form-tcp = tcp://host:port
address-form-udpqq = udpqq://KEY@host (encrypted; “udpqq key” prints yours)
address-form-room = room://255.255.255.255 (everybody on this network)
address-form-ipmsg = ipmsg://host (IP Messenger, iptux, FeiQ)
address-form-relay = relay://host/room (several relays: relay://host,host/room)

## list: how a list of names reads

list-separator = { ", " }
list-or = { $most } or { $last }

## fault: why a message was not sent

fault-too-large = Too long: { $bytes } bytes, and one message carries at most { $limit }
fault-cannot-encode = “{ $character }” ({ $code }) does not exist in { $encoding }; change the text or the encoding
fault-name-not-found = No address was found for { $host }
fault-network =
    { $code ->
        [ECONNREFUSED] Nothing is listening there ({ $code }{ $to })
        [ECONNRESET] The other side broke the connection ({ $code }{ $to })
        [ETIMEDOUT] No answer came ({ $code }{ $to })
        [EHOSTUNREACH] No machine answers there ({ $code }{ $to })
        [ENETUNREACH] No network leads there ({ $code }{ $to })
       *[other] Refused by the network ({ $code }{ $to })
    }
fault-not-listening = This kind of connection is off, or its port could not be opened
fault-busy = Too much is waiting to be sent; try again in a moment
fault-no-such-peer = This contact has just been removed
fault-another-person = { $name } is at this address now, in a conversation of their own
fault-former-key = It went to this contact's earlier key, so nobody was told
fault-no-answer = Nobody acknowledged this in time: it may have arrived or not
fault-refused = The other side does not keep this message: it is not wanted there, or not understood
fault-unreached = The relay did not answer; not sent
fault-interrupted = The program ended before it was known whether this went out

## notice: lines of the program in a conversation

notice-large-datagram = { $bytes } bytes in one datagram: a plain receiver with a small buffer may cut it
notice-answers-elsewhere = Nobody is at { $gone } any more: what you write goes to { $to }, where the last words came from

## profile: the folders and files of a profile

profile-no-home = There is no home folder; set HOME, or name a folder with --profile
profile-folder = The folder { $path } cannot be used: { $reason }
profile-missing = There is no profile at { $path }; start udpqq with the same --profile to make one
profile-shared = { $path } belongs to everybody; name a folder of your own with --profile
profile-tightened = { $path } was open to others (mode { $mode }); now it is yours alone
profile-not-tightened = { $path } is open to others (mode { $mode }), and that could not be changed
profile-left-open = The folder { $path } is open to others (mode { $mode }); it holds other things too, so it was left as it is
profile-link-left-open = { $path } is a link, and what it leads to is open to others (mode { $mode }); it was left as it is
profile-of-another = { $path } belongs to somebody else and udpqq runs as root: what it makes there is given to the owner of the folder
profile-not-watched = Changes of the settings will be seen at the next start: { $reason }
identity-unreadable = The own key { $path } cannot be read: { $reason }. Without it nothing encrypted is sent or heard
identity-no-file = { $path } is a link, a folder or a pipe, so it was not used. Without a key of its own udpqq sends and hears nothing encrypted
identity-malformed = { $path } is no key, and it was left as it is. Put a copy in its place, or move it away: “udpqq key import” then takes the letters from paper, and without them there is a new key at the next start. Until then nothing encrypted is sent or heard
identity-newer = { $path } was written by a newer udpqq and was left as it is. Until there is a key nothing encrypted is sent or heard
passphrase-unlock = Passphrase of your key:
passphrase-unlock-again = That was not it. Passphrase of your key:
passphrase-new = New passphrase (empty for none):
passphrase-room = Password of the room (empty for none):
passphrase-operator = Password of this operator:
passphrase-repeat = The same again:
passphrase-wrong = This is not the passphrase of your key
passphrase-differs = The two are not the same; nothing has changed
passphrase-stopped = Your key stays closed: no passphrase was given
passphrase-nobody = Your key is under a passphrase: start this in a terminal, or give it by --passphrase-fd
passphrase-unreadable = The passphrase could not be read: { $reason }
identity-not-made = There is no own key yet, and { $path } cannot be made: { $reason }. Without it nothing encrypted is sent or heard
identity-exists = There is a key already: { $path }. It stays as it is; who wants another moves that file away first, and is then somebody else to all contacts
identity-letters-length = A key on paper has { $count } letters and digits; spaces and dashes between them do not count
identity-letters-letter = There is a character that no key on paper has: only letters, and the digits 2 to 7, so no 0 or 1
identity-letters-check = Mistyped: these letters do not fit together. A key on paper is what “udpqq key export” printed, not the address

## file: config.toml and contacts.toml

file-unreadable = { $path } cannot be read: { $reason }
file-unwritable = { $path } cannot be written: { $reason }
file-too-big = { $path } is too big: more than { $limit } bytes
file-not-utf8 = { $path }, line { $line }: this is not UTF-8
file-syntax = { $path }, line { $line }, column { $column }: { $detail }
file-wants =
    { $path }, line { $line }: { $key } must be { $kind ->
        [text] a text in quotes
        [flag] true or false
        [audience] true, "contacts" or false
        [notify-level] true, "mention" or false
        [listen] a port, an address such as "127.0.0.1:8081", or "off"
        [places] a list of IPv4 addresses, networks or ranges, such as ["10.0.3.255", "10.0.4.0/24", "10.0.5.1-99"]; 64 entries and 1,024 addresses at most
        [folder] a folder that begins with / or ~/
        [encoding] the name of an encoding, such as "gb18030", "big5" or "shift_jis"
        [size] a size in quotes, such as "20MB"
        [period] a time in quotes, such as "7d" or "30m": at least a minute
        [keep-age] a time in quotes, such as "30d", or "all"
        [keep-messages] a whole number from 1, or "all"
        [keep-bytes] a size in quotes, such as "500MB", or "all"
        [servers] a list of servers, such as ["nats://n1:4222", "nats://n2:4222"]
        [hosts] a list of hosts, such as ["a.example", "192.0.2.7:6000"]
        [count] a whole number from 1
        [command] a line for the shell in quotes, or a list of words: ["notify-send", "udpqq"]
       *[table] a table
    }
file-bad-name =
    { $path }, line { $line }: { $reason ->
        [name-too-long] { name-too-long }
       *[other] { name-unprintable }
    }
file-bad-place =
    { $path }, line { $line }: { $why ->
        [six] { announce-six }
        [many] { announce-many }
       *[unknown] { announce-unknown }
    }
file-unknown-value = { $path }, line { $line }: { $key } cannot be “{ $value }”; there are { $known }
file-unknown-key = { $path }, line { $line }: { $key } is not known here and has no effect
file-unusual = { $path }, line { $line }: written in a way that can only be changed in an editor

## set: changing a setting

set-unknown-key = There is no setting { $key }
set-bad-value =
    { $key } cannot be “{ $value }”; it must be { $kind ->
        [flag] true or false
        [audience] true, "contacts" or false
        [listen] a port, an address such as 127.0.0.1:8081, or off
        [folder] a folder that begins with / or ~/
        [encoding] the name of an encoding, such as gb18030, big5 or shift_jis
        [choice] one of { $known }
       *[text] a text
    }

## name: what a name may be

name-empty = A name is needed
name-too-long = The name is too long
name-unprintable = The name holds characters that cannot be shown
name-reserved = “echo” is the built-in contact; choose another name

## contact: the contact list

contact-name-taken = There is already a contact { $name }
contact-unknown = There is no contact { $name }
contact-too-many = There are already { $limit } contacts
contact-name-twice = The name is there twice
contact-no-address = It has no address
contact-left-out =
    contacts.toml, line { $line }: “{ $name }” is left out. { $reason ->
        [address-empty] { address-empty }
        [address-scheme] { address-scheme }
        [address-host] { address-host }
        [address-hosts] { address-hosts }
        [address-too-many-hosts] { address-too-many-hosts }
        [address-port] { address-port }
        [address-no-port] { address-no-port }
        [address-encoding] { address-encoding }
        [address-option] { address-option }
        [address-brackets] { address-brackets }
        [address-room] { address-room }
        [address-group] { address-group }
        [name-empty] { name-empty }
        [name-too-long] { name-too-long }
        [name-unprintable] { name-unprintable }
        [name-reserved] { name-reserved }
        [contact-name-twice] { contact-name-twice }
        [contact-too-many] { contact-too-many }
       *[other] { contact-no-address }
    }

## cli: the command line

cli-heading-usage = Usage:
cli-heading-commands = Commands:
cli-heading-arguments = Arguments:
cli-heading-options = Options:
cli-heading-general = General options:
cli-heading-examples = Examples:
man-heading-status = EXIT STATUS
man-status = 0 done, 1 failed (one line on standard error says why), 2 wrong usage, 130 ended by Ctrl-C.
man-heading-files = FILES
man-files = ~/.config/udpqq: config.toml and contacts.toml. ~/.local/share/udpqq: history.db, identity.key, rooms.key, operators.key, downloads. ~/.local/state/udpqq: udpqq.log, and rooms.db of a relay. With --profile DIR all of them in that folder.
cli-word-options = OPTIONS
cli-word-command = COMMAND
cli-about-udpqq = A terminal messenger that talks to anything that speaks UDP, or text over TCP
cli-about-chat = Talk to somebody in plain lines: for screen readers, serial consoles, TERM=dumb and pipes
cli-about-send = Send one message
cli-about-listen = Print what arrives, one line each
cli-about-echo = A test peer that answers every datagram with the same text
cli-about-wire = Print every datagram, and every read and write of a stream, that passes our sockets, as they are on the wire. Nothing is kept or confirmed. Another udpqq or a relay that runs beside it has sockets of its own, which are not shown: the messenger has /wire
cli-about-contacts = See and change the contact list
cli-about-contacts-list = Print the contacts
cli-about-contacts-names = Print the names of the contacts, for completion in shells
cli-about-contacts-add = Add a contact
cli-about-contacts-remove = Remove a contact
cli-about-contacts-rename = Give a contact another name
cli-arg-open = A contact, or an address to open at once: { EXAMPLES() }
cli-arg-target = A contact, or an address such as { EXAMPLES() }
cli-arg-history = Messages of the history to print first (10 if not said)
cli-arg-text = The message; “-”, or none with piped input, reads standard input
cli-arg-send-hex = TEXT is bytes, two digits each: '48 65 6c'
cli-arg-raw = Send the bytes of standard input as they are, all of them; they need not be UTF-8
cli-arg-wait = Print the answers that come within so many seconds (5 if not said)
cli-arg-json = One JSON object per line
cli-arg-count = End after so many messages
cli-arg-timeout = End after so many seconds
cli-arg-upper = Answer in upper case
cli-arg-wire-target = Only of this contact, or of this address such as { EXAMPLES() }
cli-arg-pcap = Write the packets into a new file that Wireshark opens as well; with “-” to standard output, without the lines
cli-arg-hex = Print the bytes below each line
cli-arg-wire-count = End after so many packets
cli-about-key = Print your address for encrypted messages, and your key in groups to compare
cli-about-key-export = Print the secret half of your key, to keep on paper
cli-about-key-import = Take over a key from paper: its letters come from standard input
cli-about-key-passphrase = Put your key under a passphrase, under another one, or under none
cli-arg-passphrase-fd = Read passphrases, one a line, from this open file instead of asking
cli-arg-qr = Print the address as a code for phones instead
cli-arg-contact = The name of the contact
cli-arg-address = Its address, such as { EXAMPLES() }
cli-arg-new-name = Its new name
cli-arg-profile = Keep everything of one identity in this folder
cli-arg-interface = Use this network interface only; lo keeps every byte on this machine
cli-arg-listen = Where to listen: udp=8081, udp=127.0.0.1:8081 or udp=off; the kind is { KINDS() }
cli-arg-name = Your name
cli-arg-language = The language of the program: en, zh-CN or zh-TW
cli-arg-language-of-relay = The language of its lines, and of what it says to members without udpqq, who choose another one by /lang: en, zh-CN or zh-TW
cli-arg-theme = The colours
cli-arg-defaults = Skip the questions of the first start and stay invisible
cli-arg-verbose = Write more into the log file
cli-arg-test-panic = Panic once the screen is up
cli-arg-help = Print this help
cli-arg-version = Print the version
cli-about-completions = Print a script that completes this command line in a shell
cli-about-man = Print a page of the manual, for man(1)
cli-arg-shell = bash, elvish, fish, powershell or zsh
cli-arg-page = The command that the page is about; none: the program
cli-error-shell = There are no completions for “{ $value }”; there are for { $known }
cli-error-hint = “{ $command } --help” shows how it is used
cli-error-near = Did you mean { $arg }?
cli-error-unexpected = { $arg } is not expected here
cli-error-unknown-command = There is no command { $arg }
cli-error-missing = Missing: { $arg }
cli-error-missing-command = A command is missing
cli-error-no-value = { $arg } needs a value
cli-error-no-value-wanted = { $arg } takes no value
cli-error-twice = { $arg } is given twice
cli-error-not-both = { $arg } and { $other } do not go together
cli-error-not-utf8 = An argument is not valid UTF-8
cli-error-other = The command line was not understood: { $arg } { $value }
cli-error-seconds = { $arg } takes seconds such as 2 or 0.5, not “{ $value }”
cli-error-count = { $arg } takes a whole number from 1, not “{ $value }”
cli-error-listen-form = “{ $value }” does not say where to listen; it looks like udp=8081, udp=127.0.0.1:8081 or udp=off
listen-no-key = { $kind } needs your key, which was not opened at the start: it listens from the next start on
cli-error-listen-kind = --listen { $value }: the kinds are { $kinds }
cli-error-listen-later = --listen { $value }: not in this version yet

## argument: what usage calls an argument

argument-line = { ARGUMENTS($line) }
argument-address = ADDRESS
argument-command = COMMAND
argument-contact = CONTACT
argument-dir = DIR
argument-emoji = EMOJI
argument-file = FILE
argument-if = IF
argument-key = KEY
argument-kind = KIND
argument-name = NAME
argument-new = NEW
argument-old = OLD
argument-path = PATH
argument-port = PORT
argument-secs = SECS
argument-shell = SHELL
argument-tag = TAG
argument-text = TEXT
argument-value = VALUE
argument-where = WHERE

## start
start-unknown-interface = There is no network interface { $name }. Known here: { $known }
start-taken = { $address } is in use by another program. Choose another with --listen
start-listen-taken = { $address } is in use by another program, perhaps the messenger: --listen { $scheme }=0 takes a free port, --listen { $scheme }=off does without
start-bind = Cannot listen on { $address }: { $code }
start-chance = The system gives no random numbers: { $code }
start-thread = Could not start the history thread: { $code }
start-no-such-contact-near = { $name } is neither a contact nor an address; there is a contact { $near }
start-no-such-contact-command = { $name } is neither a contact nor an address; did you mean “udpqq { $near }”?
start-few-files = udpqq needs at least { $needed } open files, and only { $limit } are allowed here (ulimit -n)
start-no-such-contact = { $name } is neither a contact nor an address
start-no-terminal = udpqq needs a terminal here. Without one there are “udpqq chat NAME” for a conversation in plain lines, and for scripts “udpqq send” and “udpqq listen”
start-dumb-terminal = This terminal (TERM=dumb) cannot show a screen; “udpqq chat NAME” has a conversation in plain lines
start-in-use = Another udpqq is running with this profile. For a second one beside it: udpqq --profile { $other }
start-in-use-by = Another udpqq (process { $pid }) is running with this profile. For a second one beside it: udpqq --profile { $other }
flood-strangers = Strangers send more than there is room for: { $count } of their messages { $count ->
    [one] was
   *[other] were
} dropped
flood-strangers-disk = Less than 1 GiB is free on the disk: { $count } { $count ->
    [one] message
   *[other] messages
} of strangers dropped
flood-conversation = { $name } sends faster than people write: { $count } { $count ->
    [one] message
   *[other] messages
} dropped
flood-conversation-disk = Less than 1 GiB is free on the disk: { $count } { $count ->
    [one] message
   *[other] messages
} of { $name } that came faster than people write { $count ->
    [one] was
   *[other] were
} dropped
store-busy = The history does not keep up; the newest messages are not kept

## list
list-contacts = Contacts
list-nearby = Nearby
list-strangers = Strangers
list-requests = Requests
list-more = { $count } more
list-more-unread = { $count } unread
list-pinned = Pinned
list-draft = Draft: { $text }
list-sealed = sealed message
list-unheard = nothing is listening there
list-unreadable = encrypted, cannot be read here
list-weekday-1 = Mon
list-weekday-2 = Tue
list-weekday-3 = Wed
list-weekday-4 = Thu
list-weekday-5 = Fri
list-weekday-6 = Sat
list-weekday-7 = Sun
fold-unknown = Nothing in the list called “{ $name }” can be folded; there is { $known }
fold-nothing = Nothing in the list can be folded now
mute-contacts = This is saved with added contacts only: /add or Alt-C adds { $name }, then /mute again
pin-contacts = This is saved with added contacts only: /add or Alt-C adds { $name }, then /pin again
notify-contacts = This is saved with added contacts only: /add or Alt-C adds { $name }, then /notify again
notify-no-room = { $name } writes to nobody but you, so all of it is for you. /notify none: no bell and no unread count
notify-now-all = You are told of everything from { $name }. /notify mention: only when your name is said (in rooms); /notify none: never
notify-now-mention = { $name } calls you only when your name is said. /notify all: always; /notify none: never
notify-now-none = { $name } never calls you. /notify all: always
flash-mentions-only = { $name } rings and counts as unread only when your name is said. /notify all: always
flash-muted = { $name } is muted: no bell, and it does not count as unread. /mute again: as before
flash-unmuted = { $name } is not muted any more
flash-pinned = { $name } is pinned to the top of the list. /pin again: as before
flash-unpinned = { $name } is not pinned any more
flash-added = { $name } is among your contacts from now on

## header
header-plain = not encrypted
header-interface-down = { $name } is down
header-unreachable = nothing is listening there (yet)
header-stranger = { $key } add to contacts

## rule
rule-new-below = ↓ { $count } new  { $key }
rule-scrolled = ↓ { $key }
rule-everybody = to EVERYBODY on this network

## status
status-unread = { $count } unread
status-empty = { $count } { $count ->
        [1] empty datagram
       *[other] empty datagrams
    }
status-nobody = { $count } from { $count ->
        [1] a port of a service
       *[other] ports of services
    }
status-lost-on-arrival = { $count } { $count ->
        [1] datagram
       *[other] datagrams
    } lost on arrival
status-malformed = { $count } not understood
status-unkept = { $count } not kept
status-lost = { $count } lost
status-dropped = { $count } dropped
status-keeps-nothing = history off: kept only until udpqq ends
status-interface-down = { $name } is down: nobody is reached over it until it is up again
status-interface-up = { $name } is up again
status-port-taken = { $count ->
    [one] Port { $wanted } is taken; listening on { $port } instead
   *[other] Ports { $wanted } are taken, by another udpqq perhaps; listening on { $port } instead
}
status-ports-taken = Ports of udpqq are taken, by another one perhaps: { $wanted } became { $port }, { $off } is off
status-port-refused = Port { $wanted } cannot be used ({ $code }); listening on { $port } instead
status-not-listening =
    { $code ->
        [EADDRINUSE] Port { $port } is in use by another program: { $scheme } is off, everything else works
       *[other] { $scheme } cannot listen at port { $port }: { $code }
    }
status-echo-stays = echo is part of the program and stays

## hint
hint-help = help
hint-next-note = next
hint-close = close
hint-read-note = read all
hint-contacts = contacts
hint-next-unread = next unread
status-note-of = { $at } of { $of }
hint-palette = commands
hint-quit = quit
hint-copy = copy
hint-reply = reply
hint-mark-range = range
hint-one = one message
hint-react = emoji
hint-edit = edit
hint-delete = take back
hint-remove = remove for all
hint-inspect = raw bytes
hint-details = details
hint-back = back
hint-older = older
hint-newer = newer

## composer
composer-nobody = Choose a conversation with ↑ ↓, or /add somebody
composer-hint = Write to { $name }
composer-everybody = Everybody will read this; Enter asks once
composer-selecting = Choose a message with ↑ ↓; Esc goes back to the draft
composer-range = A range is chosen: y copies it, r quotes it, Space chooses one again
composer-find = find { $count }:
composer-find-empty = find:

## scrollback
scrollback-unread = { $count ->
    [0] new
   *[other] { $count } new
}
scrollback-cut = … { $bytes } more bytes · Ctrl-O Enter
scrollback-legacy = not UTF-8; as { $encoding }: { $text } ({ $key } reads this peer so)
legacy-read = From now on read as { $encoding }; /encoding auto takes it back
legacy-nothing = Nothing here is { $encoding } that was not read as such
scrollback-unread-missed = { $count ->
    [0] new, said while you were away
   *[other] { $count } new, said while you were away
}
scrollback-missed = said while you were away
scrollback-history-end = ↑ from the room's history
scrollback-history-reading = reading the room's history…
scrollback-history-more = the room's history has more · PgUp
scrollback-history-begun = the beginning of the room's history
scrollback-unreadable = The history cannot be read just now. PgUp tries again.
scrollback-unkept = not in the history: it could not be written
scrollback-failed = Not sent: { $why }.
fault-tries-again = tries again
fault-takes-back = takes it back
scrollback-more-lines = { $count } more { $count ->
        [1] line
       *[other] lines
    } · Ctrl-O Enter
scrollback-times = { $text }, { $count } times
scrollback-doubtful = { $why }.
scrollback-unheard = nothing is listening at { $address } (yet)
scrollback-empty = No messages yet. Type below and press Enter.
scrollback-gone = This conversation is gone; choose another with ↑ ↓
scrollback-nobody = No contacts yet. Alt-C adds one: a name and an address such as 192.168.1.20:8081
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

## flash
flash-quit-again = Ctrl-C again quits
flash-mouse-on = The mouse clicks and scrolls here again
flash-mouse-off = The mouse belongs to the terminal now, for marking and copying
flash-set = { $key } is now { $value }
flash-unset = { $key } is not set any more
flash-copied = Asked the terminal to copy it
flash-copied-tmux = Copied: tmux pastes it with its prefix, then ]
flash-link-copied = Asked the terminal to copy { $link }
flash-link-opened = Opening { $link }
flash-nothing-unread = Nothing is unread here
flash-nothing-unread-anywhere = Nothing is unread
flash-no-mention = No message names you here
flash-no-older-mention = No older message names you here
flash-no-key-here = No key of a chosen message: F1 lists them, Esc goes back to writing
flash-nothing-to-select = There is no message here yet
flash-nothing-to-retry = This message did not fail
flash-nothing-sent = Nothing has been sent here yet
flash-not-found = Nothing found
flash-no-note = The status line says nothing now
flash-newest-match = This is the newest match
flash-too-many-matches = Too many matches; another word narrows them down
flash-encrypted-now = { $name } is here encrypted: what you write goes there
flash-conversation-gone = This conversation is gone
flash-nobody = No conversation is open
flash-everyone = Sent to everybody on this network
flash-everyone-asks = { $count ->
    [0] Everybody on this network will read this.
    [one] Send this to 1 person on { $where }?
   *[other] Send this to { $count } people on { $where }?
} Enter again sends it
flash-ignored = { $name } is ignored until udpqq ends; /add with the same address takes that back
flash-blocked = { $name } is blocked for good; /add with the same address, then /accept, takes that back
flash-draft-full = That does not fit: a draft holds at most { $limit } bytes
flash-cleared = Cleared; { $key } or Up brings it back
flash-paste-too-long = { $bytes } bytes are too long for a draft, which holds { $limit }; /file sends a file
flash-paste-kept = Not pasted; { $key } puts it in after all
flash-too-long-here = That is too long for this field
flash-range-too-long = So many messages cannot be copied at once; choose fewer
flash-edit-left = Nothing was changed; Up brings back what you wrote
flash-edit-empty = Nothing stands there; to take a message back: Ctrl-O, then Del
flash-reply-gone = What this answers is not here any more
reply-not-here = Messages with { $name } cannot be answered one by one: that kind of connection knows no replies
edit-not-here = What { $name } has got cannot be changed: that kind of connection knows no edits
delete-not-here = What { $name } has got cannot be taken back: that kind of connection knows no deletions
react-not-here = No emoji can be put under messages with { $name }: that kind of connection knows none
remark-deleted = This message is deleted
remark-own-only = Only what you wrote yourself can be changed or deleted
remark-not-this = That cannot be done with this message
remark-nothing = There is no message here that this can be done with
remark-not-held = Scroll to that message first: it is not in sight. Esc leaves it, and keeps your words
remark-end-not-held = Go to the newest message first (Alt-End): it is not in sight
react-one-emoji = One emoji is needed, such as 👍
flash-cannot-stop = Not stopped: no shell waits here to continue it
flash-editor-kept = The text could not be taken; it stays in { $path }
flash-editor = The editor could not be used: { $reason }

## question
question-paste = Paste { $lines ->
    [1] one line
   *[other] { $lines } lines
}, { $bytes } bytes?
question-remove = Remove { $name } from the contacts? The history stays.
question-ignore = Block { $name } for good? Nothing from them is shown any more. /add with the same address, then /accept, takes that back.
question-forget = Remove { $name } from the list, with all messages, for good?
question-clear = Remove all messages with { $name } for good?
question-visit = Open a conversation with { $address }?
question-browse = This link leads to { $host }. It may look like another one: { $link }. Open it?
question-offer = { $count ->
        [one] Send { $file } to { $name }?
       *[other] Send { $count } files to { $name }?
    }
question-long-text = Too long for one message: { $bytes } bytes, and it carries at most { $limit }. Send it to { $name } as a file?
question-long-paste = Too long for a draft: { $bytes } bytes, and it holds at most { $limit }. Send them to { $name } as a file?
question-delete = Delete this on both sides, for good? { $words }
question-delete-here = It went to this contact's earlier key, and stays there. Delete it here only, for good? { $words }
question-remove-message = Remove this for everybody in the room, for good? { $words }
popup-react = Emoji
picker-keys = number, or ← → and Enter · or type one · Esc back
question-quit = { $count ->
    [1] A file is
   *[other] { $count } files are
} on the way and would break off: { $files }. Quit all the same?{ $comes ->
    [0] {""}
   *[other] {" "}What has arrived is kept.
}
question-quit-file = { $file } { $way ->
    [in] from
   *[out] to
} { $name } ({ $percent } %)
question-quit-more = { $count } more
question-quit-unkept = { $count ->
    [1] 1 message is not in the history and will be gone.
   *[other] { $count } messages are not in the history and will be gone.
} Quit all the same?
question-quit-now = Nothing would be lost now. Quit?
question-paste-keys = Enter into the draft · f send as a file · Esc no
question-keys = Enter yes · Esc no
question-no-answer = That is no answer. { $keys }
flash-question-left = Nothing was done: only Enter says yes

## form
form-first-start = Welcome to udpqq
form-first-start-intro = Nothing is sent until you press Enter.
form-add = Add a contact
form-add-intro = An address is host:port, such as 192.168.1.20:8081 or [::1]:8081; or { FORMS() }. Add ?encoding=gbk for a peer that writes GBK.
form-password = Password of the room
form-password-intro = It is not sent. What proves that you know it is kept for the next start; /password forget forgets it.
form-room-password = Password
form-operator = Password of the operator
form-operator-intro = It is not sent. What proves that you know it is kept for the next start; /operator forget forgets it.
form-rename = Rename the contact
form-rename-intro = The conversation stays as it is.
form-name = Name
form-address = Address
form-language = Language
form-visible = Visible here
form-yes = yes
form-no = no
form-hint = Enter save · Tab/↑↓ next · Esc later

## popup
popup-help = Keys and commands
popup-palette = Commands
popup-go-to = Go to
popup-sent = Sent before
popup-links = Links
question-title-paste = Paste
question-title-remove = Remove the contact
question-title-clear = Remove the conversation
question-title-delete = Delete for both
question-title-remove-message = Remove for all
question-title-quit = Quit
question-title-compare = Compare keys
question-title-offer = Send files
question-title-text = Send as a file
question-title-visit = Open the address
question-title-browse = Open the link
question-title-ignore = Block somebody
question-title-distrust = Keys differ
popup-search = Search everything
popup-search-hint = Type words that a message has to hold. Filters narrow it down: from:me or from:alex, in:alex, after:yesterday, before:2026-11-21. Enter goes to the message.
popup-search-running = Searching …
popup-search-filters = from: in: before: after:
popup-more = { $count } more ↓
popup-inspect = Datagram, { $bytes } bytes
popup-inspect-nothing = Nothing went over the wire
popup-details = Details
popup-whole = The whole message
popup-note = What the status line says

## details
details-with = With | { $name }
details-room = Room | { $name }
details-address = Address | { $address }
details-time = Time | { $time }
details-bytes = On the wire | { $bytes } bytes
details-source = From | { $source }
details-unauthenticated = Anyone can have sent it: plain text proves nothing about the sender.
details-lossy = Some bytes did not decode and stand as �. /encoding reads them again in another encoding.
details-marked = Since | { $time }
details-unkept = Not in the history: it could not be written. It is tried again with the next message.
details-waiting = … waiting: not yet handed to the network
details-sent = ✓ handed to the network; whether it arrived, plain text cannot know
details-delivered = ✓✓ stored by the other side
details-failed = × not sent
details-doubtful = × failed
details-reason = Why | { $why }

## help
help-writing = Writing
help-anywhere = Anywhere
help-signs-word = mark
help-signs-words = mark marks sign signs symbol symbols tick ticks check checks receipt
palette-signs = what the signs and marks mean (ticks): ✓ ✓✓ … × ● ◇
help-selecting = A message is chosen (Ctrl-O)
help-finding = Looking for a word (Ctrl-S)
help-popup = In lists and forms
help-results = In the search through everything (Alt-S)
help-marks = Beside what you wrote, and files
help-presence = Beside names in the list
help-commands = Commands (// sends a slash)

## key
key-send = send
key-newline = new line
key-up = previous contact; while typing: line up, then sent messages
key-down = next contact; while typing: line down
key-complete = complete a command, a name, a path or an :emoji:
key-sent-history = search what was sent
key-editor = write in your editor
key-line-start = start of the line
key-line-end = end of the line
key-text-start = start of the text
key-text-end = end of the text
key-left = one character left
key-right = one character right
key-word-left = one word left
key-word-right = one word right
key-backspace = delete the character before
key-delete = delete the character under the cursor
key-kill-word-left = cut back to the last space
key-kill-word-backward = cut the word before
key-kill-word-forward = cut the next word
key-kill-line-start = cut to the start of the line
key-kill-line-end = cut to the end of the line
key-yank = insert what was cut
key-transpose = swap two characters
key-undo = undo; on an empty draft what was sent or cleared last comes back
key-redo = redo
key-next = next conversation
key-previous = previous conversation
key-nth = conversation 1 (to Alt-9)
key-next-unread = next unread conversation, at last further down here
key-last-visited = last visited
key-mention = a message that names you, then the one before
key-go-to = go to a conversation by part of its name
key-add-contact = add a contact, or the stranger that is open
key-rename-contact = rename the open contact
key-remove-contact = remove the open contact
key-page-up = a page up; in a long draft first of that
key-page-down = a page down
key-oldest = to the oldest message
key-newest = to the newest message
key-first-unread = to the first unread message
key-find = find in the whole conversation
key-find-next = next match
key-find-previous = previous match
key-find-older = previous match
key-find-newer = next match
key-search = search every conversation
key-results-accept = go to the message; F3 goes on there
key-results-first = the newest result
key-results-last = the oldest result known
key-select = choose a message
key-select-up = the message above
key-select-down = the message below
key-extend-up = the message above too
key-extend-down = the message below too
key-mark-range = begin a range here, or choose one again
key-select-oldest = the oldest message
key-select-newest = the newest message
key-copy = copy its text
key-reply = reply to it; where there are no replies, and a range, quote it
key-edit-message = change what you wrote
key-react = put an emoji under it; the same again takes it back
key-delete-message = take back what you wrote, on both sides
key-inspect = raw datagram in hex
key-details = when, from where, how
key-open = open the picture in a window; else show it in full
key-retry = stop what is being moved; send again what failed
key-accept = accept
key-popup-down = down
key-popup-up = up
key-next-field = next field
key-previous-field = previous field
key-palette = all commands
key-help = this help
key-mouse = mouse on or off (off: the terminal selects)
key-bare = bare text, for copying with the terminal
key-redraw = redraw
key-read-note = read all of what the status line says
key-suspend = stop, if a shell waits (fg continues)
key-back = back, never quits; right before a key: Alt
key-clear-or-quit = clear the draft, which undo, Ctrl-Y or Up brings back; on an empty one twice quits
key-quit = quit

## command
command-add = add a contact
command-remove = remove the open contact
command-rename = rename the open contact
command-encoding = read and write this peer in an encoding, such as gb18030; auto takes that back
command-newline = what stands behind every message to this peer; auto: as its own end
command-hex = send bytes, two digits each; they are shown above before
command-search = search every conversation
command-me = say what you do: * name text
command-reply = answer the last message; without a text what you write next does
command-edit = change your last message
command-react = put an emoji under the last message
command-delete = take your last message back, on both sides
command-ignore = show no more of this stranger; whoever has a key is blocked
command-mute = no bell and no unread count for this contact; again: as before
command-notify = what of this contact rings and counts: all, only what says your name, none
command-pin = keep this contact at the top of the list; again: as before
command-fold = fold a section, group or host of the list, or open it
command-history = read what was said in this room before
command-clear = remove all messages of this conversation
command-inspect = raw bytes of the newest message
command-wire = see what passes the sockets: of this conversation, of a contact, or all; nothing is sent or kept on disk
command-lab = a bad network on purpose, for what you and this conversation send: shares lost, doubled or overtaken, and a delay; /lab says what is on
command-nick = change your name
command-theme = change the colours: auto, dark, light, classic, mono
command-set = change a setting in config.toml
command-listen = listen somewhere else from now on: { LISTENERS() }, and a port, an address or off
command-help = keys and commands
command-quit = quit
command-needs = Usage: /{ $name } { ARGUMENTS($what) }
command-takes-nothing = /{ $name } takes no words behind it
command-unknown = /{ $name } is not a command; // sends a slash
command-unknown-near = /{ $name } is not a command; did you mean /{ $nearest }?
command-ignore-strangers = Only strangers can be ignored; /remove removes a contact
command-encoding-fixed = Here every message is UTF-8; the encoding cannot be chosen
command-no-such-encoding = { $name } is not an encoding known here; gbk, gb18030, big5 and shift_jis are
newline-not-here = { $name } is no program that a line end can be put behind a message for: that is for plain UDP
hex-empty = No bytes: write two digits for each, such as 48 65 6c
hex-no-digit = At character { $at }: “{ $character }” is no hexadecimal digit (0–9, a–f)
hex-half = At character { $at }: a byte has two digits
hex-not-here = Bytes can be sent to plain UDP and TCP only; { $name } is neither
hex-preview =
    { $count ->
        [one] { $count } byte · Enter sends it
       *[other] { $count } bytes · Enter sends them
    }
command-no-such-language = There are no texts in { $name }; there are: { $known }
command-no-such-theme = There is no theme { $name }; there are: { $known }

## headless: the commands without a screen, and what can go wrong before there is one

headless-no-target = There is no contact “{ $name }”, and as an address: { $reason }
headless-nothing-to-send = There is nothing to send: the text is empty
headless-input = Standard input cannot be read: { $reason }
headless-input-too-long = Standard input is longer than { $limit } bytes
headless-input-not-utf8 = Standard input is not UTF-8, from byte { $at } on; send --raw sends the bytes as they are
headless-output = Standard output cannot be written: { $reason }
headless-listening = listening on { $scheme } { $address }
headless-off = { $scheme } is off, so nothing can arrive; choose a port, such as --listen udp=8081
headless-service = Not shown: what comes from ports of services, such as { $source }; add it as a contact if it is one
notice-dropped = { $scheme } { $address }: { $count } { $count ->
        [1] datagram
       *[other] datagrams
    } lost on arrival: too many came at once
headless-too-few = { $count } of { $wanted } messages came in time
headless-nobody = Nothing is listening at { $address } (yet)
headless-relay-silent = The relay does not answer at { $address }: is “udpqq relay” running there, and does its firewall let in that port?
headless-ourselves = That address is this machine’s own: nobody else would get it. --listen ipmsg=PORT moves our port
headless-too-many = { $source } gets no more than { $limit } answers a second
headless-loop = { $source } gets no answer: it could go on for ever
headless-unkept = { $count } messages are not in the history: it could not be written
headless-broken = A part of the program has failed, which is a mistake in udpqq; udpqq.log in the profile says more, and what the history has is safe
headless-system = The system does not let udpqq start: { $reason }
headless-terminal = The terminal cannot be used: { $reason }

## history: the commands of the history, and /export

history-me = me
history-messages = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
history-unread = { $count } unread
history-more = There are more; --limit 0 prints all
history-nothing = Nothing was found
history-no-target = The history has no conversation “{ $name }”
history-imported = { $new } new, { $known } there already{ $overdue ->
    [0] { "" }
   *[other] , { $overdue } overdue and left out
}
history-not-sent = (not sent: { $why })
history-doubtful = ({ $why })
history-waiting = (still waiting to be sent)
export-exists = { $path } is there already; choose another name
export-busy = An export is still being written
export-no-history = The history is kept in memory only, so there is nothing to export from
export-done = { $count ->
    [one] 1 message is
   *[other] { $count } messages are
} now in { $path }
import-not-json = { $path }, line { $line }: not a message in JSON: { $reason }. Nothing was imported
import-not-utf8 = { $path }, line { $line }: not UTF-8 from byte { $at } on. Nothing was imported
import-field = { $path }, line { $line }: “{ $value }” makes no sense as { $field }. Nothing was imported
import-too-long = { $path }, line { $line }: longer than { $limit } bytes. Nothing was imported
cli-about-history = See, search, export and import the history
cli-about-history-list = Print the conversations, the most recent first
cli-about-history-search = Print the messages that match, the newest first; exit status 1 if there are none
cli-about-history-export = Print the messages as JSON Lines, or for people
cli-about-history-import = Take in the messages of an export, or of listen --json
cli-arg-words = Words that a message must have, by their beginnings, and filters: from:NAME, from:me, in:NAME, after:DATE (from then on), before:DATE (until then); a DATE is 2026-11, 2026-11-21, today or yesterday
cli-arg-limit = End after so many messages; 0: print all (50 if not said)
cli-arg-conversation = A contact, or an address such as 192.168.1.20:8081; everything if not said
cli-arg-transcript = A transcript for people instead of JSON
cli-arg-output = Write into this new file, which only you can read
cli-arg-file = The file; “-” reads standard input
cli-error-limit = { $arg } takes a whole number, not “{ $value }”
command-export = write this conversation into a file: JSON, or text for .txt and .md

## doctor: what does not work, and what to do about it

doctor-label-machine = This machine
doctor-label-profile = Profile
doctor-label-ports = Ports
doctor-label-firewall = Firewall
doctor-label-broadcast = Broadcast
doctor-label-large = Large datagrams
doctor-label-peer = Contact
doctor-label-way = Way
doctor-word-good = good
doctor-word-note = note
doctor-word-warning = warning
doctor-word-bad = bad
doctor-separator = { "; " }
doctor-line = { $word }  { $label }: { $text }
doctor-todo = What to do: { $text }
doctor-all-well = Nothing, as far as this machine can tell
doctor-no-advice = There is no simple answer to what is marked above
doctor-not-well = { $count ->
    [1] 1 check found something
   *[other] { $count } checks found something
}
doctor-asked = { $peers ->
    [0] Only this machine was asked
   *[other] Only { $name } and this machine were asked
}{ $probed ->
    [0] .
   *[other] {" "}(one probe each to everybody on { $networks }, at a port that is free here).
}
doctor-took-too-long = not known: it took too long
doctor-no-interface = there is no network interface
doctor-no-such-interface = there is no interface { $name }
doctor-card = { $name } { $addresses }{ $mtu ->
    [0] {""}
   *[other] , mtu { $mtu }
}
doctor-card-empty = { $name } has no address
doctor-more-interfaces = { $count } more
doctor-only-loopback = nothing leaves this machine, as --interface says
doctor-no-network = no network: nothing can leave this machine
doctor-do-network = Connect this machine to a network; this shows what it has:
doctor-profile-good = its folders can be written
doctor-profile-closed = { $path } cannot be written: settings, contacts and history are not kept
doctor-do-profile = Make { $path } yours, or choose another folder with --profile:
doctor-ports-off = nothing listens: all dialects are off
doctor-port-ours = { $port } udpqq
doctor-port-shared = { $port } udpqq, shared{ $pid ->
    [0] {""}
   *[other] {" "}with { $program } ({ $pid })
}
doctor-port-moved = { $port } is taken{ $pid ->
    [0] {""}
   *[other] {" "}by { $program } ({ $pid })
}, { $scheme } is at { $instead } instead
doctor-port-taken = { $port } is taken by { $pid ->
    [0] another user’s program
   *[other] { $program } ({ $pid })
}, so { $scheme } is off
doctor-port-moves = { $port } is taken by { $pid ->
    [0] another user’s program
   *[other] { $program } ({ $pid })
}: { $scheme } will be at a free port
doctor-port-refused = { $port } cannot be had: { $code }
doctor-port-off = { $scheme } is off
doctor-port-free = { $port } free
doctor-do-port-whose = Find out whose program has port { $port }:
doctor-do-port-taken = End { $program } (process { $pid }), or let { $scheme } listen elsewhere:
doctor-do-port-refused = Let { $scheme } listen at another port:
doctor-firewall-good = lets in what comes to our ports
doctor-firewall-no-tool = nft and iptables are not here, so its rules are not known
doctor-firewall-denied = only root may read its rules: sudo udpqq doctor
doctor-firewall-unclear = { $tool } says nothing that can be read
doctor-firewall-unsure = { $tool } has rules that depend on more than ports: they may drop some of it
doctor-firewall-drops = { $tool } drops { $ports } (table { $table }, chain { $chain })
doctor-firewall-policy = { $tool } drops what no rule lets in, and none lets in { $ports } (table { $table }, chain { $chain })
doctor-do-firewall = The firewall of this machine drops what others send to { $ports }. Let it in:
doctor-broadcast-none = no interface here has one
doctor-broadcast-heard = heard ourselves on { $name } after { $after } ms
doctor-broadcast-silent = what goes to everybody on { $name } does not come back
doctor-broadcast-refused = nothing can be sent to everybody on { $name }: { $code }
doctor-do-broadcast = Rooms and IP Messenger need broadcasts on { $name }: look at its firewall; where the network itself drops them, name the others in announce
doctor-large-none = no interface to try
doctor-large-good = { $bytes } bytes come back
doctor-large-parts = on { $name } they leave in { $parts } parts
doctor-large-silent = the largest datagram does not come back on { $name }
doctor-large-refused = the largest datagram cannot be sent on { $name }: { $code }
doctor-do-large = Long texts may get lost here: keep plain messages under 1,400 bytes
doctor-peer-answered = answered after { $after } ms
doctor-peer-last = last heard { $time }{ $sourced ->
    [0] {""}
   *[other] {" "}from { $from }
}
doctor-peer-up = the connection is up
doctor-peer-inside = it is inside this program
doctor-peer-silent = nothing came back in { $seconds } s
doctor-peer-unreachable = nothing is listening at { $address } (yet)
doctor-peer-listens = { $pid ->
    [0] another user’s program
   *[other] { $program } ({ $pid })
} listens at { $address }
doctor-peer-no-route = no way leads to { $address } from here
doctor-peer-unasked = not asked: whatever is sent by { $scheme } is a message
doctor-peer-elsewhere = not asked: the answer would come to the program that has our port, most likely the udpqq that runs
doctor-peer-room = not asked: a broadcast room has no one peer to ask; whether broadcasts come back is said above
doctor-peer-no-name = no machine is known by the name { $name }
doctor-do-settings = Mend what is named above, or start with another folder: --profile DIR
doctor-do-write = Write to { $name }: where nothing listens, the conversation says so
doctor-do-elsewhere = Ask in the udpqq that runs:
doctor-do-name = Check how { $name } is written, or give the address as a number
doctor-do-start-relay = Start the relay on its machine:
doctor-do-relay = Is the relay running at { $address }? If so, the firewall there has to let in UDP port { $port }
doctor-do-route = Connect this machine to a network that leads to { $address }:
doctor-do-start = Start the program there; it has to listen at port { $port }.
doctor-do-peer = Is { $name } on, with its program running at { $address }? If so, the firewall there has to let in port { $port }. Whether the machine answers:
doctor-way = { $scheme } { $address }, { $encrypted ->
    [yes] encrypted
   *[no] encoding { $encoding }
}, receipts { $receipts ->
    [yes] yes
   *[no] no
}
doctor-way-program = { $program }
popup-doctor = { $peers ->
    [0] Doctor
   *[other] Doctor: { $name }
}
doctor-what-to-do = What to do
doctor-took = { $seconds } s
doctor-running = looking…
command-doctor = find out what does not work
command-look = ask who is here now
command-announce = be announced on other networks too; off: no longer
announce-six = “{ $place }” is IPv6, and what announces itself, IP Messenger, speaks IPv4: reach them as contacts, by their udpqq:// address
announce-unknown = “{ $place }” is no IPv4 address, network or range, such as 10.0.3.255, 10.0.4.0/24 or 10.0.5.1-99
announce-many = { $addresses } addresses in { $entries ->
    [one] one entry
   *[other] { $entries } entries
} are too many: 1,024 addresses in 64 entries at most
announce-nowhere = You are announced on your own networks only. /announce 10.0.4.0/24 tells other networks, one address after the other
announce-places = Announced to { $places }: { $addresses ->
    [one] one address
   *[other] { $addresses } addresses, fifty a second
}
announce-hidden = Noted: { $places }. Nobody is told while you are not visible: /set visible true
doctor-no-room = { $address } is a room, and only who is in it can look at it: /join first, or type “udpqq doctor { $address }” in a shell
doctor-unknown = There is no contact “{ $name }” to look at
look-asking = Asking who is here…
look-answered = { $count ->
    [1] 1 person has answered: { $names }
   *[other] { $count } people have answered: { $names }
}
look-nobody = Nobody has answered. /doctor says what may be in the way
look-hidden = You are not visible, so nobody is asked: /set visible true
look-off = Nothing that asks is listening: { $schemes }
cli-about-doctor = Find out what does not work here, or with one contact, and what to do about it
cli-arg-examined = A contact or an address that is to be reached

## relay doctor: what keeps a relay from its work

doctor-label-servers = NATS servers
doctor-label-encryption = Encryption
doctor-label-version = Version
doctor-label-jetstream = JetStream
doctor-label-access = Permissions
doctor-label-replicas = Copies
doctor-label-log-settings = Log
doctor-label-appends = Appends
doctor-label-log-room = Space in the log
doctor-label-clock = Clock
doctor-label-archive = Archive
doctor-label-room-file = File
doctor-label-file-rights = File mode
doctor-label-integrity = Contents
doctor-label-disk = Disk
doctor-label-relay-port = Relay
doctor-server-answers = { $server } answers after { $after } ms
doctor-server-there = { $server } is there and lets no relay in
doctor-server-silent = { $server } does not answer
doctor-encryption-good = what relays and servers say is encrypted
doctor-encryption-local = none, and nothing leaves this machine
doctor-version-good = { $versions }
doctor-jetstream-good = on at every server that answers
doctor-log-none = there is none yet: the first relay makes it, and the rest can be tried then
doctor-access-good = appending, listening and reading are permitted
doctor-archive-answers = an archive answers, after { $after }
doctor-archive-none = none runs: what the servers drop is gone, and nobody searches for members without udpqq
doctor-archive-silent = one is there and does not answer
doctor-do-archive = Look at the archive’s log, and give the relays’ key what udpqq relay permissions prints
doctor-replicas-good = { $there } of { $wanted } have everything
doctor-replicas-missing = { $there } of { $wanted } have everything: the others are gone or behind
doctor-log-settings-good = as this relay wants it
doctor-appends = { $count } tries kept, each after { $middle } ms, the slowest after { $slowest } ms
doctor-log-room = { $used } MB used{ $most ->
    [0] { "" }
   *[other] { " " }of { $most } MB; beyond that the oldest go
}
doctor-clock-ahead = the log’s is ahead of ours by { $apart } ms
doctor-clock-behind = the log’s is behind ours by { $apart } ms
doctor-room-file-good = { $path } can be read
doctor-room-file-none = { $path } is not there yet: the relay makes it when it starts
doctor-file-rights-good = { $mode }: only the relay’s user can read it
doctor-file-rights-open = { $mode }: others on this machine can read it
doctor-integrity-good = whole
doctor-integrity-bad = damaged: { $reason }
doctor-disk-room = { $free } MB free{ $most ->
    [0] { "" }
   *[other] , and the rooms take { $most } MB at most
}
doctor-disk-closed = { $path } cannot be written
doctor-disk-unknown = { $path } cannot be used: { $code }
doctor-relay-answers = answers at { $address }
doctor-relay-silent = nobody answers at { $address }
doctor-do-build = Use a udpqq that was built with NATS:
doctor-do-servers = Start the servers that do not answer, let the relay through their firewall, or name others with --cluster
doctor-do-access = Give the relay its key (--cluster-nkey, --cluster-creds), and its user at the servers what this prints:
doctor-do-encryption = Name the servers by tls://, and the authority of their certificates with --cluster-ca
doctor-do-version = Bring the servers to 2.11 or later, one after the other:
doctor-do-jetstream = Put jetstream and its store_dir into the settings of every server, as assets/nats-server.conf has it
doctor-do-replicas = Start the servers that are gone and wait until they have caught up, or ask for fewer copies with --replicas
doctor-do-log-settings = Give this relay the settings of the others: --shards, --prefix, --replicas, --keep
doctor-do-log-room = Give the servers more room (max_file, or the limits of the account), or keep less with --keep-bytes
doctor-do-appends = Look at the disks of the servers and at the network between them: messages wait for both
doctor-do-clock = Set the clocks of all machines by the network:
doctor-do-room-file = Move { $path } away and import the last export of it (udpqq relay history import); nothing else mends it
doctor-do-file-rights = Take the file from the others:
doctor-do-file-was-open = Find out what opened it to others; they may have read it
doctor-do-disk-closed = Give { $path } to the user that the relay runs as, on a disk that can be written
doctor-do-disk = Make room on the disk of { $path }, or keep less with --keep-bytes

## store: the history, and what goes wrong with its file

store-fault =
    { $fault ->
        [full] the disk is full
        [io] the disk fails to read or to write
        [read-only] the file or its folder is read-only
        [busy] another program holds the file
        [cannot-open] the file cannot be opened or created
        [damaged] the file is damaged
        [taken] another program has written into it meanwhile
        [foreign] history.db was written by a later version, or by another program
        [foreign-file] { $file } was written by a later version, or by another program
       *[other] { $code }
    }
store-cleared = All messages with { $name } were removed from the history
history-of-relays = /history asks a relay for what it keeps of a room. What was said here before: PgUp, or /search
history-not-there = { $name } keeps no history that could be read
history-not-in = { $name } cannot be reached at the moment
history-begun = This is the beginning of the history of { $name }
history-reading = The history of { $name } is being read already
history-disk-low = The disk is nearly full: no history is read
store-not-cleared = The messages could not be removed from the history; they are still there
store-not-kept = Not kept: { store-fault }
store-not-read = The history cannot be read: { store-fault }
store-not-imported = Nothing was imported: { store-fault }
store-in-memory = Messages and drafts are kept only until udpqq ends: { store-fault }
store-moved-aside = The history was damaged and is now in { $name }; a new one has begun. Nothing in that file is removed when its time is over: delete it once you no longer need it
store-gone = The history was removed or renamed while udpqq was running; a new one has begun with what is still held here
store-replaced = Another file took the place of the history and is now in { $name }; a new history has begun with what is still held here. Nothing in that file is removed when its time is over: delete it once you no longer need it
store-index-damaged = The index of the search was damaged; it is being made anew
store-in-use = Another udpqq uses this profile
store-in-use-by = Another udpqq uses this profile: process { $pid }
store-no-lock = The history cannot be locked: { $code }
store-unlocked = Messages and drafts are kept only until udpqq ends, since the history cannot be locked: { $code }
room-log-not-opened = The log of the rooms cannot be opened: { store-fault }
room-log-not-read = The log of the rooms cannot be read: { store-fault }
room-log-not-written = The log of the rooms was not changed: { store-fault }
room-log-in-use = Another relay keeps the log of its rooms here
room-log-in-use-by = Another relay keeps the log of its rooms here: process { $pid }
room-log-no-lock = The log of the rooms cannot be locked: { $code }
room-log-busy = A relay that runs here keeps these rooms; it has to end first
room-log-busy-by = A relay that runs here keeps these rooms: process { $pid }; it has to end first

## search: what is wrong with a search

search-too-long = A search takes at most { $limit } bytes
search-too-many = A search takes at most { $limit } words and filters
search-date = “{ $part }” is not a date; dates look like { $example }, 2026-11, 2026-11-21T10:30, today or yesterday

## relay: the server for group chat

cli-about-relay = Be a relay: what one member of a room sends goes to all others in it
cli-about-relay-order = Tell the relay that runs with this profile what to do: who is put out or may not write, and how a room is run
cli-about-relay-doctor = Find out whether a relay with these settings can do its work, and what to do about it
cli-about-relay-permissions = Print what a relay may do at the NATS servers, for their settings
cli-about-relay-archive = Keep what is said at the relays of a cluster, longer than its NATS servers do; relays ask it for pages that those do not have any more
cli-about-relay-operator = Say who is in charge among the members of a relay. A relay that runs knows it at once
cli-about-relay-operator-add = Put somebody in charge, by a password that is asked for or read from standard input; once more: another password
cli-about-relay-operator-remove = Take it away again
cli-about-relay-operator-list = Print who is in charge
cli-arg-order-words = kick NAME · ban NAME [TIME] · unban NAME|ADDRESS · mute NAME [TIME] · unmute NAME · bans · slow ROOM SECONDS|off · moderated ROOM on|off · topic ROOM [TEXT] · close ROOM · open ROOM · remove ROOM PLACE… (udpqq relay history search says where a message stands) · password ROOM, which is asked for or read from standard input, and is none if empty; a TIME is 90m, 12h or 7d, and for good if not said
cli-arg-relay-address = Where to listen: 6000, 192.168.1.20:6000 or [::]:6000 (6000 on every address if not said)
cli-arg-relay-open = Let everybody in without a proof of the address. Whoever can reach the relay can then aim it at somebody: under a forged address it sends a room's messages to a host that never asked. For class rooms only
cli-arg-members = Members at the most (4096 if not said)
cli-arg-rooms = Rooms besides the lobby at the most (256 if not said)
cli-arg-rate = Messages a second from one member (20 if not said)
cli-arg-bytes = Bytes a second from one member (65536 if not said)
cli-arg-bandwidth = Bytes a second to all members together (67108864 if not said)
cli-arg-silence = Seconds of silence after which a member is gone (60 if not said)
cli-arg-relay-history = Keep what is said in the rooms, so that members read what they missed; the first lines say where and how long
cli-arg-keep = How long a message is kept: 30d, 12h, or all (30d if not said)
cli-arg-keep-messages = Messages of each room that are kept, or all (100000 if not said)
cli-arg-keep-bytes = Bytes of all rooms that are kept: 500MB, or all (1GB if not said)
cli-arg-cluster = Keep what is said at these NATS servers (JetStream, 2.11 or later), for all relays that name them: nats://n1:4222,n2 or tls://n1,n2
cli-arg-cluster-ca = The authority (PEM) that the servers' certificates are from
cli-arg-cluster-creds = A file with a JWT and its key, which only you can read
cli-arg-cluster-nkey = A file with the seed of a key, which only you can read
cli-arg-prefix = What all names at the servers begin with: relays with another one know nothing of each other (udpqq if not said)
cli-arg-replicas = How many servers keep each message (3 where so many are named, else 1)
cli-arg-shards = Streams that share the rooms (1), the same at all relays of a cluster; at most 64
cli-arg-for-archive = For an archive instead of a relay
cli-arg-archive-cluster = The NATS servers of the relays whose rooms are kept: nats://n1:4222,n2 or tls://n1,n2
cli-arg-archive-keep = How long a message is kept: 3650d, 12h, or all (all if not said)
cli-arg-archive-keep-messages = Messages of each room that are kept, or all (all if not said)
cli-arg-archive-keep-bytes = Bytes of all rooms that are kept: 500MB, or all (all if not said)
cli-arg-public = Where members of the other relays of the cluster reach this one, as a.example or 192.0.2.7:6000; that is where they go when theirs ends
cli-arg-operators = A file that says who is in charge among the members, which only you can read; without it operators.key of the profile. Relays of a cluster have one each, or copies of one
cli-arg-operator-name = The name that is typed with /operator: one word
cli-arg-tui = Show rooms, members and rates on the screen instead of writing a log
cli-arg-metrics = Serve figures for Prometheus at http://ADDRESS/metrics; a port alone is open to this machine only
cli-error-relay-place = “{ $value }” is not where a relay can listen; it looks like 6000, 192.168.1.20:6000 or [::]:6000
cli-error-metrics = “{ $value }” is not where figures can be served; it looks like 9100 or 192.168.1.20:9100
cli-error-public = “{ $value }” is not where a relay can be reached; it looks like a.example or 192.0.2.7:6000, at most eight with commas between them
cli-error-retention = “{ $value }” does not fit { $arg }, which takes { $kind ->
        [keep] a time from 2m, such as 30d, 12h or 90m
        [keep-messages] a whole number from 1
       *[keep-bytes] a size such as 500MB or 2GB
    }, or all
relay-off = The relay is off in the settings; choose a port, such as udpqq relay 6000
relay-open = Anybody can join without a proof of the address (--open), also under somebody else's: do not let the Internet reach this port
relay-no-terminal = --tui needs a terminal; without it there is one log line for each event
relay-metrics = figures at http://{ $address }/metrics
relay-metrics-taken = { $address }, where the figures are to be, is in use by another program. Choose another with --metrics
relay-metrics-bind = Figures cannot be served at { $address }: { $code }
relay-no-log = The log cannot be written any more; the relay goes on without it
relay-not-notified = systemd cannot be told: { $reason }
relay-history =
    what is said in the rooms is kept { $unit ->
        [all] without end
        [m] { $count ->
            [one] for a minute
           *[other] for { $count } minutes
        }
        [h] { $count ->
            [one] for an hour
           *[other] for { $count } hours
        }
       *[d] { $count ->
            [one] for a day
           *[other] for { $count } days
        }
    }{ $messages ->
        [all] { "" }
       *[other] , { $messages } messages of each room at most
    }{ $bytes ->
        [all] { "" }
       *[other] , { $bytes } in all
    }: { $path }
relay-keeps-nothing = --keep, --keep-messages and --keep-bytes say how much of the rooms is kept: add --history
relay-history-nowhere = --history needs a folder to keep the rooms in, and there is no home folder: name one, as in udpqq --profile DIR relay --history
cli-about-relay-history = See, search, export, import and remove what a relay has kept of its rooms (--history)
cli-about-relay-history-list = Print the rooms, the most recent first
cli-about-relay-history-search = Print the messages that match, the newest first, each with its place; exit status 1 if there are none
cli-about-relay-history-export = Print the messages as JSON Lines, or for people
cli-about-relay-history-import = Take in the messages of an export. The relay has to have ended
cli-about-relay-history-remove = Remove a message, a room or all that a member wrote, for good. The relay has to have ended
cli-arg-room-words = Words that a message must have, by their beginnings, and filters: from:NAME, in:ROOM, after:DATE (from then on), before:DATE (until then); a DATE is 2026-11, 2026-11-21, today or yesterday
cli-arg-room = This room alone
cli-arg-member = What a member wrote under this name, in all rooms unless one is named. Nothing proves names; an ID, which search --json shows as “member”, is one member's whatever the name was
cli-arg-place = The message at this place, which search shows first
cli-arg-yes = Do not ask
cli-error-one-of = One of { $known } is missing
room-history-no-room = Nothing is kept of a room “{ $name }”
room-history-until = to { $time }
room-history-imported = { $new } new, { $known } there already{ $moved ->
    [0] { "" }
   *[other] ; some stand before what was there, so members load these rooms again
}
room-history-ask = Remove { $count ->
    [one] 1 message
   *[other] { $count } messages
} for good? y or n
room-history-not-removed = Nothing was removed
room-history-removed = { $count ->
    [one] 1 message is
   *[other] { $count } messages are
} gone for good
room-history-not-scrubbed = What they left in unused parts of the file is not written over yet: somebody reads it, or the disk is full. The relay does that when it starts
room-history-not-yet = The relay has been told, but has not removed all of it yet: udpqq relay history list shows how far it is
relay-no-nats = This udpqq cannot share its rooms with other relays: that takes one that was built with NATS, by cargo build --release --features nats
relay-cluster = what is said in the rooms is kept by the NATS servers { $servers }, under { $prefix }
relay-cluster-plain = { $server } is spoken to without encryption: whoever can listen on the way reads the rooms. Use tls://
relay-cluster-unnamed = Which NATS servers? Name them with --cluster
relay-public-unknown = “{ $host }”, where members are to reach this relay, leads to no address
relay-cluster-or-history = --history keeps the rooms in a file of this relay, --cluster at servers that relays share: say one of both
relay-archive-of = archive of the relays at the NATS servers { $servers }, under { $prefix }
relay-archive-waits = no relay has begun a log at these servers yet; the archive waits for it
relay-archive-follows = { $another ->
    [0] the log is followed
   *[other] the log went back or was made anew; the new one is followed, and what was kept stays
}{ $shards ->
    [1] { "" }
   *[other] : { $shards } shards
}
relay-archive-level = level with shard { $shard }: { $count ->
    [one] 1 message was taken in
   *[other] { $count } messages were taken in
}
relay-archive-missed = shard { $shard } has removed or dropped what stood at { $count ->
    [one] 1 place
   *[other] { $count } places
} while the archive was not there; it is not kept here
relay-archive-down = the NATS servers cannot be reached
relay-archive-up = the NATS servers are there again
relay-joined = { $name } ({ $address }) joined { $room }
relay-joined-framed = { $name } ({ $address }) joined { $room } with udpqq
relay-moved = { $name } ({ $address }) went to { $room }
relay-renamed = { $old } ({ $address }) is now { $new }
relay-left = { $name } ({ $address }) left { $room }
relay-left-silent = { $name } ({ $address }) left { $room }: silent for too long
relay-left-unreachable = { $name } ({ $address }) left { $room }: nothing is listening there any more
relay-left-elsewhere = { $name } ({ $address }) left { $room } for another relay of the cluster
relay-limited-members = { $address } was not let in: the relay is full
relay-limited-rooms = { $address } got no new room: there are as many as there may be
relay-limited-rate = { $address } sends too many messages
relay-limited-bytes = { $address } sends too many bytes
relay-limited-bandwidth = A message of { $address } was not forwarded: all together it is too much
relay-limited-too-long = A message of { $address } was too long
relay-limited-log = A message of { $address } was not taken: the log of the rooms takes nothing
relay-orders-taken = Orders are not heard at { $path }: { $code }. Another relay of this profile may hear them
relay-left-ordered = { $name } ({ $address }) was put out of { $room }
relay-limited-banned = { $address } was not let in: banned
relay-limited-closed = { $address } was not let in: the room is closed
relay-limited-password = { $address } was not let in: wrong password
relay-claimed = { $address } { $name } is in charge now, as { $operator }
relay-claim-refused = { $address } has not proved to be the operator { $operator }
relay-ordered-by = { $address } The operator { $operator } orders: { $order }
operators-unreadable = { $path } cannot be read: { $reason }
operators-open = { $path } holds keys and can be read by others (mode { $mode }): chmod 600 makes it yours alone
operators-line = { $path }, line { $line }: no operator; udpqq relay operator add NAME writes such a line
operators-missing = { $path } is not there: udpqq relay operator add NAME --operators FILE makes it
operators-name = “{ $name }” cannot be the name of an operator: one word, without a colon
operators-nobody = No operator is called { $name }
operators-no-password = No password was given: nothing has changed
operators-added = { $name } is an operator in { $path }: a relay that runs knows it at once
operators-removed = { $name } is no operator in { $path } any more: a relay that runs knows it at once
relay-limited-muted = A message of { $address } was not taken: those in charge do not let it be written
relay-order-unknown = There is no order “{ $order }”: kick, ban, unban, mute, unmute, bans, slow, moderated, topic, close, open, password
relay-order-usage = This order is given so: { $usage }
relay-order-topic-long = A topic has { $limit } bytes at most
relay-order-lobby = The lobby is always open: everybody comes through it
relay-order-nobody = Nobody called { $name } is here
relay-order-passed-on = Nobody called { $name } is at this relay; the other relays of the cluster have been told
relay-order-many = There are too many of these already
relay-order-no-ban = Nothing is in force against { $name }
relay-order-kicked = { $name } was put out, and can come back in a minute
relay-order-banned =
    { $name } was put out and is kept out { $unit ->
        [all] for good
        [m] { $count ->
            [one] for a minute
           *[other] for { $count } minutes
        }
        [h] { $count ->
            [one] for an hour
           *[other] for { $count } hours
        }
       *[d] { $count ->
            [one] for a day
           *[other] for { $count } days
        }
    }
relay-order-muted =
    { $name } may not write { $unit ->
        [all] for good
        [m] { $count ->
            [one] for a minute
           *[other] for { $count } minutes
        }
        [h] { $count ->
            [one] for an hour
           *[other] for { $count } hours
        }
       *[d] { $count ->
            [one] for a day
           *[other] for { $count } days
        }
    }
relay-order-unbanned = { $name } may come in again
relay-order-unmuted = { $name } may write again
relay-order-slow = { $seconds ->
        [0] { $room } is not slow any more
       *[other] In { $room } everybody has one message in { $seconds } s
    }
relay-order-moderated = In { $room } only those in charge write
relay-order-unmoderated = In { $room } everybody writes
relay-order-topic = { $room } is about: { $topic }
relay-order-no-topic = { $room } has no topic
relay-order-closed = { $room } is closed
relay-order-no-password = No password was given: nothing has changed
relay-order-locked = { $room } has a password now: only udpqq can come in
relay-order-unlocked = { $room } has no password any more
relay-order-password-long = A password has { $limit } bytes at most
relay-order-password-unseen = A password is not given here, where it can be read: udpqq relay order password ROOM asks for it
relay-order-opened = { $room } is open
relay-order-is-banned =
    { $name } ({ $address }) is kept out { $unit ->
        [all] for good
        [m] { $count ->
            [one] for a minute
           *[other] for { $count } minutes
        }
        [h] { $count ->
            [one] for an hour
           *[other] for { $count } hours
        }
       *[d] { $count ->
            [one] for a day
           *[other] for { $count } days
        }
    }
relay-order-is-kicked =
    { $name } ({ $address }) was put out { $unit ->
        [all] for good
        [m] { $count ->
            [one] for a minute
           *[other] for { $count } minutes
        }
        [h] { $count ->
            [one] for an hour
           *[other] for { $count } hours
        }
       *[d] { $count ->
            [one] for a day
           *[other] for { $count } days
        }
    }
relay-order-is-muted =
    { $name } ({ $address }) may not write { $unit ->
        [all] for good
        [m] { $count ->
            [one] for a minute
           *[other] for { $count } minutes
        }
        [h] { $count ->
            [one] for an hour
           *[other] for { $count } hours
        }
       *[d] { $count ->
            [one] for a day
           *[other] for { $count } days
        }
    }
relay-order-no-bans = Nobody is banned or muted
relay-order-gone = The relay has not answered
relay-order-not-operator = Only operators give orders here
relay-order-only-there = This order is given at the relay alone, where no password goes over the network: udpqq relay order { $order }
relay-order-more = … and { $count } more
relay-order-no-log = This relay keeps no messages, so none can be removed
relay-order-log-busy =
    { $count ->
        [one] { $room }: one message is not removed: the log takes nothing at the moment
       *[other] { $room }: { $count } messages are not removed: the log takes nothing at the moment
    }
relay-order-removed =
    { $count ->
        [one] { $room }: one message is being removed; the room is told once it is gone
       *[other] { $room }: { $count } messages are being removed; the room is told once they are gone
    }
relay-order-not-removed = { $room }: the message at { $place } was not removed: there is none, or the log could not be written
relay-order-no-relay = No relay runs with this profile
relay-order-failed = The order was not understood by both sides: { $reason }
relay-lost = { $count ->
    [one] One event is
   *[other] { $count } events are
} missing here: they came faster than they could be written
relay-operators-read = Who is in charge was read again: { $count ->
    [0] nobody
    [one] one operator
   *[other] { $count } operators
  }
relay-log-up = The log of the rooms takes messages again
relay-log-apart = The log of the rooms cannot be reached: nothing is taken until it is
relay-log-full = The log of the rooms has no room left on its disk: nothing is taken until it has
relay-log-denied = The log of the rooms does not allow this relay to write: nothing is taken
relay-log-version = The log of the rooms is of a version that this relay does not know: nothing is taken
relay-log-broken = The log of the rooms cannot be written: nothing is taken until it can
nats-address = { $address } is no address of a NATS server; names and passwords do not belong into it
nats-prefix = { $prefix } cannot be a prefix: up to 32 letters, digits, - and _
nats-file = { $path } cannot be read: { $code }
nats-open-to-others = { $path } can be read by others on this machine: chmod 600 it
nats-unreachable = None of the NATS servers answers: { $servers }
nats-tls = The NATS servers cannot be trusted: { $reason }
nats-denied = The NATS servers do not let this relay in: { $reason }
nats-version = The NATS server is { $version }; 2.11 or later is needed
nats-no-jetstream = The NATS servers keep nothing: JetStream is off there
nats-few-servers = There are fewer NATS servers than there are to be copies (--replicas)
nats-full = The NATS servers have no room for more: { $reason }
nats-differs = The log of the cluster has another setting, { $setting }: { $there } there, { $wanted } here
nats-echo = What the log has stored does not come back on { $subject }
nats-api = The NATS servers refuse: { $reason }
nats-no-leader = The NATS servers have found no leader so far
relay-dropped = { $count ->
    [one] One datagram
   *[other] { $count } datagrams
} lost on arrival: too many came at once
## what a relay says to plain members; each line gets “* ” before it
relay-says-help =
    /nick NAME  another name
    /join ROOM  another room
    /rooms      which rooms there are
    /who        who is in this room
    /lang TAG   the relay’s words in another language: { $languages }
    /ping       is the relay there?
    /leave      goodbye
    Anything else is a message to everybody in your room.
relay-says-help-history = /history N  the last N messages of this room
relay-says-help-search = /history search WORDS  those of them that have these words
relay-says-search-usage = /history search WORDS: words by their beginnings, from:NAME, after:DATE and before:DATE such as 2026-11-21.
relay-says-nothing-found = Nothing of this was said in this room.
relay-says-more-found = There are older ones too: before:DATE shows them.
relay-says-no-search = Nobody searches here: this relay has no archive.
relay-says-no-history = This relay keeps no messages.
relay-says-empty-history = Nothing was said in this room yet.
relay-says-pong = pong
relay-says-goodbye = You have left. Write anything to return.
relay-says-closing = The relay closes. Goodbye.
relay-says-echo = The relay has just sent that itself, so it was not passed on.
relay-says-name-taken = Somebody has that name.
relay-says-challenge =
    This is a relay: what you write goes to everybody in a room.
    First send back the next line, alone, within 15 seconds:
relay-says-challenge-short = Send this line back:
relay-says-silent = Nothing came from you for { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
  }, so you have left the room.
relay-says-return = To return, write anything.
relay-says-return-by-proof = To return, write anything, or send back the next line:
relay-says-welcome = You are { $name }, in { $room } with { $count ->
    [0] nobody else
    [one] 1 member
   *[other] { $count } members
  }. /help tells more.
relay-says-renamed = You are { $name } now.
relay-says-bad-name = A name has 1 to { $limit } characters that can be seen, no colon, and does not begin with / or *; that of a room has no blank and none of /?#&=% in it.
relay-says-room = { $room } ({ $count ->
    [one] 1 member
   *[other] { $count } members
  })
relay-says-more-lines = and { $count } more
relay-says-more-members = and { $count } more: /who { $next }
relay-says-full = The relay is full.
relay-says-no-room = There are too many rooms already.
relay-says-fast = Too fast: your message was not sent.
relay-says-much = Too much at once: your message was not sent.
relay-says-busy = The relay has too much to do: your message was not sent.
relay-says-no-log = This relay cannot keep messages at the moment: what you write is not sent.
relay-says-kicked = You were put out. Come back in a minute.
relay-says-banned = You may not come in.
relay-says-closed = This room is closed.
relay-says-locked = That room has a password, and to prove that you know it takes udpqq.
relay-says-password = This room has a password now: whoever comes in needs udpqq.
relay-says-no-password = This room has no password any more.
relay-says-muted = You may not write here at the moment: your message was not sent.
relay-says-moderated-refused = Only those in charge write in this room: your message was not sent.
relay-says-slow-refused = One message in { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
  } here: your message was not sent.
relay-says-too-long = Longer than { $limit } bytes: your message was not sent.
relay-says-topic = Topic: { $topic }
relay-says-no-topic = This room has no topic any more.
relay-says-slow = One message in { $seconds ->
    [one] a second
   *[other] { $seconds } seconds
  } of each in this room.
relay-says-not-slow = This room is not slow any more.
relay-says-moderated = Only those in charge write in this room.
relay-says-unmoderated = Everybody writes in this room again.
relay-says-removed = A message was removed by those in charge.
relay-says-languages = Choose a language, such as /lang en: { $languages }
relay-says-no-language = The relay does not speak that. There are: { $languages }
relay-says-language = The relay speaks { $name } to you now.

relay-page-title = udpqq relay  { $address }
relay-page-up = up { $time }
relay-page-open = open to all
relay-page-proof = proof of address on
relay-page-history = rooms are kept
relay-page-totals = rooms { $rooms } of { $rooms-limit }   members { $members } of { $members-limit }   in { $in }/s  { $bytes-in }B/s   out { $out }/s  { $bytes-out }B/s
relay-page-troubles = turned away  proof { $proofs } · rate { $limited } · malformed { $malformed }   lost on arrival { $overflowed } · not sent { $lost }
relay-page-name = name
relay-page-address = address
relay-page-client = client
relay-page-messages = messages
relay-page-last = heard
relay-page-now = now
relay-page-heard = { $time } s
relay-page-heard-minutes = { $time } min
relay-page-heard-hours = { $time } h
relay-page-framed = udpqq
relay-page-plain = plain
relay-page-more = { $count } more members
relay-page-nobody = Nobody is here yet
relay-page-no-match = Nothing fits the filter
relay-page-keys = ↑ ↓ choose  PgUp PgDn page  Enter fold  / filter  k kick  b ban  m mute  : order  Ctrl-L redraw  q quit
relay-page-filter-keys = Enter keep  Esc all
relay-page-order-keys = Enter do it  Esc leave it
relay-page-ending = Ending: the members are told
## rooms: who is there, going in and out

list-rooms = Rooms
reach-seeking = connecting…
header-here = { $count } here
header-heard = { $count ->
    [1] 1 has spoken
   *[other] { $count } have spoken
}
header-out = not in this room: /join goes in
joined-room = { $who } joined the room
room-left = You are not in { $name }: nothing was sent. /join goes in
join-unknown = “{ $name }” is neither a room of the list nor an address; rooms look like { EXAMPLES("group") }
join-no-room = { $address } is no room; /add makes a contact of it
connect-no-connection = { $address } has no connection to keep: only { SCHEMES("connects") } addresses have
listen-unknown = Nothing listens for “{ $name }”; there are { $known }
listen-form = “{ $value }” does not say where to listen: a port, an address such as 127.0.0.1:8081, or off
leave-no-room = Only rooms can be left; /remove takes a contact out of the list
flash-left = You have left { $name }. What was said stays until it is removed
details-dialect = Dialect | { $name }
details-encoding = Encoding | { $name } (/encoding changes it)
details-reach = State | { $state }
details-reach-up = connected
details-reach-unknown = not known: plain text tells nothing
details-reach-heard = heard from since the start
details-out = State | you are not in this room
details-members-here = Members | { $here } here, { $known } known
details-members-crowd = Members | { $here } here: so many that only those who write are told of, { $known } known
details-members-heard = Members | { $known } heard so far; nobody tells who is here
details-member-spoke = spoke { $time }
details-member-silent = said nothing yet
details-member-here = here
details-member-gone = gone
details-member-own = you
details-comma = { ", " }
details-sender = Name in the room | { $name }
details-relayed = By way of | { $source }
key-members = who is here: the conversation and its members
key-nudge = shake their window
key-read-as-legacy = read this peer’s text that is not UTF-8 as the row suggests
command-password = give the password of the room, or forget it
command-operator = be an operator of this relay, or no longer
command-order = as an operator: put people out, let them in, say how the room is run
command-kick = as an operator: put somebody out for a minute
command-ban = as an operator: put somebody out and keep them out, for good or for a time such as 10m
command-topic = as an operator: say what the room is about
command-members = who is here, when they spoke, and the state of the conversation
command-join = go into a room; without an address into this one, or that of this network
command-leave = leave this room; what was said stays to be read
command-connect = connect to this TCP peer or the one named, and again whenever the connection ends
command-disconnect = end the connection to this peer
## reach: why the other side of a connection is not there

reach-closed = offline
reach-failed =
    { $code ->
        [ECONNREFUSED] offline: nothing is listening there
       *[other] offline: { $code }
    }
reach-crowded = disconnected: too many connections
reach-ourselves = this is udpqq itself
## relay: a room on a relay

relay-no-answer = The relay does not answer
relay-closed = The relay has ended
relay-now-at = Now at { $relay }
relay-full = The relay takes no more members
relay-rooms-full = The relay takes no more rooms
relay-busy = The relay is busy
relay-apart = The relay cannot keep messages at the moment, and takes none
relay-kicked = Put out of this room; /join asks to come back
relay-banned = Those in charge do not let us into this room
relay-room-closed = This room is closed
room-password-wanted = /password lets you in
room-password-wrong = That is not the password of the room
room-password-none = { $name } asks for no password
room-password-forgotten = The password of this room is forgotten here: the next time it is asked for
room-password-not-known = No password of this room is known here
room-password-not-kept = Passwords of rooms are not kept: { $path }: { $reason }
operator-now = You are an operator of this relay, as { $name }: /order gives orders
operator-no-more = You are not an operator of this relay any more
operator-wrong = That is not the password of the operator { $name }
operator-wanted = The operator { $name } has another password now: /operator { $name } asks for it
operator-later = Too many passwords were wrong: try /operator { $name } again in some minutes
operator-nobody = This relay has no operators among its members
operator-forgotten = The password of the operator is forgotten here
operator-not-known = No password of an operator is known here
operator-needed = Only operators give orders here: /operator NAME asks for the password
operator-busy = The relay has not answered the orders before yet
operator-unanswered = The relay has not answered: nobody knows whether “{ $order }” was done
operator-done = Done: { $order }
operator-refused = Not done: { $order }
operator-no-room = { $name } is no room of a relay: there are no orders
header-operator = operator
order-password = A password is given at the relay alone, where it does not go over the network: udpqq relay order password ROOM
relay-muted = Those in charge do not let us write here at the moment
relay-moderated = Only those in charge write in this room
relay-unmoderated = Everybody writes in this room again
relay-slowed = Too soon after our last message: this room is slow
relay-slow = This room is slow: one message in { $seconds } s of each
relay-not-slow = This room is not slow any more
relay-topic = Topic: { $topic }
relay-no-topic = This room has no topic any more
relay-history-unread = What was said here meanwhile could not be read from the relay
relay-name-taken = Somebody else on this relay has your name; choose another with --name or in config.toml
relay-bad-name = The relay does not take your name; choose another with --name or in config.toml
relay-refused = The relay refuses us
relay-no-socket = No socket for the relay could be opened: { $code }
relay-too-many = More than { $limit } rooms on relays at one time are not possible
relay-missed =
    { $count ->
        [one] One message or news of a member was missed, and the relay does not have it any more
       *[other] { $count } messages or news of members were missed, and the relay does not have them any more
    }
remove-not-in-log = This message cannot be removed for everybody: the relay has not said where its log has it

# Files.
fault-files-to-everybody = files are offered to one peer, not to everybody at once
fault-ourselves = That address is udpqq itself: nobody else would get it. /listen moves our port
fault-not-offered = the peer does not give it out: the offer is unknown there, or over
fault-broken-off = the peer closed before all of it was there
fault-peer-stopped = stopped by the other side
fault-peer-disk = the disk of the other side is full or fails
fault-stalled = nothing came for too long
fault-malformed = what came breaks the rules of its protocol
fault-changed = the file is not what it was when it was offered
fault-disk =
    { $code ->
        [ENOSPC] the disk is full
        [EDQUOT] your share of the disk is full
        [ENOENT] its folder is not there and cannot be made; /set downloads chooses another
        [EROFS] the folder is read-only
        [EACCES] that folder or file is closed to you
        [EFBIG] the disk takes no file that large
        [EIO] the disk fails to read or to write
       *[other] this machine would not take it ({ $code })
    }
fault-no-room =
    { $lacking ->
        [unknown] too little room on the disk: { $free } are free, and { $reserved } must stay free
       *[other] too little room on the disk: { $free } free, { $reserved } must stay free, { $lacking } lacking
    }
details-read = Opened by a person there, as the peer says

## nearby, offers and transfers

peer-left = left
peer-another = { $person } is there now
send-no-seals = Sealed messages cannot be sent to { $name }: nothing was sent
trust-answer-first = { $name } wants to talk to you: answer first with /accept, /decline or /ignore
trust-changed = The key of { $name } has changed: sending is stopped until you decide with /key
trust-blocked = { $name } is blocked; /accept lets them talk to you again
trust-no-key = { $name } has no key: only udpqq:// conversations are encrypted
verify-nothing = The key of { $name } is not marked as compared, so there is nothing to take back; /verify compares it
trust-key-of-contact = You have added that key as { $other }: if both are the same person, remove one of them first; if not, /key other
trust-nothing-to-decide = There is nothing to decide about { $name } just now
trust-key-replaced = { $name } has another key from here on: { $now } instead of { $before }. Nobody has compared it yet
talk-not-there = { $name } has a program or a dialect that knows nothing of this: nothing was sent
talk-gone = That message is gone
talk-unnamed = { $name } would not know which message is meant: nothing was sent
talk-not-ours = Only what you wrote yourself can be changed or taken back
talk-too-old = What is older than a day can no longer be changed or taken back
talk-not-sent = That message was not sent: send it again, or take it back
talk-former-key = It went to this contact's earlier key: it can only be deleted here
talk-empty = There are no words left: take the message back instead
talk-no-emoji = Only one emoji can be put under a message
send-no-several = This cannot be sent to { $name }: nothing was sent
offer-no-files = No files can be sent to { $name }
offer-nothing = There is nothing to offer
offer-too-many = { $count } files are too many for one message; { $limit } are possible
offer-gone = These files are no longer at hand; offer them anew with /file
files-nothing-to-accept = No file left to accept here
files-nothing-to-decline = No file left to decline here
files-too-many = No more than { $limit } files can wait to be accepted
files-accepted = { $count ->
        [one] A file
       *[other] { $count } files
    } of { $name } { $count ->
        [one] is
       *[other] are
    } accepted without asking, as contacts.toml says
files-done = “{ $file }” of { $name } is here
files-done-at = “{ $file }” of { $name } is here, saved as { $path }
files-broken = “{ $file }” of { $name } broke off
files-broken-kept = “{ $file }” of { $name } broke off: what has come is kept, and accepting it again brings the rest
files-skipped =
    { $count ->
        [one] One entry of “{ $name }” was left out: it is neither a file nor a folder, or had changed
       *[other] { $count } entries of “{ $name }” were left out: they are neither files nor folders, or had changed
    }
history-sealed = (sealed, not opened)
history-unreadable = (encrypted in a way that udpqq cannot read)
history-deleted = (taken back)
history-edit = (instead of what this person said earlier)
history-deletion = (takes back what this person said earlier)
history-removal = (those in charge of the room removed an earlier message)
history-withdrawal = (takes back what this person offered earlier)
history-reaction = (to an earlier message)
history-no-reaction = (takes an emoji back)
history-answers = (answers “{ $quote }”)
history-file = file “{ $file }”, { $size } bytes: { $fate }
history-folder = folder “{ $file }”: { $fate }
fate-offered = offered
fate-moving = on its way
fate-done = done
fate-done-at = done, { $path }
fate-declined = declined
fate-stopped = stopped
fate-broken = broken off after { $bytes } bytes: { $why }
fate-withdrawn = withdrawn
files-busy = Other files are still being looked at; try again in a moment
headless-no-receipt = Handed over; nobody has said that it arrived
headless-undelivered = Nobody with the key { $key } has answered within { $seconds } s, so the message was given up
headless-undelivered-anywhere = Nobody with the key { $key } was found on this network within { $seconds } s, so the message was given up. An address such as udpqq://KEY@HOST says where to look
headless-unacknowledged = Handed over, but within { $seconds } s { $key } has not said that it is kept there: whether it arrived is not known. Who does not know your key yet has to accept it first
headless-key-secret = Secret: whoever has these letters is you to all your contacts. Write them down, show them to nobody; “udpqq key import” takes them back
headless-key-sealed = Your key is under this passphrase now. There is no way back without it but the letters of “udpqq key export”; copies that a backup has made are as they were
headless-key-unsealed = Your key is under no passphrase now
headless-key-type = Type the letters of the key, then Enter and Ctrl-D
headless-receipt-elsewhere = Sent from another port (the usual one is in use here), so no receipt can come back
chat-greeting = Talking to { $name }: { $lock }. Every line is sent; /help lists the commands, /quit or Ctrl-D ends
chat-encrypted-compared = encrypted, compared
chat-new = --- { $count } new ---
chat-deleted = [message deleted]
chat-file = { $name }: { $fate }
chat-file-kept = { $bytes } bytes kept as { $name }; /accept asks for the rest
chat-mark-waiting = [waiting]
chat-mark-sent = [sent]
chat-mark-delivered = [delivered]
chat-mark-read = [read]
chat-mark-failed = [not sent: { $why }]
chat-mark-doubtful = [{ $why }]
chat-gone = This conversation is not there any more
chat-no-room = { $name } is one person: /members is for rooms
chat-elsewhere = Somebody else has written; it stays unread for the messenger
chat-shaken = { $name } shook your window
chat-still-waiting =
    { $count ->
        [one] { $count } message to { $name } has not arrived yet
       *[other] { $count } messages to { $name } have not arrived yet
    }
chat-unknown = There is no command /{ $name } here: /help lists those there are, the messenger has the others. // at the start sends a line that begins with /
chat-unknown-near = There is no command /{ $name } here; did you mean /{ $near }? // at the start sends a line that begins with /
chat-members = { $count } here: { $names }
chat-members-heard = { $count } have spoken: { $names }
chat-help-me = /me TEXT: say what you do
chat-help-hex = /hex 48 65 …: send bytes, two digits each
chat-help-file = /file PATH: offer a file or folder
chat-help-accept = /accept: let whoever asks talk to you, or accept the files offered last
chat-help-decline = /decline: turn down whoever asks, or the files offered last
chat-help-members = /members: who is in the room
chat-help-help = /help: this list. All other commands are in the messenger
chat-help-quit = /quit or Ctrl-D: end, once what was written is handed over
listen-kind =
    { $kind ->
        [sealed] [sealed: it can be opened in the messenger]
        [opened] [sealed, opened]
        [several] [to several]
        [everyone] [to everybody]
        [automatic] [auto-reply]
        [unreadable] [encrypted: it cannot be read here]
        [edit] [instead of an earlier message]
        [deletion] [an earlier message was taken back]
        [removal] [those in charge removed an earlier message]
        [reaction] [to an earlier message]
       *[other] [{ $kind }]
    }
listen-answers = [answers “{ $quote }”]
listen-file = [file { $name }, { $size } bytes]
listen-folder = [folder { $name }, { $size } bytes]
# IP Messenger.
notice-shake = { $name } shook your window · Alt-W shakes theirs
notice-nudge = You shook { $name }'s window, if their program can do that
notice-renamed = { $before } is called { $now } from now on; the key is the same
notice-nudge-came = shook your window
notify-command-failed = notify-command could not be run: { $reason }
notify-command-status = notify-command did not work: it ended with status { $code }
notice-new-message = New message
notice-in-room = { $name } in { $room }
notice-another-person = { $name } ({ $person }) is at { $address } now and has a conversation of their own: nothing written here reaches them
notice-person-back = { $name } is at { $address } again: what is written here reaches them
notice-picture-lost = Not all of picture { $id } came: it cannot be shown
notice-bad-list = The message came with a bad attachment list: nothing of it is offered
notice-left-out = { $count ->
        [1] One file that the message offered cannot be used and was left out
       *[other] { $count } files that the message offered cannot be used and were left out
    }
# Offering files.
offer-missing = There is nothing at { $path }
offer-forbidden = You may not read { $path }
offer-unreadable = { $path } cannot be read (error { $number } of the system)
offer-no-file = { $path } is neither a file nor a folder
offer-made-up = { $path } says that it is empty and is not: the system makes it up as it is read, so it cannot be offered. A copy of it can
offer-left-out =
    { $count ->
        [one] 1 entry left out: links and special files are not sent
       *[other] { $count } entries left out: links and special files are not sent
    }
offer-too-many-files = More than { $limit } files in one message are not possible; a folder counts as one
offer-too-much = The folders hold more than { $limit } files and folders, which is more than one message can offer
offer-too-deep = More than { $limit } folders inside of one another, which no peer takes: { $path }
## files: what a message offers, what is sealed, who is away

file-waits = not accepted yet
file-offered = offered
file-queued = waits for its turn
file-fetched = fetched
file-done = done
file-declined = declined
file-stopped = stopped
file-broken = broken off
file-withdrawn = withdrawn
file-gone = not offered any more
file-stalled = waiting
file-left = { $time } left
file-saved = saved as { $path }
file-kept = { $size } kept as { $name }
file-goes-on = Ctrl-O Enter asks for the rest
file-tries-again = Ctrl-O Enter tries again
file-interrupted = interrupted on this side
offer-keys = Ctrl-O Enter accepts, d declines
offer-keys-all =
    Ctrl-O Enter accepts { $count ->
        [1] the one that is left
       *[other] all { $count }
    }{ $size ->
        [none] { "" }
       *[other] { " " }({ $size })
    }, d declines; Tab picks one
picture-box = picture { $width }x{ $height }
picture-too-large = picture { $width }x{ $height } has too many pixels
picture-too-costly = The picture would take too much memory or time to be shown
picture-damaged = The picture is damaged and cannot be shown
picture-no-format = No picture of a known format (PNG, JPEG, GIF, WebP)
picture-gone = The picture cannot be read any more
picture-hidden = picture not shown · Ctrl-O Enter shows it
picture-opening = Opening the picture in a window
picture-no-window = No windows here; the picture is { $path }
picture-not-opened = The picture could not be opened: { $reason }
offer-not-here = Files cannot be sent to { $name }: this kind of connection carries text only
nudge-not-here = Only IP Messenger peers can be nudged; { $name } is none
nudge-too-soon = { $name } was nudged just now: once in ten seconds is enough
clipboard-elsewhere = The picture of the clipboard is not sent: something else is open now. /file asks again
clipboard-no-picture = There is no picture on the clipboard
clipboard-too-large = The picture on the clipboard is too large
clipboard-no-file = The picture of the clipboard could not be written
text-not-written = The text could not be written into a file to be sent: { $reason }
clipboard-no-display = Which file? Type /file PATH; Tab completes. The picture of the clipboard, which is meant without PATH, needs a desktop, and none is here
clipboard-no-wl-paste = Which file? Type /file PATH; Tab completes. The picture of the clipboard, which is meant without PATH, needs wl-paste (wl-clipboard), which is not installed
clipboard-no-xclip = Which file? Type /file PATH; Tab completes. The picture of the clipboard, which is meant without PATH, needs xclip, which is not installed
offer-nothing-to-accept = No file to accept here
offer-nothing-to-decline = No file to decline here
offer-nothing-to-stop = No file is on its way here, and none of yours is offered
offer-file-not-open = This file is not offered, or on its way already
offer-no-number = “{ $given }” is no number of a file; the first file is 1
offer-no-such-file = There is no file of that number; this message offers { $count }
offer-end-not-held = Go to the newest message first (Alt-End): the newest offer is not in sight
tag-sealed = sealed
tag-opened = sealed, opened
tag-several = to several
tag-everyone = to everybody
tag-automatic = auto-reply
tag-another-port = from another port
scrollback-sealed = ▣ sealed · Ctrl-O Enter opens it; the sender is told
scrollback-read = read
scrollback-edited = edited
scrollback-change-failed = The change was not sent: { $why }.
scrollback-deletion-failed = The other side was not told: { $why }.
scrollback-withdrawal-failed = The other side was not told that the files are withdrawn: { $why }.
scrollback-reaction-failed = The emoji was not sent: { $why }.
scrollback-deleted = message deleted
scrollback-removed = message removed by those in charge of the room
scrollback-reply-gone = no longer here
scrollback-empty-message = (empty message)
scrollback-unreadable-message = ▣ encrypted in a way that cannot be read here
seal-not-here = Sealed messages cannot be sent to { $name }: this kind of connection has none
several-nobody = Nobody here can be reached together with others
several-not-there = { $name } cannot be written to together with others
several-same-name = Several are called { $name }; make a contact of the one that is meant (Alt-C)
command-quote-open = A quote is not closed
away-usual = I am not at the keyboard
header-typing = is writing…
header-away = away
header-away-text = away: { $text }
status-away = you are away: { $text }
status-transfers = { $count } { $count ->
        [1] file
       *[other] files
    }
flash-several = Sent to { $count }
flash-several-group = { $group }: sent to { $count }{ $away ->
    [0] {""}
   *[other] , { $away } of them not here now
}{ $left ->
    [0] {""}
   *[other] ; not sent to { $left } whose key says no
}
flash-away-hidden = You are away; nobody is told, as you are not visible (/set visible true)
flash-away-off = You are away; nobody is told, as { $scheme } is off
flash-visible-everybody = Everybody on the network sees you now
flash-visible-contacts = Only those who know your key see you now
flash-visible-nobody = Nobody is told that you are here any more
flash-reads-on = Those you trust see what you have read, and you see it of them
flash-reads-off = Nobody is told what you have read, and you are not told it of others
flash-visible-off = { $scheme } is off, so nobody can see you; /set listen.{ $scheme } turns it on at the next start
flash-away = You are shown as away. /away again: back
flash-back = You are shown as back
flash-no-path = No file or folder begins like that
hint-fetch = accept
hint-link = open link
hint-copy-link = copy link
hint-picture = show picture
hint-decline = decline
hint-stop = stop
hint-unseal = open
hint-next-file = pick a file
key-complete-back = previous completion
key-next-file = one file of the message after the other
key-previous-file = previous file
key-take = accept what is offered, open what is sealed, show a picture or follow a link; else show it in full
key-decline = decline what is offered; else details
command-file = offer files and folders, without PATH the picture of the clipboard; quotes or \ keep blanks, Tab completes
command-accept = accept what was offered last, or one file of it; or let whoever asks talk to you
command-auto-accept = accept without asking what this contact offers, up to a size such as 20MB; off asks again
auto-accept-up-to = What { $name } offers is accepted without asking up to { $size } in one message
auto-accept-off = You are asked about each file that { $name } offers
auto-accept-contacts = This is saved with added contacts only: /add or Alt-C adds { $name }, then /auto-accept again
command-keep = remove our copy of what is said here from now on after a time such as 7d, 12h or 30m; off keeps it. The other side keeps its own copy and is told nothing
keep-for =
    What is said with { $name } from now on is removed here after { $unit ->
        [m] { $count ->
            [one] a minute
           *[other] { $count } minutes
        }
        [h] { $count ->
            [one] an hour
           *[other] { $count } hours
        }
       *[d] { $count ->
            [one] a day
           *[other] { $count } days
        }
    }; the other side keeps its own copy
keep-off = What is said with { $name } from now on is kept
keep-contacts = This is saved with added contacts only: /add or Alt-C adds { $name }, then /keep again
details-kept =
    Our copy | removed { $unit ->
        [m] { $count ->
            [one] a minute
           *[other] { $count } minutes
        }
        [h] { $count ->
            [one] an hour
           *[other] { $count } hours
        }
       *[d] { $count ->
            [one] a day
           *[other] { $count } days
        }
    } after a message was stored; the other side keeps its own
details-expires = Our copy | removed at { $time }
header-kept = kept { $count }{ $unit }
auto-accept-not-here = Nothing proves that files are from { $name }, so you are asked about each
command-decline = decline what was offered last, or whoever asks to talk to you
command-stop = stop what is being moved, or withdraw your last offer
command-seal = a sealed message: you are told when it is opened
command-everyone = say it to everybody on the network
command-to = say it to several, each by themselves
command-away = tell others that you are away; again without a text: that you are back
command-nudge = shake their window (FeiQ and the like)
details-delivered-unverified = ✓✓ delivered, unverified: the other side says so, and nobody can prove who that is
details-sealed = Sealed: its sender is told when it is opened.
details-several = Sent to several people at once.
details-everyone = Sent to everybody on the network.
details-automatic = Written by a program, since nobody was there.
details-answers = Answers | { $name }: { $words }
details-answers-quote = Answers | { $words }
details-deleted = Deleted | { $time }
details-removed = Removed by those in charge of the room | { $time }
details-deleted-here = Deleted here only | { $time }
details-version-first = As it was written | { $words }
details-version = Edited { $time } | { $words }
details-reactions = Emoji | { $list }
details-reaction-own = { $emoji } from you
details-reaction = { $emoji } from { $name }
details-unreadable = Encrypted in a way that cannot be read here.
details-file = File | { $name }, { $bytes } bytes, { $state }
details-reach-here = here
details-reach-unseen = not seen yet
details-name = Name | { $text }
details-group = Group | { $text }
details-user = User | { $text }
details-host = Machine | { $text }
details-program = Program | { $text }
details-away = Away | { $text }
details-motto = Motto | { $text }

# What nobody has named.
name-everybody = Everybody
name-network = this network

# The signs that the help explains.
sign-waiting = waiting: not yet handed to the network
sign-sent = handed to the network; plain text never knows more
sign-delivered = the other side has it: proved between two udpqq; in a room its relay keeps it; of other programs nothing proves who said so
sign-failed = failed; the reason stands below
sign-sealed = sealed: closed until you open it, and then its sender is told
sign-files = a file and a folder: Ctrl-O picks one, Enter accepts, d declines, x stops; y copies where it lies
sign-here = here, or heard from since the start
sign-writing = writing to you just now
sign-away = here, but away from the keyboard
sign-left = left, or nothing is listening there
sign-unknown = not known
sign-seeking = being connected
sign-out = a room you are not in
sign-unread = unread messages to you
sign-chatter = what is unread in a room, to all
sign-muted = the same in what is muted (/mute): it counts nowhere
sign-folded = folded: a click or /fold opens it

## keys
lock-inside = inside this program
lock-pinned = encrypted, not compared
lock-pinned-short = key not compared
lock-pinned-brief = not compared
lock-verified = encrypted, compared { $date }
lock-verified-short = compared
lock-requested = wants to talk to you
lock-requested-brief = asks
lock-changed = KEY CHANGED · sending is stopped · /key
lock-changed-short = KEY CHANGED · /key
lock-changed-brief = KEY CHANGED
lock-blocked = blocked: nothing is read or sent
lock-blocked-short = blocked
header-present = here
rule-waits = waits until { $name } is back
rule-to = to { $name }
rule-room = to everybody in { $name }
rule-requested = to { $name }: answer first
rule-requested-short = answer first
rule-changed = to { $name }: sending is stopped
rule-changed-short = sending stopped
rule-blocked = to { $name }: blocked
rule-reply = , reply to { $name }
rule-reply-short = , reply
rule-editing = , editing
rule-typing = { $name } is writing…
composer-no-reply = no reply
composer-replace = replace · Esc leave it
composer-requested = /accept   /decline   /ignore   Alt-N who is this
composer-changed = a draft can be written and stays here
composer-blocked = /accept lets them talk to you again
notice-requested = Nobody has compared this key. Until you accept, nothing is told to them, not even that you read this.
notice-blocked = Nothing of theirs is read, and nothing can be sent to them.
notice-changed = Somebody with another key says that they are { $name }. Nothing is sent before you decide.
notice-changed-since = Another key answers for { $name } since { $time }. Nothing is sent before you decide.
notice-key-before = until now  { $key }
notice-key-compared = until now  { $key }  compared { $date }
notice-key-now = now        { $key }
notice-key-from = now        { $key }  from { $from }
notice-same = it is the same person, with a new key
notice-other = it is somebody else
notice-ignore = nothing of the new key is wanted
question-compare = Compare this number with { $name }, by voice or side by side. Both of you see the same one, if nobody sits between you:
question-compare-keys = s it is the same · x it differs · Esc later
question-compare-first = PgDn the rest · x it differs · Esc later
question-compare-unseen = Not marked. First look at the whole number: PgDn, or a larger window
flash-not-compared = Nothing was marked: only s says that the number is the same
question-differs = Somebody may sit between you and { $name }. Block this key? Nothing of theirs is read and nothing is sent any more, until /accept takes that back.
flash-compared = Marked as compared with { $name }
flash-differs = { $name } is blocked: somebody may sit between you. /accept takes that back
flash-declined = { $name } is forgotten, and cannot ask again while the program runs
flash-key-copied = Copied
flash-code-too-large = The code needs { $columns } columns and { $rows } rows: make the window larger
code-no-room = No room for the code
popup-code = Scan it
popup-keys = Keys
key-own = Your key:
key-own-address = Your address, for others to add:
key-of = The key of { $name }:
key-no-own = Your own key was not opened at the start, so there is nothing to compare
key-not-changed = The key of { $name } has not changed
details-trust = Trust | { $state }
details-key = Key | { $key }
details-seen = Reached at | { $from }
details-known = First message | { $date }
details-notices-all = Notices | on
details-notices-mention = Notices | only when your name is said
details-notices-none = Notices | off
details-files-ask = Their files | you are asked each time (accept in contacts.toml)
details-files-up-to = Their files | accepted without asking up to { $size } in one message (accept in contacts.toml)
details-authenticated = Proved: whoever has the key of this conversation has sent it.
help-locks = The lock beside names
sign-pinned = encrypted; nobody has compared the keys (/verify)
sign-verified = encrypted, and the keys were compared
sign-requested = wants to talk to you: /accept, /decline or /ignore
sign-changed = another key claims to be this contact: /key
sign-blocked = blocked
command-verify = compare the number of both keys; off takes that back
command-key = your key and theirs; or what to do about one that has changed

## wire
wire-other = not UTF-8; as { $encoding }: { $text }
wire-other-short = { $encoding }: { $text }
wire-encrypted = encrypted ({ $scheme })
wire-no-text = no text ({ $scheme })
wire-refused = not sent: the system refused it
wire-lost = lost by /lab
wire-doubled = doubled by /lab
wire-late = held back by /lab
wire-left-out = { $count ->
    [one] One packet is left out: more came than can be shown
   *[other] { $count } packets are left out: more came than can be shown
}
wire-saved = { $count ->
    [one] One packet is in { $path }
   *[other] { $count } packets are in { $path }
}
wire-too-few = { $count } of { $wanted } packets passed in time
wire-no-place = { $name } says no address, so its packets cannot be told from others: write host:port with a number for the host, or use a contact
help-wire = In the page of /wire
key-wire-pause = pause, and go on
key-wire-filter = show only what fits all words: a text, an address, in, out, udp, tcp
key-wire-save = save what is shown for Wireshark (pcap)
key-wire-clear = forget what is kept
key-wire-bytes = bytes or text below
key-wire-whole = the packet whole
key-wire-oldest = the first packet
key-wire-newest = the last packet, and follow
hint-wire-pause = pause
hint-wire-filter = filter
hint-wire-bytes = hex or text
hint-wire-save = save as pcap
hint-wire-save-short = save
hint-wire-whole = whole
hint-wire-newest = follow
hint-wire-clear = clear
hint-wire-keep = keep
hint-wire-no-filter = no filter
hint-wire-write = save
wire-title = Wire
wire-everybody = everybody
wire-both-ways = both directions
wire-in-only = coming in
wire-out-only = going out
wire-running = running
wire-paused = paused
wire-packets = { $count ->
    [one] 1 packet
   *[other] { $count } packets
}
wire-missing = { $count } left out
wire-no-filter = filter: none
wire-filter-is = filter: { $filter }
wire-head-time = time
wire-head-place = from or to
wire-head-bytes = bytes
wire-head-text = text
wire-nothing-yet = Nothing has passed since this page was opened. What is encrypted stays encrypted here.
wire-nothing-of = Nothing to or from { $name } has passed since this page was opened.
wire-none-shown = Nothing of what is kept fits the filter, or is of this contact.
wire-bytes-from = { $bytes ->
    [one] 1 byte from { $address }
   *[other] { $bytes } bytes from { $address }
}
wire-bytes-to = { $bytes ->
    [one] 1 byte to { $address }
   *[other] { $bytes } bytes to { $address }
}
wire-byte-at = { $name } at { $at }
wire-filter-asked = Filter:
wire-save-asked = { $count ->
    [one] Save 1 packet as
   *[other] Save { $count } packets as
}
wire-waiting = { $count ->
    [0] paused
   *[other] paused, { $count } more
}
wire-following = following
wire-below = ↓ { $count } more
wire-unknown = There is no contact “{ $name }”. /wire all shows everything
wire-nothing-to-save = Nothing is shown that could be saved
flash-wire-kept = { $count ->
    [one] No longer watching. One packet is kept until udpqq ends; /wire shows it again
   *[other] No longer watching. { $count } packets are kept until udpqq ends; /wire shows them again
}

## lab
lab-banner = LAB on { $name }
list-lab = lab
lab-counts = lost { $lost } of { $seen }, doubled { $doubled }, late { $late }
lab-on = LAB on { $name }: { $settings }. Lost { $lost } of { $seen }, doubled { $doubled }, late { $late }. /lab off ends it
lab-ended = The network of { $name } is good again. Of { $seen } datagrams { $lost } were lost, { $doubled } doubled, { $late } late
lab-none = No lab is on. /lab loss=20% delay=200ms dup=5% reorder=10% begins one in this conversation, both ways
lab-nothing = Nothing would happen: give one of loss=20% delay=200ms dup=5% reorder=10%
lab-unknown = “{ $word }”: there are loss=20% delay=200ms dup=5% reorder=10%, and off
lab-no-share = “{ $word }”: a share from 0 to 100, such as loss=20% or loss=0.5%
lab-no-delay = “{ $word }”: a delay up to 10s, such as delay=200ms
lab-streams = { $name } is reached by TCP, which loses nothing; a lab needs datagrams
lab-no-place = Where { $name } is is not known yet: write first, then /lab

## popup-key: the keys in the lower edge of a popup

popup-key-open = open
popup-key-several = choose several for /to
popup-key-do = do it
popup-key-take = take it
popup-key-go = go there
popup-key-choose = choose
popup-key-scroll = scroll
popup-key-close = close
popup-key-again = again
popup-key-report = copy the report
popup-key-compare = compare
popup-key-copy-key = copy the key
popup-key-copy-address = copy the address
popup-key-code = QR code
popup-key-mute = mute
popup-key-pin = pin
popup-count = { $shown } of { $all }
popup-go-to-address = Enter opens this address
popup-help-hint = Type to look for a key or a command
go-to-group = group · { $count ->
    [one] 1 person
   *[other] { $count } people
}
several-no-group = Nobody here says to be in the group { $name }
scrollback-nothing = No messages yet
scrollback-reading = …
help-first = First steps
first-write = send what you have written below
first-choose = choose a conversation while nothing is written
first-go = go to anybody by part of the name
first-add = add a contact, or keep this stranger
first-select = choose a message: copy, reply, its bytes
first-command = a list of all commands opens as you type
first-file = offer files and folders
first-help = this page
first-quit = quit

form-first-start-seen = People with udpqq, IP Messenger, iptux or FeiQ on { $count ->
    [one] this network
   *[other] these networks
} ({ $where }) will see you as { $name }, and you will see them.
form-first-start-hidden = Nobody is told that you are here; only people you write to know it. You see the others all the same.
form-first-start-alone = There is no network at the moment; nobody can see you before there is one.
form-own-name = Your name
form-colours = Colours
form-sample = Hello 你好
form-hint-first = Enter save · ↑↓ next · ←→ change · Esc ask me later
flash-first-later = Asked again at the next start; until then nobody is told that you are here
theme-auto = as the terminal: { $theme }
theme-dark = dark
theme-light = light
theme-classic = classic
theme-mono = no colours
rule-all = { $count ->
    [0] to EVERYBODY on { $where }
   *[other] to ALL { $count } on { $where }
}
welcome-echo = No messages yet. { $name } answers whatever you write.
welcome-add = add a contact by address: 127.0.0.1:9000
welcome-go = go to anybody by part of the name
welcome-join = enter the room of this network
welcome-select = choose a message: copy, reply, its bytes
welcome-help = all keys
welcome-quit = quit
welcome-doctor = says what may be in the way
sight-no-network = No network: nothing can leave this machine. /doctor says why.
sight-hidden = Nobody sees you: /set visible true
sight-contacts = Only those who know your key see you: /set visible true
sight-off = Nobody sees you: what announces you is off. /doctor says why.
sight-alone-first = You are visible as { $name } on { $where }. Nobody has answered yet; people appear under Nearby by themselves.
sight-alone = Visible as { $name } on { $where }. Nobody has answered since { $time }.
sight-seen = You are visible as { $name } on { $where }. Who else is here stands in the list.

## completion: what a word may become, above the draft

completion-take = takes it
completion-choose = choose
completion-close = closes
completion-now = now
setting-name = what others see you as
setting-group = the group you belong to
setting-language = the language of the program
setting-visible = who on this network sees you
setting-theme = the colours
setting-list = rows of a name in the list: two show the last words
setting-pictures = how pictures are shown in conversations
setting-mouse = click and scroll with the mouse
setting-bell = ring when a message comes
setting-hyperlinks = make links clickable (OSC 8)
setting-title = show in the title of the window how much is unread
setting-notify = how the terminal shows a notice while you look elsewhere
setting-notify-content = say in notices who wrote, and what
setting-notify-command = a line for the shell, run when somebody writes while you look elsewhere
setting-typing = tell trusted people that you are writing
setting-reads = tell trusted people what you have read
setting-greeting = what a room is told when you come in
setting-downloads = where files are put
setting-legacy-encoding = the encoding of those who do not say theirs
command-accept-request = let whoever asks talk to you
command-decline-request = refuse whoever asks; they are told nothing
details-pinned = List | pinned to the top
setting-announce = who is greeted where broadcasts do not reach
value-true = yes
value-false = no
value-visible-true = everybody on this network sees you
value-visible-contacts = only those who know your key see you
value-visible-false = nobody sees you
value-theme-auto = dark or light, as the terminal is
value-theme-dark = light text on a dark ground
value-theme-light = dark text on a light ground
value-theme-classic = the colours of the tutorial
value-theme-mono = no colours
value-list-auto = two rows where there is room
value-list-one = one row for each name
value-list-two = two rows, the second with the last words
value-pictures-auto = as well as the terminal can
value-pictures-kitty = by the protocol of Kitty
value-pictures-iterm2 = by the protocol of iTerm2
value-pictures-sixel = by sixel
value-pictures-blocks = as coloured blocks, in any terminal
value-pictures-off = not at all
value-notify-all = everything rings and counts
value-notify-mention = only what says your name
value-notify-none = nothing rings or counts
value-notify-auto = as well as the terminal can
value-notify-osc9 = by OSC 9: iTerm2, WezTerm, ConEmu
value-notify-osc777 = by OSC 777: urxvt, foot, Ghostty
value-notify-osc99 = by OSC 99: Kitty
value-notify-bell = by the bell alone
value-notify-off = not at all
value-encoding-auto = take back what was chosen
value-utf-8 = every language; the usual one
value-gbk = simplified Chinese, as Windows writes
value-gb18030 = all of Chinese; reads GBK too
value-gb2312 = simplified Chinese, the oldest
value-big5 = traditional Chinese
value-shift_jis = Japanese, as Windows writes
value-euc-kr = Korean
value-newline-none = nothing behind a message
value-newline-lf = a line feed (0a), as Unix writes
value-newline-crlf = 0d 0a, as Windows and serial lines write
value-newline-cr = a carriage return (0d)
value-newline-nul = a zero byte (00), as programs in C write
value-newline-auto = as the peer itself does
value-forget = it is not known here any longer
value-order-kick = put somebody out for a minute
value-order-ban = put somebody out and keep them out: NAME, and a time such as 10m
value-order-unban = let somebody in again
value-order-mute = somebody may listen and not write: NAME, and a time such as 10m
value-order-unmute = somebody may write again
value-order-bans = who is banned or muted
value-order-slow = seconds between two messages of one member, or off
value-order-moderated = only those in charge write: on or off
value-order-topic = what the room is about
value-order-close = put all out of this room and let nobody in
value-order-open = open a closed room again
value-history-50 = as many as fit on a screen or two
value-history-200 = some screens of them
value-history-1000 = as many as are read at once
value-keep-1h = our copy goes after an hour
value-keep-1d = our copy goes after a day
value-keep-7d = our copy goes after a week
value-keep-30d = our copy goes after thirty days
value-keep-off = our copy stays
value-auto-accept-1MB = up to 1 MB without asking
value-auto-accept-20MB = up to 20 MB without asking
value-auto-accept-1GB = up to 1 GB without asking
value-auto-accept-off = ask about each file
value-lab-loss = so many datagrams are lost
value-lab-delay = they come so much later
value-lab-dup = so many come twice
value-lab-reorder = so many are overtaken by others
value-lab-off = end it
value-verify-off = the keys count as not compared
value-announce-off = announced on your own networks only
value-key-same = it is the same person, with a new key
value-key-other = it is somebody else
value-key-ignore = take no notice of the new key
value-wire-all = everything that passes our sockets
value-search-from = written by somebody: from:alex
value-search-me = written by you
value-search-in = in a conversation: in:alex
value-search-after = from a day on: after:yesterday
value-search-before = before a day: before:2026-11-21
value-room-usual = everybody on this network
value-listen-usual = the usual place
value-listen-off = listen nowhere
value-fold-section = a part of the list
value-fold-group = a group of colleagues
value-fold-host = the ports of one machine
