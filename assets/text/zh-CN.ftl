## Net: what the network side has to tell
notice-large-datagram = 这条消息有 { $bytes } 字节。简单的程序只读前 1024 字节，对方看到的可能不完整。
start-unknown-interface = 没有名为 { $name } 的网络接口。可用的有：{ $known }
start-taken = { $address } 已被其他程序占用，请用 --listen 换一个
start-bind = 无法监听 { $address }：{ $code }
