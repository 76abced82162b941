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

## profile：配置所在的文件夹和文件

profile-no-home = 没有主目录；请设置 HOME，或用 --profile 指定文件夹
profile-folder = 文件夹 { $path } 无法使用：{ $reason }
profile-shared = { $path } 是公用的；请用 --profile 指定自己的文件夹
profile-tightened = { $path } 原来别人也能访问（权限 { $mode }），现在只属于你
profile-not-tightened = { $path } 别人也能访问（权限 { $mode }），而且没能改掉
profile-left-open = 文件夹 { $path } 别人也能访问（权限 { $mode }）；里面还有别的东西，所以没有改动
profile-not-watched = 设置的改动要到下次启动才会生效：{ $reason }

## file：config.toml 和 contacts.toml

file-unreadable = 无法读取 { $path }：{ $reason }
file-unwritable = 无法写入 { $path }：{ $reason }
file-too-big = { $path } 太大：超过 { $limit } 字节
file-not-utf8 = { $path } 第 { $line } 行：不是 UTF-8
file-syntax = { $path } 第 { $line } 行第 { $column } 列：{ $detail }
file-wants =
    { $path } 第 { $line } 行：{ $key } 应该是{ $kind ->
        [text] 引号里的文本
        [flag] {" "}true 或 false
        [listen] 端口、地址（如 "127.0.0.1:8081"）或 "off"
       *[table] 一个表
    }
file-bad-name =
    { $path } 第 { $line } 行：{ $reason ->
        [name-too-long] { name-too-long }
       *[other] { name-unprintable }
    }
file-unknown-key = { $path } 第 { $line } 行：不认识 { $key }，它不起作用
file-unusual = { $path } 第 { $line } 行：这种写法只能用编辑器修改

## set：修改设置

set-unknown-key = 没有 { $key } 这个设置
set-bad-value =
    { $key } 不能是“{ $value }”，应该是{ $kind ->
        [flag] {" "}true 或 false
        [listen] 端口、地址（如 127.0.0.1:8081）或 off
       *[text] 文本
    }

## name：名字的要求

name-empty = 需要一个名字
name-too-long = 名字太长
name-unprintable = 名字里有无法显示的字符
name-reserved = “echo”是内置的联系人，请换一个名字

## contact：联系人列表

contact-name-taken = 已经有联系人 { $name } 了
contact-unknown = 没有联系人 { $name }
contact-too-many = 已经有 { $limit } 个联系人了
contact-name-twice = 名字重复了
contact-no-address = 没有地址
contact-left-out =
    contacts.toml 第 { $line } 行：跳过“{ $name }”。{ $reason ->
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
