# Every text of udpqq in English. The same keys, with the same variables, stand in each file of this folder.

## address: what is wrong with an address a person wrote

address-empty = An address is needed, for example { $example }
address-scheme = “{ $part }://” is not known here; an address looks like { $example }
address-host = “{ $part }” is not a host name or an IP address; an address looks like { $example }
address-port = “{ $part }” is not a port (1 to 65535); an address looks like { $example }
address-no-port = The port is missing; an address looks like { $example }
address-option = “{ $part }” is not an option of this address; options look like ?encoding=gbk
address-brackets = “{ $part }”: IPv6 addresses stand in brackets, such as [::1]:8081

## fault: why a message was not sent

fault-too-large = Too long: { $bytes } bytes, and one datagram carries at most { $limit }
fault-cannot-encode = “{ $character }” ({ $code }) does not exist in { $encoding }; change the text, or the encoding with /encoding
fault-name-not-found = No address was found for { $host }
fault-network = Refused by the network: { $code } { $to }
fault-not-listening = This kind of connection is off, or its port could not be opened
fault-busy = Too much is waiting to be sent; try again in a moment
fault-no-such-peer = This contact has just been removed

## notice: lines of the program in a conversation

notice-large-datagram = { $bytes } bytes in one datagram: a plain receiver with a small buffer may cut it

## profile: the folders and files of a profile

profile-no-home = There is no home folder; set HOME, or name a folder with --profile
profile-folder = The folder { $path } cannot be used: { $reason }
profile-shared = { $path } belongs to everybody; name a folder of your own with --profile
profile-tightened = { $path } was open to others (mode { $mode }); now it is yours alone
profile-not-tightened = { $path } is open to others (mode { $mode }), and that could not be changed
profile-left-open = The folder { $path } is open to others (mode { $mode }); it holds other things too, so it was left as it is
profile-not-watched = Changes of the settings will be seen at the next start: { $reason }

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
        [listen] a port, an address such as "127.0.0.1:8081", or "off"
       *[table] a table
    }
file-bad-name =
    { $path }, line { $line }: { $reason ->
        [name-too-long] { name-too-long }
       *[other] { name-unprintable }
    }
file-unknown-key = { $path }, line { $line }: { $key } is not known here and has no effect
file-unusual = { $path }, line { $line }: written in a way that can only be changed in an editor

## set: changing a setting

set-unknown-key = There is no setting { $key }
set-bad-value =
    { $key } cannot be “{ $value }”; it must be { $kind ->
        [flag] true or false
        [listen] a port, an address such as 127.0.0.1:8081, or off
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
        [address-port] { address-port }
        [address-no-port] { address-no-port }
        [address-option] { address-option }
        [address-brackets] { address-brackets }
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
cli-word-options = OPTIONS
cli-word-command = COMMAND
cli-about-udpqq = A terminal messenger that talks to anything that speaks UDP
cli-about-send = Send one message
cli-about-listen = Print what arrives, one line each
cli-about-echo = A test peer that answers every datagram with the same text
cli-about-contacts = See and change the contact list
cli-about-contacts-list = Print the contacts
cli-about-contacts-add = Add a contact
cli-about-contacts-remove = Remove a contact
cli-about-contacts-rename = Give a contact another name
cli-arg-open = A contact, or an address such as 192.168.1.20:8081, to open at once
cli-arg-target = A contact, or an address such as 192.168.1.20:8081
cli-arg-text = The message; “-”, or none with piped input, reads standard input
cli-arg-wait = Print the answers that come within SECS seconds (5 if not said)
cli-arg-json = One JSON object per line
cli-arg-count = End after N messages
cli-arg-timeout = End after SECS seconds
cli-arg-upper = Answer in upper case
cli-arg-contact = The name of the contact
cli-arg-address = Its address, such as 192.168.1.20:8081
cli-arg-new-name = Its new name
cli-arg-profile = Keep everything of one identity in this folder
cli-arg-interface = Use this network interface only; lo keeps every byte on this machine
cli-arg-listen = Where to listen: udp=8081, udp=127.0.0.1:8081 or udp=off
cli-arg-name = Your name
cli-arg-language = The language of the program: en or zh-CN
cli-arg-theme = The colours
cli-arg-defaults = Skip the questions of the first start and stay invisible
cli-arg-verbose = Write more into the log file
cli-arg-test-panic = Panic once the screen is up
cli-arg-help = Print this help
cli-arg-version = Print the version
cli-error-hint = “udpqq --help” shows how it is used
cli-error-near = Did you mean { $arg }?
cli-error-unexpected = { $arg } is not expected here
cli-error-unknown-command = There is no command { $arg }
cli-error-missing = Missing: { $arg }
cli-error-missing-command = A command is missing
cli-error-no-value = { $arg } needs a value
cli-error-no-value-wanted = { $arg } takes no value
cli-error-twice = { $arg } is given twice
cli-error-not-utf8 = An argument is not valid UTF-8
cli-error-other = The command line was not understood: { $arg } { $value }
cli-error-seconds = { $arg } takes seconds such as 2 or 0.5, not “{ $value }”
cli-error-count = { $arg } takes a whole number from 1, not “{ $value }”
cli-error-listen-form = “{ $value }” does not say where to listen; it looks like udp=8081, udp=127.0.0.1:8081 or udp=off
cli-error-listen-kind = --listen { $value }: the kinds are { $kinds }
cli-error-listen-later = --listen { $value }: not in this version yet
