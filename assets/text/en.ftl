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

## start: why the network side did not start

start-unknown-interface = There is no network interface { $name }. Known here: { $known }
start-taken = { $address } is taken by another program. Choose another with --listen
start-bind = Cannot listen on { $address }: { $code }
