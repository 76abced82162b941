## Net: what the network side has to tell
notice-large-datagram = This message takes { $bytes } bytes. Simple programs read only the first 1024: the other side may see it cut off.
start-unknown-interface = There is no network interface { $name }. Known here: { $known }
start-taken = { $address } is taken by another program. Choose another with --listen
start-bind = Cannot listen on { $address }: { $code }
