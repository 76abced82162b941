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

## cli：命令行

cli-heading-usage = 用法：
cli-heading-commands = 命令：
cli-heading-arguments = 参数：
cli-heading-options = 选项：
cli-word-options = 选项
cli-word-command = 命令
cli-about-udpqq = 终端里的聊天工具，能和任何会说 UDP 的程序对话
cli-about-send = 发送一条消息
cli-about-listen = 打印收到的消息，每条一行
cli-about-echo = 测试用的对端，收到什么就回什么
cli-about-contacts = 查看和修改联系人列表
cli-about-contacts-list = 打印联系人
cli-about-contacts-add = 添加联系人
cli-about-contacts-remove = 删除联系人
cli-about-contacts-rename = 给联系人改名
cli-arg-open = 启动时打开的联系人，或地址（如 192.168.1.20:8081）
cli-arg-target = 联系人，或地址（如 192.168.1.20:8081）
cli-arg-text = 消息；写“-”，或不写而用管道输入时，读标准输入
cli-arg-wait = 打印 SECS 秒内收到的回复（不写则为 5 秒）
cli-arg-json = 每行一个 JSON 对象
cli-arg-count = 收到 N 条消息后结束
cli-arg-timeout = SECS 秒后结束
cli-arg-upper = 用大写回复
cli-arg-contact = 联系人的名字
cli-arg-address = 地址，如 192.168.1.20:8081
cli-arg-new-name = 新名字
cli-arg-profile = 把一个身份的全部文件放在这个文件夹
cli-arg-interface = 只用这个网络接口；lo 表示一个字节也不离开本机
cli-arg-listen = 监听位置：udp=8081、udp=127.0.0.1:8081 或 udp=off
cli-arg-name = 你的名字
cli-arg-language = 程序的语言：en 或 zh-CN
cli-arg-theme = 配色
cli-arg-defaults = 跳过首次启动的提问，并且不公布自己
cli-arg-verbose = 日志写得更详细
cli-arg-test-panic = 界面出现后故意崩溃
cli-arg-help = 显示帮助
cli-arg-version = 显示版本
cli-error-hint = 用法见 “udpqq --help”
cli-error-near = 是不是想写 { $arg }？
cli-error-unexpected = 这里不该有 { $arg }
cli-error-unknown-command = 没有 { $arg } 这个命令
cli-error-missing = 缺少：{ $arg }
cli-error-missing-command = 缺少命令
cli-error-no-value = { $arg } 需要一个值
cli-error-no-value-wanted = { $arg } 不带值
cli-error-twice = { $arg } 写了两次
cli-error-not-utf8 = 有参数不是有效的 UTF-8
cli-error-other = 看不懂这个命令行：{ $arg } { $value }
cli-error-seconds = { $arg } 要写秒数，如 2 或 0.5，而不是“{ $value }”
cli-error-count = { $arg } 要写 1 以上的整数，而不是“{ $value }”
cli-error-listen-form = “{ $value }”没有说明监听位置；写法如 udp=8081、udp=127.0.0.1:8081 或 udp=off
cli-error-listen-kind = --listen { $value }：种类有 { $kinds }
cli-error-listen-later = --listen { $value }：这个版本还没有
