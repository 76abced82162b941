# udpqq 的全部中文文本。本文件夹的每个文件都有相同的键，每个键都有相同的变量。

## address：用户写的地址哪里不对

address-empty = 需要一个地址，例如 { $example }
address-scheme = 不认识“{ $part }://”；地址的写法如 { $example }
address-host = “{ $part }”不是主机名或 IP 地址；地址的写法如 { $example }
address-port = “{ $part }”不是端口（1 到 65535）；地址的写法如 { $example }
address-no-port = 缺少端口；地址的写法如 { $example }
address-option = “{ $part }”不是可用的选项；选项的写法如 ?encoding=gbk
address-brackets = “{ $part }”：IPv6 地址要写在方括号里，如 [::1]:8081

## fault：消息为什么没有发出

fault-too-large = 太长：{ $bytes } 字节，一个数据报最多 { $limit } 字节
fault-cannot-encode = { $encoding } 里没有“{ $character }”（{ $code }）；请改文字，或用 /encoding 换编码
fault-name-not-found = 找不到 { $host } 的地址
fault-network = 网络拒绝发送：{ $code } { $to }
fault-not-listening = 这种连接已关闭，或端口没能打开
fault-busy = 等待发送的太多，请稍后再试
fault-no-such-peer = 这个联系人刚被删除

## notice：会话里程序自己说的话

notice-large-datagram = 一个数据报有 { $bytes } 字节：接收缓冲区小的对方可能会截断

## start: why the network side did not start

start-unknown-interface = 没有名为 { $name } 的网络接口。可用的有：{ $known }
start-taken = { $address } 已被其他程序占用，请用 --listen 换一个
start-bind = 无法监听 { $address }：{ $code }
