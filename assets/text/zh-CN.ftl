# udpqq 的全部中文文本。本文件夹的每个文件都有相同的键，每个键都有相同的变量。

language-name = 简体中文

## address：用户写的地址哪里不对

address-empty = 需要一个地址，例如 { $example }
address-scheme = 不认识“{ $part }://”；地址的写法如 { EXAMPLES() }
address-host = “{ $part }”不是主机名或 IP 地址；地址的写法如 { $example }
address-hosts = “{ $part }”：只有 { SCHEMES("rooms") } 地址能写多个主机，用半角逗号隔开，如 relay://a.example,b.example/room
address-too-many-hosts = “{ $part }”：一个地址最多写 8 个主机
address-port = “{ $part }”不是端口（1 到 65535）；地址的写法如 { $example }
address-no-port = 缺少端口；地址的写法如 { $example }
address-key = “{ $part }”不是密钥：密钥是 udpqq key 显示的 56 个字母和数字，请检查是否输错
address-encoding = 不认识编码“{ $part }”；可用 gbk、gb18030、big5、shift_jis 等
address-option = “{ $part }”不是这种地址的选项：?encoding=gbk 用于 { SCHEMES("encodings") }，?framing=line 用于 tcp://
address-brackets = “{ $part }”：IPv6 地址要写在方括号里，如 [::1]:8081
address-room = 这里不能写“{ $part }”：只有 { SCHEMES("rooms") } 地址带房间名，且不能含空格、冒号和 / ? # & = %
address-group = “{ $part }”不是广播地址，也不是组播地址；房间的写法如 room://255.255.255.255 或 room://239.1.2.3

## address-form：某种方言的地址怎么写；没有则用例子

address-form-tcp = tcp://host:port
address-form-udpqq = udpqq://密钥@host（加密；udpqq key 显示自己的地址）
address-form-room = room://255.255.255.255（本网络所有人）
address-form-ipmsg = ipmsg://host（飞秋、iptux、IP Messenger）
address-form-relay = relay://host/房间名（几台中转服务器：relay://host,host/房间名）

## list：名称的列举

list-separator = 、
list-or = { $most } 或 { $last }

## fault：消息为什么没有发出

fault-too-large = 太长：{ $bytes } 字节，一条消息最多 { $limit } 字节
fault-cannot-encode = { $encoding } 里没有“{ $character }”（{ $code }）；请改文字，或换编码
fault-name-not-found = 找不到 { $host } 的地址
fault-network =
    { $code ->
        [ECONNREFUSED] 那里没有程序在监听（{ $code }{ $to }）
        [ECONNRESET] 对方中断了连接（{ $code }{ $to }）
        [ETIMEDOUT] 没有应答（{ $code }{ $to }）
        [EHOSTUNREACH] 那里没有机器应答（{ $code }{ $to }）
        [ENETUNREACH] 没有通往那里的网络（{ $code }{ $to }）
       *[other] 网络拒绝发送（{ $code }{ $to }）
    }
fault-not-listening = 这种连接已关闭，或端口没能打开
fault-busy = 等待发送的太多，请稍后再试
fault-no-such-peer = 这个联系人刚被删除
fault-another-person = 这个地址现在是 { $name } 在用，请到对方自己的会话里说
fault-former-key = 这条消息发给了该联系人以前的密钥，因此没有通知任何人
fault-no-answer = 没有在时限内得到确认：可能已送达，也可能没有
fault-refused = 对方不接收这条消息：不愿收，或无法理解
fault-unreached = 中转服务器没有应答，消息没有发出
fault-interrupted = 程序在确认发出之前就结束了

## notice：会话里程序自己说的话

notice-large-datagram = 一个数据报有 { $bytes } 字节：接收缓冲区小的对方可能会截断
notice-answers-elsewhere = { $gone } 已经没有程序了：之后的消息发往 { $to }，即对方上次发来消息的地址

## profile：身份目录里的文件夹和文件

profile-no-home = 没有主目录；请设置 HOME，或用 --profile 指定文件夹
profile-folder = 文件夹 { $path } 无法使用：{ $reason }
profile-missing = { $path } 不存在，那里没有身份目录；用同样的 --profile 启动 udpqq 即可新建
profile-shared = { $path } 是公用的；请用 --profile 指定自己的文件夹
profile-tightened = { $path } 原来别人也能访问（权限 { $mode }），现在只属于你
profile-not-tightened = { $path } 别人也能访问（权限 { $mode }），而且没能改掉
profile-left-open = 文件夹 { $path } 别人也能访问（权限 { $mode }）；里面还有别的东西，所以没有改动
profile-link-left-open = { $path } 是链接，它指向的文件别人也能访问（权限 { $mode }），所以没有改动
profile-of-another = { $path } 属于别的用户，而 udpqq 正以 root 运行：新建的文件会归文件夹的主人所有
profile-not-watched = 设置的改动要到下次启动才会生效：{ $reason }
identity-unreadable = 无法读取自己的密钥 { $path }：{ $reason }。没有密钥就无法收发加密消息
identity-no-file = { $path } 是链接、文件夹或管道，因此没有使用。没有自己的密钥就无法收发加密消息
identity-malformed = { $path } 不是密钥，已原样保留。请放回备份，或将它移走：之后可用 udpqq key import 从纸上恢复，否则下次启动时会生成新密钥。在此之前无法收发加密消息
identity-newer = { $path } 由更新版本的 udpqq 写成，已原样保留。在有密钥之前无法收发加密消息
passphrase-unlock = 密钥的口令：
passphrase-unlock-again = 口令不对。密钥的口令：
passphrase-new = 新口令（留空表示不设）：
passphrase-room = 房间的密码（留空表示不设）：
passphrase-operator = 这位管理员的密码：
passphrase-repeat = 再输入一次：
passphrase-wrong = 这不是密钥的口令
passphrase-differs = 两次输入不同；没有任何改动
passphrase-stopped = 没有给出口令，密钥没有打开
passphrase-nobody = 密钥设有口令：请在终端中启动，或用 --passphrase-fd 给出口令
passphrase-unreadable = 无法读取口令：{ $reason }
identity-not-made = 还没有自己的密钥，而 { $path } 无法创建：{ $reason }。没有密钥就无法收发加密消息
identity-exists = 已有密钥：{ $path }，保持不变。想换密钥请先移走该文件；换了之后，对所有联系人来说你就是另一个人
identity-letters-length = 纸上的密钥共 { $count } 个字母和数字；中间的空格和短横不算
identity-letters-letter = 含有密钥里不会出现的字符：只有字母和数字 2 到 7，没有 0 和 1
identity-letters-check = 输错了：这些字母对不上。纸上的密钥是 udpqq key export 显示的内容，不是地址

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
        [audience] {" "}true、"contacts" 或 false
        [notify-level] {" "}true、"mention" 或 false
        [listen] 端口、地址（如 "127.0.0.1:8081"）或 "off"
        [places] 一组 IPv4 地址、网段或范围，如 ["10.0.3.255", "10.0.4.0/24", "10.0.5.1-99"]，最多 64 项、共 1024 个地址
        [folder] 以 / 或 ~/ 开头的文件夹
        [encoding] 编码的名称，如 "gb18030"、"big5" 或 "shift_jis"
        [size] 带引号的大小，如 "20MB"
        [period] 带引号的时间，如 "7d" 或 "30m"，至少一分钟
        [keep-age] 带引号的时间，如 "30d"，或 "all"
        [keep-messages] 从 1 起的整数，或 "all"
        [keep-bytes] 带引号的大小，如 "500MB"，或 "all"
        [servers] 服务器列表，如 ["nats://n1:4222", "nats://n2:4222"]
        [hosts] 主机列表，如 ["a.example", "192.0.2.7:6000"]
        [count] 从 1 起的整数
        [command] 加引号的 shell 命令行，或词的列表：["notify-send", "udpqq"]
       *[table] 一个表
    }
file-bad-name =
    { $path } 第 { $line } 行：{ $reason ->
        [name-too-long] { name-too-long }
       *[other] { name-unprintable }
    }
file-bad-place =
    { $path } 第 { $line } 行：{ $why ->
        [six] { announce-six }
        [many] { announce-many }
       *[unknown] { announce-unknown }
    }
file-unknown-value = { $path } 第 { $line } 行：{ $key } 不能是“{ $value }”；可用的有 { $known }
file-unknown-key = { $path } 第 { $line } 行：不认识 { $key }，它不起作用
file-unusual = { $path } 第 { $line } 行：这种写法只能用编辑器修改

## set：修改设置

set-unknown-key = 没有 { $key } 这个设置
set-bad-value =
    { $key } 不能是“{ $value }”，应该是{ $kind ->
        [flag] {" "}true 或 false
        [audience] {" "}true、"contacts" 或 false
        [listen] 端口、地址（如 127.0.0.1:8081）或 off
        [folder] 以 / 或 ~/ 开头的文件夹
        [encoding] 编码的名称，如 gb18030、big5 或 shift_jis
        [choice] {" "}{ $known } 之一
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

## cli：命令行

cli-heading-usage = 用法：
cli-heading-commands = 命令：
cli-heading-arguments = 参数：
cli-heading-options = 选项：
cli-heading-general = 通用选项：
cli-heading-examples = 示例：
man-heading-status = 退出状态
man-status = 0 完成，1 失败（标准错误输出有一行说明），2 用法错误，130 由 Ctrl-C 结束。
man-heading-files = 文件
man-files = ~/.config/udpqq：config.toml 和 contacts.toml。~/.local/share/udpqq：history.db、identity.key、rooms.key、operators.key、downloads。~/.local/state/udpqq：udpqq.log，以及中转服务器的 rooms.db。用 --profile 目录 时全部在该目录中。
cli-word-options = 选项
cli-word-command = 命令
cli-about-udpqq = 终端里的聊天工具，能与任何收发 UDP 文本（或 TCP 文本）的程序聊天
cli-about-chat = 逐行聊天，适合屏幕阅读器、串口控制台、TERM=dumb 和管道
cli-about-send = 发送一条消息
cli-about-listen = 打印收到的消息，每条一行
cli-about-echo = 测试用的对端，收到什么就回什么
cli-about-wire = 打印经过本程序套接字的每个数据报，以及流的每次读写，与线路上的一致；不保存，也不回执。同时运行的另一个 udpqq 或中转服务器用的是它自己的套接字，不在其中：聊天程序里有 /wire
cli-about-contacts = 查看和修改联系人列表
cli-about-contacts-list = 打印联系人
cli-about-contacts-names = 输出联系人的名字，供 shell 补全
cli-about-contacts-add = 添加联系人
cli-about-contacts-remove = 删除联系人
cli-about-contacts-rename = 给联系人改名
cli-arg-open = 启动时打开的联系人，或地址（如 { EXAMPLES() }）
cli-arg-target = 联系人，或地址（如 { EXAMPLES() }）
cli-arg-history = 先打印多少条历史消息（不写则为 10）
cli-arg-text = 消息；写“-”，或不写而用管道输入时，读标准输入
cli-arg-send-hex = “文字”是字节，每字节两位十六进制数：'48 65 6c'
cli-arg-raw = 原样发送标准输入的全部字节，不必是 UTF-8
cli-arg-wait = 打印这么多秒内收到的回复（不写则为 5 秒）
cli-arg-json = 每行一个 JSON 对象
cli-arg-count = 收到这么多条消息后结束
cli-arg-timeout = 这么多秒后结束
cli-arg-upper = 用大写回复
cli-arg-wire-target = 只看这个联系人，或这个地址（如 { EXAMPLES() }）
cli-arg-pcap = 同时写入一个 Wireshark 能打开的新文件；“-” 则写到标准输出，不再打印各行
cli-arg-hex = 在每行下面打印字节
cli-arg-wire-count = 经过这么多个数据包后结束
cli-about-key = 显示自己用于加密消息的地址，以及分组的密钥，便于核对
cli-about-key-export = 显示密钥的秘密部分，以便抄在纸上保存
cli-about-key-import = 从纸上恢复密钥：字母由标准输入读入
cli-about-key-passphrase = 给密钥设置、更换或取消口令
cli-arg-passphrase-fd = 从这个已打开的文件按行读取口令，而不询问
cli-arg-qr = 改为显示地址的二维码，供手机扫描
cli-arg-contact = 联系人的名字
cli-arg-address = 地址，如 { EXAMPLES() }
cli-arg-new-name = 新名字
cli-arg-profile = 一个身份的全部文件所在的目录（身份目录）
cli-arg-interface = 只用这个网络接口；lo 表示一个字节也不离开本机
cli-arg-listen = 监听位置：udp=8081、udp=127.0.0.1:8081 或 udp=off；种类为 { KINDS() }
cli-arg-name = 你的名字
cli-arg-language = 程序的语言：en、zh-CN 或 zh-TW
cli-arg-language-of-relay = 日志的语言，也是对没有 udpqq 的成员说话的语言，他们可以用 /lang 另选：en、zh-CN 或 zh-TW
cli-arg-theme = 配色
cli-arg-defaults = 跳过首次启动的设置，并且不公布自己
cli-arg-verbose = 日志写得更详细
cli-arg-test-panic = 界面出现后故意崩溃
cli-arg-help = 显示帮助
cli-arg-version = 显示版本
cli-about-completions = 打印在 shell 中补全本命令行的脚本
cli-about-man = 打印一页手册，供 man(1) 阅读
cli-arg-shell = bash、elvish、fish、powershell 或 zsh
cli-arg-page = 手册页所讲的命令；不写则为整个程序
cli-error-shell = 没有适用于“{ $value }”的补全；可用的有 { $known }
cli-error-hint = 用法见“{ $command } --help”
cli-error-near = 是不是想写 { $arg }？
cli-error-unexpected = 这里不该有 { $arg }
cli-error-unknown-command = 没有 { $arg } 这个命令
cli-error-missing = 缺少：{ $arg }
cli-error-missing-command = 缺少命令
cli-error-no-value = { $arg } 需要一个值
cli-error-no-value-wanted = { $arg } 不带值
cli-error-twice = { $arg } 写了两次
cli-error-not-both = { $arg } 和 { $other } 不能一起用
cli-error-not-utf8 = 有参数不是有效的 UTF-8
cli-error-other = 看不懂这个命令行：{ $arg } { $value }
cli-error-seconds = { $arg } 要写秒数，如 2 或 0.5，而不是“{ $value }”
cli-error-count = { $arg } 要写 1 以上的整数，而不是“{ $value }”
cli-error-listen-form = “{ $value }”没有说明监听位置；写法如 udp=8081、udp=127.0.0.1:8081 或 udp=off
listen-no-key = { $kind } 需要你的密钥，而这次启动时没有打开：下次启动后才会监听
cli-error-listen-kind = --listen { $value }：种类有 { $kinds }
cli-error-listen-later = --listen { $value }：这个版本还没有

## argument：用法里参数的名称

argument-line = { ARGUMENTS($line) }
argument-address = 地址
argument-command = 命令
argument-contact = 联系人
argument-dir = 目录
argument-emoji = 表情
argument-file = 文件
argument-if = 接口
argument-key = 设置项
argument-kind = 种类
argument-name = 名字
argument-new = 新名字
argument-old = 原名字
argument-path = 路径
argument-port = 端口
argument-secs = 秒数
argument-shell = shell
argument-tag = 语言
argument-text = 文字
argument-value = 值
argument-where = 位置

## start
start-unknown-interface = 没有名为 { $name } 的网络接口。可用的有：{ $known }
start-taken = { $address } 已被其他程序占用，请用 --listen 换一个
start-listen-taken = { $address } 已被其他程序（可能是聊天界面）占用：--listen { $scheme }=0 改用空闲端口，--listen { $scheme }=off 则不监听
start-bind = 无法监听 { $address }：{ $code }
start-chance = 系统没有提供随机数：{ $code }
start-thread = 系统无法为历史记录创建线程：{ $code }
start-no-such-contact-near = { $name } 既不是联系人，也不是地址；有一个联系人叫 { $near }
start-no-such-contact-command = { $name } 既不是联系人，也不是地址；是不是想用“udpqq { $near }”？
start-few-files = udpqq 至少要能打开 { $needed } 个文件，此处只允许 { $limit } 个（ulimit -n）
start-no-such-contact = { $name } 既不是联系人，也不是地址
start-no-terminal = 此处 udpqq 需要终端。没有终端时可用“udpqq chat 名字”逐行聊天，脚本可用“udpqq send”和“udpqq listen”
start-dumb-terminal = 这个终端（TERM=dumb）无法显示界面；请用“udpqq chat 名字”逐行聊天
start-in-use = 这个身份目录正被另一个 udpqq 使用。要同时再开一个：udpqq --profile { $other }
start-in-use-by = 这个身份目录正被另一个 udpqq（进程 { $pid }）使用。要同时再开一个：udpqq --profile { $other }
flood-strangers = 陌生人发来的消息多得放不下：已丢弃 { $count } 条
flood-strangers-disk = 磁盘剩余空间不足 1 GiB：陌生人的消息已丢弃 { $count } 条
flood-conversation = { $name } 发得比人打字还快：已丢弃 { $count } 条
flood-conversation-disk = 磁盘剩余空间不足 1 GiB：{ $name } 发得过快的消息已丢弃 { $count } 条
store-busy = 历史记录跟不上，最新的消息不会保存

## list
list-contacts = 联系人
list-nearby = 局域网
list-strangers = 陌生人
list-requests = 聊天请求
list-more = 还有 { $count } 个
list-more-unread = { $count } 条未读
list-pinned = 置顶
list-draft = 草稿：{ $text }
list-sealed = 密封消息
list-unheard = 目前没有程序在监听
list-unreadable = 已加密，此处无法读取
list-weekday-1 = 周一
list-weekday-2 = 周二
list-weekday-3 = 周三
list-weekday-4 = 周四
list-weekday-5 = 周五
list-weekday-6 = 周六
list-weekday-7 = 周日
fold-unknown = 列表中没有名为“{ $name }”的可折叠部分；现有：{ $known }
fold-nothing = 列表中现在没有可折叠的部分
mute-contacts = 此设置只随已添加的联系人保存：请先用 /add 或 Alt-C 添加 { $name }，再用 /mute
pin-contacts = 此设置只随已添加的联系人保存：请先用 /add 或 Alt-C 添加 { $name }，再用 /pin
notify-contacts = 此设置只随已添加的联系人保存：请先用 /add 或 Alt-C 添加 { $name }，再用 /notify
notify-no-room = { $name } 只写给你一个人，每条都与你有关。/notify none：不响铃，也不计未读
notify-now-all = { $name } 的消息都会通知你。/notify mention：只在（房间里）提到你的名字时；/notify none：从不
notify-now-mention = 只有提到你的名字时，{ $name } 才会通知你。/notify all：总是；/notify none：从不
notify-now-none = { $name } 从不通知你。/notify all：总是
flash-mentions-only = 只有提到你的名字时，{ $name } 才响铃并计入未读。/notify all：总是
flash-muted = { $name } 已设为免打扰：不响铃，也不计入未读。再次 /mute 恢复
flash-unmuted = { $name } 已取消免打扰
flash-pinned = { $name } 已置顶。再次 /pin 恢复
flash-unpinned = { $name } 已取消置顶
flash-added = 已将 { $name } 添加为联系人

## header
header-plain = 未加密
header-interface-down = 网络接口 { $name } 已断开
header-unreachable = 对方端口目前没有程序在监听
header-stranger = { $key } 添加为联系人

## rule
rule-new-below = ↓ { $count } 条新消息  { $key }
rule-scrolled = ↓ { $key }
rule-everybody = 发给本网络所有人

## status
status-unread = { $count } 条未读
status-empty = { $count } 个空数据报
status-nobody = { $count } 个来自服务端口
status-lost-on-arrival = 到达时丢失 { $count } 个数据报
status-malformed = { $count } 个无法识别
status-unkept = { $count } 条未保存
status-lost = { $count } 条丢失
status-dropped = { $count } 条被丢弃
status-keeps-nothing = 历史记录未启用，退出后不保留
status-interface-down = 网络接口 { $name } 已断开，恢复之前无法经它联系任何人
status-interface-up = 网络接口 { $name } 已恢复
status-port-taken = { $count ->
    [1] 端口 { $wanted } 已被占用，改用 { $port }
   *[other] 端口 { $wanted } 已被占用（可能是另一个 udpqq），改用 { $port }
}
status-ports-taken = udpqq 的端口已被占用（可能是另一个 udpqq）：{ $wanted } 改用 { $port }，{ $off } 已关闭
status-port-refused = 端口 { $wanted } 无法使用（{ $code }），改用 { $port }
status-not-listening =
    { $code ->
        [EADDRINUSE] 端口 { $port } 已被其他程序占用，{ $scheme } 无法使用；其余功能照常
       *[other] { $scheme } 无法监听（端口 { $port }）：{ $code }
    }
status-echo-stays = echo 是程序自带的，不能改动

## hint
hint-help = 帮助
hint-next-note = 下一条
hint-close = 关闭
hint-read-note = 全文
hint-contacts = 联系人
hint-next-unread = 下一未读
status-note-of = 第 { $at } 条，共 { $of } 条
hint-palette = 命令
hint-quit = 退出
hint-copy = 复制
hint-reply = 回复
hint-one = 只选一条
hint-react = 表情
hint-edit = 修改
hint-delete = 撤回
hint-remove = 为所有人移除
hint-mark-range = 选一段
hint-inspect = 原始字节
hint-details = 详情
hint-back = 返回
hint-older = 更早
hint-newer = 更新

## composer
composer-nobody = 用 ↑ ↓ 选择会话，或用 /add 添加联系人
composer-hint = 写给 { $name }
composer-everybody = 所有人都会看到；按 Enter 会先询问一次
composer-selecting = 用 ↑ ↓ 选择消息；Esc 回到草稿
composer-range = 已选择一段：y 复制，r 引用，空格改回选择一条
composer-find = 查找 { $count }：
composer-find-empty = 查找：

## scrollback
scrollback-unread = { $count ->
    [0] 新消息
   *[other] { $count } 条新消息
}
scrollback-cut = … 还有 { $bytes } 字节 · Ctrl-O Enter
scrollback-legacy = 不是 UTF-8；按 { $encoding } 读作：{ $text }（{ $key } 以后都这样读）
legacy-read = 从现在起按 { $encoding } 读取；/encoding auto 可撤销
legacy-nothing = 这里没有可按 { $encoding } 读取的乱码
scrollback-unread-missed = { $count ->
    [0] 你不在时的新消息
   *[other] 你不在时的 { $count } 条新消息
}
scrollback-missed = 你不在时的消息
scrollback-history-end = ↑ 来自房间的历史记录
scrollback-history-reading = 正在读取房间的历史记录…
scrollback-history-more = 房间里还有更早的历史记录 · PgUp
scrollback-history-begun = 房间历史记录的开头
scrollback-unreadable = 暂时无法读取历史记录。按 PgUp 重试。
scrollback-unkept = 未写入历史记录
scrollback-failed = 未发送：{ $why }。
fault-tries-again = 重试
fault-takes-back = 取回
scrollback-more-lines = 还有 { $count } 行 · Ctrl-O Enter
scrollback-times = { $text }（共 { $count } 次）
scrollback-doubtful = { $why }。
scrollback-unheard = 目前没有程序在监听 { $address }
scrollback-empty = 还没有消息。在下面输入，按 Enter 发送。
scrollback-gone = 这个会话已不存在；请用 ↑ ↓ 选择其他会话
scrollback-nobody = 还没有联系人。按 Alt-C 添加：名字和地址，例如 192.168.1.20:8081
weekday-1 = 星期一
weekday-2 = 星期二
weekday-3 = 星期三
weekday-4 = 星期四
weekday-5 = 星期五
weekday-6 = 星期六
weekday-7 = 星期日

## flash
flash-quit-again = 再按一次 Ctrl-C 退出
flash-mouse-on = 鼠标可在这里点击和滚动
flash-mouse-off = 鼠标交给终端，用于选取和复制
flash-set = { $key } 现在是 { $value }
flash-unset = 已清除 { $key }
flash-copied = 已请终端复制
flash-copied-tmux = 已复制：在 tmux 中按前缀键再按 ] 粘贴
flash-link-copied = 已请终端复制 { $link }
flash-link-opened = 正在打开 { $link }
flash-nothing-unread = 这里没有未读消息
flash-nothing-unread-anywhere = 没有未读消息
flash-no-mention = 此处没有提到你的消息
flash-no-older-mention = 此处没有更早的提到你的消息
flash-no-key-here = 选中消息时没有这个键：F1 列出可用的键，Esc 回到输入
flash-nothing-to-select = 这里还没有消息
flash-nothing-to-retry = 这条消息没有发送失败
flash-nothing-sent = 这里还没有发送过消息
flash-not-found = 没有找到
flash-no-note = 状态栏现在没有消息
flash-newest-match = 已是最新的匹配
flash-too-many-matches = 匹配太多；再加一个词缩小范围
flash-encrypted-now = { $name } 可以加密聊天：之后的消息都会加密
flash-conversation-gone = 这个会话已不存在
flash-nobody = 没有打开的会话
flash-everyone = 已发给本网络所有人
flash-everyone-asks = { $count ->
    [0] 本网络所有人都会收到。
   *[other] 发给 { $where } 上的 { $count } 人？
}再按一次 Enter 发送
flash-ignored = 本次运行期间忽略 { $name }；用同一地址 /add 即可恢复
flash-blocked = 已永久屏蔽 { $name }；用同一地址 /add，再 /accept 即可恢复
flash-draft-full = 放不下：草稿最多 { $limit } 字节
flash-cleared = 已清空；按 { $key } 或 ↑ 可恢复
flash-paste-too-long = { $bytes } 字节超出草稿上限（{ $limit }）；可用 /file 发送文件
flash-paste-kept = 未粘贴；按 { $key } 仍可放入
flash-too-long-here = 对此栏来说太长
flash-range-too-long = 一次不能复制这么多消息，请少选一些
flash-edit-left = 没有修改；按 ↑ 找回刚才写的内容
flash-edit-empty = 内容为空；要撤回消息请按 Ctrl-O 再按 Del
flash-reply-gone = 被回复的消息已不在这里
reply-not-here = 与 { $name } 的消息不能逐条回复：这种连接不支持回复
edit-not-here = { $name } 收到的内容不能修改：这种连接不支持修改
delete-not-here = { $name } 收到的内容不能撤回：这种连接不支持撤回
react-not-here = 不能给与 { $name } 的消息添加表情：这种连接不支持
remark-deleted = 这条消息已撤回
remark-own-only = 只能修改或撤回自己写的内容
remark-not-this = 不能对这条消息这样做
remark-nothing = 这里没有可以这样做的消息
remark-not-held = 请先滚动到那条消息：它不在视野内。Esc 放弃引用或修改，文字会保留
remark-end-not-held = 请先转到最新消息（Alt-End）：它不在视野内
react-one-emoji = 需要一个表情，例如 👍
flash-cannot-stop = 未挂起：这里没有 shell 可以恢复本程序
flash-editor-kept = 无法读入编辑的文字；它保留在 { $path }
flash-editor = 编辑器无法使用：{ $reason }

## question
question-paste = 粘贴 { $lines } 行，{ $bytes } 字节？
question-remove = 从联系人中删除“{ $name }”？历史记录会保留。
question-ignore = 永久屏蔽“{ $name }”？以后不再显示对方的任何消息。用同一地址 /add，再 /accept 即可恢复。
question-forget = 从列表中删除“{ $name }”及全部消息？无法恢复。
question-clear = 永久删除与 { $name } 的全部消息？
question-visit = 打开与 { $address } 的会话？
question-browse = 此链接指向 { $host }，看起来可能像别的网站：{ $link }。打开吗？
question-offer = { $count ->
        [1] 发送 { $file } 给 { $name }？
       *[other] 发送 { $count } 个文件给 { $name }？
    }
question-long-text = 一条消息放不下：共 { $bytes } 字节，最多 { $limit } 字节。作为文件发给 { $name }？
question-long-paste = 草稿放不下：共 { $bytes } 字节，最多 { $limit } 字节。作为文件发给 { $name }？
question-delete = 在双方永久撤回这条消息？{ $words }
question-delete-here = 这条消息发给了该联系人以前的密钥，在那边会保留。仅在本机永久撤回？{ $words }
question-remove-message = 为房间里所有人永久移除这条消息？{ $words }
popup-react = 表情
picker-keys = 数字，或 ← → 加 Enter · 也可直接输入 · Esc 返回
question-quit = 还有 { $count } 个文件正在传输，退出会中断：{ $files }。仍要退出吗？{ $comes ->
    [0] {""}
   *[other] 已收到的部分会保留。
}
question-quit-file = { $way ->
    [in] { $name } 发来的 { $file }
   *[out] 发给 { $name } 的 { $file }
}（{ $percent } %）
question-quit-more = 另外 { $count } 个
question-quit-unkept = 有 { $count } 条消息没有写入历史记录，退出后将丢失。仍要退出吗？
question-quit-now = 已经没有会丢失的内容。退出吗？
question-paste-keys = Enter 放入草稿 · f 作为文件发送 · Esc 否
question-keys = Enter 是 · Esc 否
question-no-answer = 这不是回答。{ $keys }
flash-question-left = 什么也没有做：只有 Enter 表示“是”

## form
form-first-start = 欢迎使用 udpqq
form-first-start-intro = 按 Enter 之前不会发送任何数据。
form-add = 添加联系人
form-add-intro = 地址形如 host:port，例如 192.168.1.20:8081 或 [::1]:8081；也可以是 { FORMS() }。对方用 GBK 时在后面加 ?encoding=gbk。
form-password = 房间的密码
form-password-intro = 密码不会发送。只保存能证明你知道密码的内容，下次启动不用再输入；/password forget 忘掉它。
form-room-password = 密码
form-operator = 管理员的密码
form-operator-intro = 密码不会发送。只保存能证明你知道密码的内容，下次启动不用再输入；/operator forget 忘掉它。
form-rename = 重命名联系人
form-rename-intro = 会话内容不变。
form-name = 名字
form-address = 地址
form-language = 语言
form-visible = 在这里可见
form-yes = 是
form-no = 否
form-hint = Enter 确定 · Tab/↑↓ 下一项 · Esc 稍后

## popup
popup-help = 按键与命令
popup-palette = 命令
popup-go-to = 跳转到
popup-sent = 发送过的
popup-links = 链接
question-title-paste = 粘贴
question-title-remove = 移除联系人
question-title-clear = 移除会话
question-title-delete = 撤回消息
question-title-remove-message = 为所有人移除
question-title-quit = 退出
question-title-compare = 核对密钥
question-title-offer = 发送文件
question-title-text = 作为文件发送
question-title-visit = 打开地址
question-title-browse = 打开链接
question-title-ignore = 屏蔽
question-title-distrust = 密钥不符
popup-search = 搜索全部会话
popup-search-hint = 输入消息中要有的词。可用条件缩小范围：from:me 或 from:alex、in:alex、after:yesterday、before:2026-11-21。Enter 跳到该消息。
popup-search-running = 正在搜索…
popup-search-filters = from: in: before: after:
popup-more = 还有 { $count } 行 ↓
popup-inspect = 数据报，{ $bytes } 字节
popup-inspect-nothing = 没有数据发出
popup-details = 详情
popup-whole = 消息全文
popup-note = 状态栏消息

## details
details-with = 对方 | { $name }
details-room = 房间 | { $name }
details-address = 地址 | { $address }
details-time = 时间 | { $time }
details-bytes = 报文大小 | { $bytes } 字节
details-source = 来自 | { $source }
details-unauthenticated = 任何人都可能发送：明文不能证明发送者身份。
details-lossy = 有些字节无法解码，显示为 �。用 /encoding 可换一种编码重读。
details-marked = 状态时间 | { $time }
details-unkept = 未写入历史记录。收发下一条消息时会再次尝试保存。
details-waiting = … 等待：尚未交给网络
details-sent = ✓ 已交给网络；是否送达，明文无法得知
details-delivered = ✓✓ 对方已保存
details-failed = × 未发送
details-doubtful = × 失败
details-reason = 原因 | { $why }

## help
help-writing = 输入时
help-anywhere = 任何时候
help-signs-word = 标记
help-signs-words = 标记 记号 符号 勾 对勾 mark sign tick
palette-signs = 标记和符号的含义（勾）：✓ ✓✓ … × ● ◇
help-selecting = 选择消息时（Ctrl-O）
help-finding = 查找时（Ctrl-S）
help-popup = 列表与表单中
help-results = 搜索全部会话时（Alt-S）
help-marks = 消息与文件旁的标记
help-presence = 列表中名字旁的标记
help-commands = 命令（// 发送斜杠）

## key
key-send = 发送
key-newline = 换行
key-up = 上一个联系人；输入时上移一行，再翻看发送过的
key-down = 下一个联系人；输入时下移一行
key-complete = 补全命令、名字、路径或 :emoji:
key-sent-history = 搜索发送过的
key-editor = 用外部编辑器编辑
key-line-start = 行首
key-line-end = 行尾
key-text-start = 文首
key-text-end = 文末
key-left = 左移一个字符
key-right = 右移一个字符
key-word-left = 左移一个词
key-word-right = 右移一个词
key-backspace = 删除前一个字符
key-delete = 删除光标处字符
key-kill-word-left = 剪切到上一个空白
key-kill-word-backward = 剪切前一个词
key-kill-word-forward = 剪切后一个词
key-kill-line-start = 剪切到行首
key-kill-line-end = 剪切到行尾
key-yank = 插入剪切的内容
key-transpose = 交换两个字符
key-undo = 撤销；草稿为空时取回上次发送或清空的内容
key-redo = 重做
key-next = 下一个会话
key-previous = 上一个会话
key-nth = 第 1 个会话（直到 Alt-9）
key-next-unread = 下一个有未读的会话，最后是本会话下方
key-last-visited = 上次打开的会话
key-mention = 提到你的消息，再按则为更早的一条
key-go-to = 按名字片段跳转
key-add-contact = 添加联系人，或把当前陌生人加为联系人
key-rename-contact = 重命名当前联系人
key-remove-contact = 删除当前联系人
key-page-up = 上翻一页；草稿很长时先翻草稿
key-page-down = 下翻一页
key-oldest = 到最早的消息
key-newest = 到最新的消息
key-first-unread = 到第一条未读
key-find = 在整个会话中查找
key-find-next = 下一个匹配
key-find-previous = 上一个匹配
key-find-older = 上一个匹配
key-find-newer = 下一个匹配
key-search = 搜索全部会话
key-results-accept = 跳到该消息；之后 F3 在其中继续
key-results-first = 最新的结果
key-results-last = 已知最旧的结果
key-select = 选择消息
key-select-up = 上一条消息
key-select-down = 下一条消息
key-extend-up = 连同上一条
key-extend-down = 连同下一条
key-mark-range = 从这里开始选一段，或改回选一条
key-select-oldest = 最早的消息
key-select-newest = 最新的消息
key-copy = 复制文字
key-reply = 回复；不支持回复时或选了一段则引用
key-edit-message = 修改自己写的内容
key-react = 添加表情；再选同一个即取消
key-delete-message = 在双方撤回自己写的内容
key-inspect = 查看原始数据报
key-details = 时间、来源等详情
key-open = 用外部程序打开图片；否则查看全文
key-retry = 停止传输；失败的消息重发
key-accept = 接受
key-popup-down = 下移
key-popup-up = 上移
key-next-field = 下一项
key-previous-field = 上一项
key-palette = 全部命令
key-help = 本帮助
key-mouse = 鼠标开关（关闭时由终端选择文字）
key-bare = 只显示文字，便于用终端复制
key-redraw = 重绘
key-read-note = 阅读状态栏中的完整消息
key-suspend = 挂起，须有 shell（fg 恢复）
key-back = 返回，不会退出；紧接着按另一个键等于 Alt
key-clear-or-quit = 清空草稿（撤销、Ctrl-Y 或 ↑ 可恢复）；草稿为空时连按两次退出
key-quit = 退出

## command
command-add = 添加联系人
command-remove = 删除当前联系人
command-rename = 重命名当前联系人
command-encoding = 用指定编码与对方通信，例如 gb18030；auto 为自动
command-newline = 发给对方的每条消息后面加什么；auto 为随对方
command-hex = 按字节发送，每字节两位十六进制数；发送前在上方显示
command-search = 搜索全部会话
command-me = 描述动作：* 名字 内容
command-ignore = 不再显示此陌生人的消息；有密钥的会被屏蔽
command-notify = 此联系人的哪些消息响铃并计入未读：全部、只有提到你名字的、都不
command-mute = 免打扰：此联系人不响铃，也不计未读；再次使用则恢复
command-pin = 将此联系人置顶；再次使用则恢复
command-fold = 折叠或展开列表中的分区、组或主机
command-history = 读取这个房间更早的消息
command-clear = 删除这个会话的全部消息
command-inspect = 查看最新消息的原始字节
command-wire = 查看经过套接字的数据：此会话、某个联系人或全部（all）；不发送，也不写入磁盘
command-lab = 有意模拟不良网络，作用于此会话双向的数据报：丢失、重复、乱序的比例和延迟；/lab 显示当前状态
command-reply = 回复最后一条消息；不带文字则回复接下来写的内容
command-edit = 修改自己的最后一条消息
command-react = 给最后一条消息添加表情
command-delete = 在双方撤回自己的最后一条消息
command-nick = 更改自己的名字
command-theme = 更换配色：auto、dark、light、classic、mono
command-set = 更改 config.toml 中的设置
command-listen = 立即更换监听位置：{ LISTENERS() }，后接端口、地址或 off
command-help = 按键与命令
command-quit = 退出
command-needs = 用法：/{ $name } { ARGUMENTS($what) }
command-takes-nothing = /{ $name } 后面不带内容
command-unknown = 没有命令 /{ $name }；用 // 发送斜杠
command-unknown-near = 没有命令 /{ $name }；是否想用 /{ $nearest }？
command-ignore-strangers = 只能忽略陌生人；/remove 可删除联系人
command-encoding-fixed = 这里的消息一律是 UTF-8，不能选择编码
command-no-such-encoding = 不认识编码 { $name }；可用 gbk、gb18030、big5、shift_jis 等
newline-not-here = { $name } 不是 UDP 文本，不能设置消息后面的换行符
hex-empty = 没有字节：每字节写两位，例如 48 65 6c
hex-no-digit = 第 { $at } 个字符“{ $character }”不是十六进制数字（0–9、a–f）
hex-half = 第 { $at } 个字符处：每字节要写两位
hex-not-here = 只有 UDP 文本和 TCP 文本可以按字节发送；{ $name } 不是
hex-preview = { $count } 字节 · 按 Enter 发送
command-no-such-language = 没有 { $name } 的文本；可用的有：{ $known }
command-no-such-theme = 没有主题 { $name }；可用的有：{ $known }

## headless：没有界面的命令，以及界面出现之前可能的问题

headless-no-target = 没有联系人“{ $name }”；作为地址：{ $reason }
headless-nothing-to-send = 没有可发送的内容：文字为空
headless-input = 无法读取标准输入：{ $reason }
headless-input-too-long = 标准输入超过 { $limit } 字节
headless-input-not-utf8 = 标准输入从第 { $at } 个字节起不是 UTF-8；send --raw 可原样发送字节
headless-output = 无法写入标准输出：{ $reason }
headless-listening = 正在监听 { $scheme } { $address }
headless-off = { $scheme } 已关闭，收不到任何消息；请指定端口，如 --listen udp=8081
headless-service = 不显示来自服务端口（如 { $source }）的内容；若是你的联系人，请先添加
notice-dropped = { $scheme } { $address }：到达时丢失 { $count } 个数据报：同时来得太多
headless-too-few = 限时内只收到 { $count } 条消息，需要 { $wanted } 条
headless-nobody = 目前没有程序在监听 { $address }
headless-relay-silent = 中转服务器 { $address } 没有应答：那里是否在运行 udpqq relay，防火墙是否放行该端口？
headless-ourselves = 该地址就是本机：别人收不到。可用 --listen ipmsg=端口 换一个端口
headless-too-many = 每秒最多回复 { $source } { $limit } 次
headless-loop = 不回复 { $source }：否则可能无休止地来回
headless-unkept = 有 { $count } 条消息未能写入历史记录
headless-broken = 程序的一部分出错了，这是 udpqq 的缺陷；详情见身份目录中的 udpqq.log，历史记录不受影响
headless-system = 系统不允许 udpqq 启动：{ $reason }
headless-terminal = 无法使用终端：{ $reason }

## history：历史记录的命令和 /export

history-me = 我
history-messages = { $count } 条消息
history-unread = { $count } 条未读
history-more = 还有更多结果；--limit 0 显示全部
history-nothing = 没有找到
history-no-target = 历史记录里没有会话“{ $name }”
history-imported = 新增 { $new } 条，已有 { $known } 条{ $overdue ->
    [0] { "" }
   *[other] ，{ $overdue } 条已过保留期限，未导入
}
history-not-sent = （未发送：{ $why }）
history-doubtful = （{ $why }）
history-waiting = （仍在等待发送）
export-exists = { $path } 已经存在，请换一个名字
export-busy = 上一次导出还没写完
export-no-history = 历史记录只在内存里，无法导出
export-done = { $count } 条消息已写入 { $path }
import-not-json = { $path } 第 { $line } 行不是 JSON 消息：{ $reason }。什么都没有导入
import-not-utf8 = { $path } 第 { $line } 行从第 { $at } 个字节起不是 UTF-8。什么都没有导入
import-field = { $path } 第 { $line } 行：{ $field } 不能是“{ $value }”。什么都没有导入
import-too-long = { $path } 第 { $line } 行超过 { $limit } 字节。什么都没有导入
cli-about-history = 查看、搜索、导出和导入历史记录
cli-about-history-list = 打印会话，最近的在前
cli-about-history-search = 打印匹配的消息，最新的在前；没有找到时退出状态为 1
cli-about-history-export = 把消息打印成 JSON Lines，或便于阅读的文本
cli-about-history-import = 导入 export 或 listen --json 写出的消息
cli-arg-words = 消息里要有的词（按词首匹配），以及筛选：from:名字、from:me、in:名字、after:日期（含当日起）、before:日期（不含当日）；日期如 2026-11、2026-11-21、今天、昨天
cli-arg-limit = 打印这么多条后结束；0 表示全部（不写则为 50）
cli-arg-conversation = 联系人，或地址（如 192.168.1.20:8081）；不写则为全部
cli-arg-transcript = 输出便于阅读的文本，而不是 JSON
cli-arg-output = 写入这个新文件，只有你自己能读
cli-arg-file = 文件；写“-”时读标准输入
cli-error-limit = { $arg } 要写整数，而不是“{ $value }”
command-export = 把这个会话写入文件：JSON；名字以 .txt 或 .md 结尾时写文本

## doctor: what does not work, and what to do about it

doctor-label-machine = 本机
doctor-label-profile = 身份目录
doctor-label-ports = 端口
doctor-label-firewall = 防火墙
doctor-label-broadcast = 广播
doctor-label-large = 大数据报
doctor-label-peer = 联系人
doctor-label-way = 途径
doctor-word-good = 正常
doctor-word-note = 说明
doctor-word-warning = 注意
doctor-word-bad = 不通
doctor-separator = ；
doctor-line = { $word }  { $label }：{ $text }
doctor-todo = 怎么办：{ $text }
doctor-all-well = 就本机所知，一切正常
doctor-no-advice = 上面标出的问题没有简单的办法
doctor-not-well = { $count } 项检查有问题
doctor-asked = { $peers ->
    [0] 只询问了本机
   *[other] 只询问了 { $name } 和本机
}{ $probed ->
    [0] 。
   *[other] （另向 { $networks } 上的所有人的一个空闲端口各发了一个探测包）。
}
doctor-took-too-long = 耗时过长，结果未知
doctor-no-interface = 没有网络接口
doctor-no-such-interface = 没有接口 { $name }
doctor-card = { $name } { $addresses }{ $mtu ->
    [0] {""}
   *[other] ，mtu { $mtu }
}
doctor-card-empty = { $name } 没有地址
doctor-more-interfaces = 另有 { $count } 个
doctor-only-loopback = 按 --interface 的设置，数据不会离开本机
doctor-no-network = 没有网络，数据无法离开本机
doctor-do-network = 请连接网络；查看现有接口：
doctor-profile-good = 各文件夹可写
doctor-profile-closed = { $path } 不可写，设置、联系人和历史记录无法保存
doctor-do-profile = 把 { $path } 改为自己所有，或用 --profile 换一个文件夹：
doctor-ports-off = 没有监听任何端口：所有协议都已关闭
doctor-port-ours = { $port } udpqq
doctor-port-shared = { $port } udpqq，{ $pid ->
    [0] 与其他程序共用
   *[other] 与 { $program }（{ $pid }）共用
}
doctor-port-moved = { $port } 被{ $pid ->
    [0] 其他程序
   *[other] {" "}{ $program }（{ $pid }）
}占用，{ $scheme } 改用 { $instead }
doctor-port-taken = { $port } 被{ $pid ->
    [0] 其他用户的程序
   *[other] {" "}{ $program }（{ $pid }）
}占用，{ $scheme } 未启用
doctor-port-moves = { $port } 被{ $pid ->
    [0] 其他用户的程序
   *[other] {" "}{ $program }（{ $pid }）
}占用：{ $scheme } 将改用空闲端口
doctor-port-refused = { $port } 无法使用：{ $code }
doctor-port-off = { $scheme } 已关闭
doctor-port-free = { $port } 空闲
doctor-do-port-whose = 查看是谁的程序占用了端口 { $port }：
doctor-do-port-taken = 结束 { $program }（进程 { $pid }），或让 { $scheme } 换一个端口：
doctor-do-port-refused = 让 { $scheme } 换一个端口：
doctor-firewall-good = 允许发往本程序端口的数据进入
doctor-firewall-no-tool = 没有 nft 和 iptables，无法得知规则
doctor-firewall-denied = 只有 root 能读取规则：sudo udpqq doctor
doctor-firewall-unclear = { $tool } 的输出无法读取
doctor-firewall-unsure = { $tool } 的规则不只看端口，可能会丢弃一部分数据
doctor-firewall-drops = { $tool } 丢弃 { $ports }（表 { $table }，链 { $chain }）
doctor-firewall-policy = { $tool } 默认丢弃，没有规则放行 { $ports }（表 { $table }，链 { $chain }）
doctor-do-firewall = 本机防火墙丢弃了别人发往 { $ports } 的数据。放行：
doctor-broadcast-none = 没有支持广播的接口
doctor-broadcast-heard = 在 { $name } 上 { $after } 毫秒后收到自己的广播
doctor-broadcast-silent = 在 { $name } 上收不到自己的广播
doctor-broadcast-refused = 无法在 { $name } 上广播：{ $code }
doctor-do-broadcast = 房间和 IP Messenger 需要 { $name } 上的广播：请检查防火墙；若网络本身丢弃广播，请在 announce 中写上对方的地址
doctor-large-none = 没有可供测试的接口
doctor-large-good = { $bytes } 字节的数据报可以收回
doctor-large-parts = 在 { $name } 上分 { $parts } 片发出
doctor-large-silent = 在 { $name } 上收不回最大的数据报
doctor-large-refused = 无法在 { $name } 上发送最大的数据报：{ $code }
doctor-do-large = 长消息在这里可能丢失：普通消息请保持在 1400 字节以内
doctor-peer-answered = { $after } 毫秒后有应答
doctor-peer-last = 最近一次收到消息：{ $time }{ $sourced ->
    [0] {""}
   *[other] ，来自 { $from }
}
doctor-peer-up = 连接正常
doctor-peer-inside = 就在本程序里
doctor-peer-silent = { $seconds } 秒内没有应答
doctor-peer-unreachable = 目前没有程序在监听 { $address }
doctor-peer-listens = { $pid ->
    [0] 其他用户的程序
   *[other] { $program }（{ $pid }）
}正在监听 { $address }
doctor-peer-no-route = 从本机无法到达 { $address }
doctor-peer-unasked = 没有询问：{ $scheme } 发出的任何内容都是消息
doctor-peer-elsewhere = 没有询问：应答会发到占着我们端口的程序，多半是正在运行的 udpqq
doctor-peer-room = 没有询问：广播房间没有单独的对方；广播能否收回见上
doctor-peer-no-name = 找不到名为 { $name } 的机器
doctor-do-settings = 改好上面指出的问题，或换一个文件夹启动：--profile DIR
doctor-do-write = 给 { $name } 发一条消息：若没有程序在监听，会话里会提示
doctor-do-elsewhere = 请在正在运行的 udpqq 里询问：
doctor-do-name = 请检查 { $name } 的写法，或直接写数字地址
doctor-do-start-relay = 请在中转服务器的机器上启动它：
doctor-do-relay = 中转服务器是否在 { $address } 运行？若是，则那里的防火墙需要放行 UDP 端口 { $port }
doctor-do-route = 请连接能到达 { $address } 的网络：
doctor-do-start = 请在对方启动程序，并监听端口 { $port }。
doctor-do-peer = { $name } 是否开机，程序是否在 { $address } 运行？若是，则对方的防火墙需要放行端口 { $port }。检查对方机器是否应答：
doctor-way = { $scheme } { $address }，{ $encrypted ->
    [yes] 已加密
   *[no] 编码 { $encoding }
}，{ $receipts ->
    [yes] 有回执
   *[no] 无回执
}
doctor-way-program = { $program }
popup-doctor = { $peers ->
    [0] 诊断
   *[other] 诊断：{ $name }
}
doctor-what-to-do = 怎么办
doctor-took = { $seconds } 秒
doctor-running = 检查中…
command-doctor = 查找哪里不通
command-look = 立即询问谁在线
command-announce = 向广播到不了的网段公布自己；off：不再公布
announce-six = “{ $place }”是 IPv6，而公布自己的 IP Messenger 只用 IPv4：请把对方的 udpqq:// 地址加为联系人
announce-unknown = “{ $place }”不是 IPv4 地址、网段或范围，例如 10.0.3.255、10.0.4.0/24 或 10.0.5.1-99
announce-many = { $entries } 项共 { $addresses } 个地址，太多了：最多 64 项、共 1024 个地址
announce-nowhere = 只在自己的网络上公布。/announce 10.0.4.0/24 会逐个告知其他网段的地址
announce-places = 公布给 { $places }：共 { $addresses } 个地址，每秒最多五十个
announce-hidden = 已记下：{ $places }。不可见时不会告知任何人：/set visible true
doctor-no-room = { $address } 是房间，要先进去才能检查：先用 /join，或者在 shell 里输入“udpqq doctor { $address }”
doctor-unknown = 没有可检查的联系人“{ $name }”
look-asking = 正在询问谁在线…
look-answered = { $count } 人已应答：{ $names }
look-nobody = 没有人应答。用 /doctor 查看可能的原因
look-hidden = 你当前不可见，因此不会询问任何人：/set visible true
look-off = 用于询问的协议都没有监听：{ $schemes }
cli-about-doctor = 检查本机或与某个联系人之间哪里不通，该怎么办
cli-arg-examined = 要检查的联系人或地址

## relay doctor: what keeps a relay from its work

doctor-label-servers = NATS 服务器
doctor-label-encryption = 加密
doctor-label-version = 版本
doctor-label-jetstream = JetStream
doctor-label-access = 权限
doctor-label-replicas = 份数
doctor-label-log-settings = 记录
doctor-label-appends = 写入
doctor-label-log-room = 记录空间
doctor-label-clock = 时钟
doctor-label-archive = 归档
doctor-label-room-file = 文件
doctor-label-file-rights = 文件权限
doctor-label-integrity = 内容
doctor-label-disk = 磁盘
doctor-label-relay-port = 中转服务器
doctor-server-answers = { $server } 在 { $after } 毫秒后应答
doctor-server-there = { $server } 在，但不让中转服务器进入
doctor-server-silent = { $server } 没有应答
doctor-encryption-good = 中转服务器与服务器之间的通信已加密
doctor-encryption-local = 没有，而且什么也不离开这台机器
doctor-version-good = { $versions }
doctor-jetstream-good = 应答的服务器都已开启
doctor-log-none = 还没有：第一台中转服务器会建立它，之后才能试其余的
doctor-access-good = 可以写入、收听和读取
doctor-archive-answers = 归档在 { $after } 后应答
doctor-archive-none = 没有运行：服务器丢掉的消息就没有了，也没有谁替不用 udpqq 的成员搜索
doctor-archive-silent = 归档在，但不应答
doctor-do-archive = 请看归档的日志，并把 udpqq relay permissions 打印的权限给中转服务器的密钥
doctor-replicas-good = { $wanted } 份中 { $there } 份完整
doctor-replicas-missing = { $wanted } 份中只有 { $there } 份完整：其余的不在，或者落后
doctor-log-settings-good = 与这台中转服务器的设置一致
doctor-appends = 试写 { $count } 次都已保存，一般在 { $middle } 毫秒后，最慢 { $slowest } 毫秒
doctor-log-room = 已用 { $used } MB{ $most ->
    [0] { "" }
   *[other] ，上限 { $most } MB，超过时删去最早的
}
doctor-clock-ahead = 记录的时钟比这里快 { $apart } 毫秒
doctor-clock-behind = 记录的时钟比这里慢 { $apart } 毫秒
doctor-room-file-good = { $path } 可以读取
doctor-room-file-none = 还没有 { $path }：中转服务器启动时会建立
doctor-file-rights-good = { $mode }：只有运行中转服务器的用户能读
doctor-file-rights-open = { $mode }：这台机器上的其他人能读
doctor-integrity-good = 完好
doctor-integrity-bad = 已损坏：{ $reason }
doctor-disk-room = 剩余 { $free } MB{ $most ->
    [0] { "" }
   *[other] ，房间最多占 { $most } MB
}
doctor-disk-closed = { $path } 不能写入
doctor-disk-unknown = { $path } 不能使用：{ $code }
doctor-relay-answers = 在 { $address } 应答
doctor-relay-silent = { $address } 没有应答
doctor-do-build = 请使用带 NATS 构建的 udpqq：
doctor-do-servers = 启动没有应答的服务器，让它们的防火墙放行，或用 --cluster 写出别的服务器
doctor-do-access = 把密钥交给中转服务器（--cluster-nkey、--cluster-creds），并在服务器上给它的用户下面打印的权限：
doctor-do-encryption = 服务器用 tls:// 写出，签发其证书的机构用 --cluster-ca 写出
doctor-do-version = 把服务器一台一台升级到 2.11 或更高版本：
doctor-do-jetstream = 在每台服务器的设置里写上 jetstream 和 store_dir，如 assets/nats-server.conf
doctor-do-replicas = 启动不在的服务器，等它们跟上，或用 --replicas 减少份数
doctor-do-log-settings = 让这台中转服务器的设置与其他的一致：--shards、--prefix、--replicas、--keep
doctor-do-log-room = 给服务器更多空间（max_file 或账户的上限），或用 --keep-bytes 少保存一些
doctor-do-appends = 看看服务器的磁盘和它们之间的网络：消息要等这两样
doctor-do-clock = 让所有机器的时钟与网络同步：
doctor-do-room-file = 把 { $path } 移走，再导入最近一次的导出（udpqq relay history import）；别无他法
doctor-do-file-rights = 不让其他人读这个文件：
doctor-do-file-was-open = 查一查是什么让别人也能访问它；他们可能已经读过
doctor-do-disk-closed = 把 { $path } 交给运行中转服务器的用户，并放在可以写入的磁盘上
doctor-do-disk = 在 { $path } 所在的磁盘上腾出空间，或用 --keep-bytes 少保存一些

## store：历史记录，以及其文件可能的问题

store-fault =
    { $fault ->
        [full] 磁盘已满
        [io] 磁盘读写失败
        [read-only] 文件或所在文件夹为只读
        [busy] 文件被其他程序占用
        [cannot-open] 无法打开或创建文件
        [damaged] 文件已损坏
        [taken] 另一个程序同时写入了它
        [foreign] history.db 由更新的版本或其他程序写入
        [foreign-file] { $file } 由更新的版本或其他程序写入
       *[other] { $code }
    }
store-cleared = 与 { $name } 的全部消息已从历史记录中删除
history-of-relays = /history 向中转服务器读取房间的历史记录。这里以前的内容：PgUp 或 /search
history-not-there = { $name } 不保留可供读取的历史记录
history-not-in = 暂时连不上 { $name }
history-begun = 这里是 { $name } 历史记录的开头
history-reading = 已经在读取 { $name } 的历史记录
history-disk-low = 磁盘快满了：不读取历史记录
store-not-cleared = 无法从历史记录中删除这些消息，它们仍然存在
store-not-kept = 未保存：{ store-fault }
store-not-read = 无法读取历史记录：{ store-fault }
store-not-imported = 未导入任何内容：{ store-fault }
store-in-memory = 消息和草稿只保留到 udpqq 退出：{ store-fault }
store-moved-aside = 历史记录已损坏，现移至 { $name }；已开始新的记录。该文件中的内容到期也不会被移除：不再需要时请自行删除
store-gone = 运行期间历史记录被删除或改名；已用内存中还有的内容开始新的记录
store-replaced = 历史记录被换成了另一个文件，该文件现移至 { $name }；已用内存中还有的内容开始新的记录。该文件中的内容到期也不会被移除：不再需要时请自行删除
store-index-damaged = 搜索索引已损坏，正在重建
store-in-use = 另一个 udpqq 正在使用这个身份目录
store-in-use-by = 另一个 udpqq 正在使用这个身份目录：进程 { $pid }
store-no-lock = 无法锁定历史记录：{ $code }
store-unlocked = 无法锁定历史记录，消息和草稿只保留到 udpqq 退出：{ $code }
room-log-not-opened = 无法打开房间的记录：{ store-fault }
room-log-not-read = 无法读取房间的记录：{ store-fault }
room-log-not-written = 房间的记录没有改动：{ store-fault }
room-log-in-use = 另一个中转服务器正在这里保存房间的记录
room-log-in-use-by = 另一个中转服务器正在这里保存房间的记录：进程 { $pid }
room-log-no-lock = 无法锁定房间的记录：{ $code }
room-log-busy = 正在运行的中转服务器在使用这些记录，要先让它结束
room-log-busy-by = 正在运行的中转服务器在使用这些记录：进程 { $pid }；要先让它结束

## search：搜索条件的问题

search-too-long = 搜索内容最多 { $limit } 字节
search-too-many = 一次搜索最多 { $limit } 个词和条件
search-date = “{ $part }”不是日期；可写成 { $example }、2026-11、2026-11-21T10:30、今天或昨天

## relay：群聊中转服务器

cli-about-relay = 群聊中转服务器：房间里一人发的消息会转给房间里的其他人
cli-about-relay-order = 告诉用此身份运行的中转服务器做什么：请谁出去、不让谁发言、房间怎样管理
cli-about-relay-doctor = 检查用这些设置的中转服务器能否工作，以及该怎么办
cli-about-relay-permissions = 打印中转服务器在 NATS 服务器上需要的权限，可直接写入其设置
cli-about-relay-archive = 保存一组中转服务器的房间消息，比 NATS 服务器保存得更久；NATS 服务器上已经没有的旧消息，中转服务器向它要
cli-about-relay-operator = 指定中转服务器的成员里谁是管理员。正在运行的中转服务器立即知道
cli-about-relay-operator-add = 让某人成为管理员，密码由程序询问或从标准输入读取；再次使用则换密码
cli-about-relay-operator-remove = 取消管理员
cli-about-relay-operator-list = 列出管理员
cli-arg-order-words = kick 名字 · ban 名字 [时间] · unban 名字|地址 · mute 名字 [时间] · unmute 名字 · bans · slow 房间 秒数|off · moderated 房间 on|off · topic 房间 [文字] · close 房间 · open 房间 · remove 房间 位置…（消息的位置见 udpqq relay history search） · password 房间（密码由程序询问，或从标准输入读取；留空则取消）；时间如 90m、12h 或 7d，不写则为永久
cli-arg-relay-address = 监听位置：6000、192.168.1.20:6000 或 [::]:6000（不写则为所有地址的 6000 端口）
cli-arg-relay-open = 不验证地址，谁都能进。能连到中转服务器的人可以伪造地址，让它把房间里的消息发给从未要求过的主机；只适合教室
cli-arg-members = 成员数上限（不写则为 4096）
cli-arg-rooms = 大厅（lobby）以外的房间数上限（不写则为 256）
cli-arg-rate = 每个成员每秒的消息数（不写则为 20）
cli-arg-bytes = 每个成员每秒的字节数（不写则为 65536）
cli-arg-bandwidth = 发给全部成员的每秒总字节数（不写则为 67108864）
cli-arg-silence = 成员静默多少秒后离开（不写则为 60）
cli-arg-relay-history = 保存房间里的消息，成员可以补看错过的内容；启动时的头几行会说明存在哪里、保存多久
cli-arg-keep = 消息保存多久：30d、12h，或 all 表示一直保存（默认 30d）
cli-arg-keep-messages = 每个房间最多保存的消息条数，或 all（默认 100000）
cli-arg-keep-bytes = 所有房间合计保存的字节数：500MB，或 all（默认 1GB）
cli-arg-cluster = 把房间里的消息存到这些 NATS 服务器（JetStream，2.11 或更高版本），写着同样服务器的中转服务器共用：nats://n1:4222,n2 或 tls://n1,n2
cli-arg-cluster-ca = 签发服务器证书的机构（PEM）
cli-arg-cluster-creds = 存有 JWT 及其密钥的文件，只有你能读
cli-arg-cluster-nkey = 存有密钥种子的文件，只有你能读
cli-arg-prefix = 服务器上所有名称的开头：开头不同的中转服务器互不相干（默认 udpqq）
cli-arg-replicas = 每条消息存在几台服务器上（写了三台以上则为 3，否则为 1）
cli-arg-shards = 分担房间的流数（1），同一集群的各台中转服务器须一致；最多 64
cli-arg-for-archive = 给归档服务器，而不是中转服务器
cli-arg-archive-cluster = 要保存哪一组中转服务器的房间：它们的 NATS 服务器，写作 nats://n1:4222,n2 或 tls://n1,n2
cli-arg-archive-keep = 消息保存多久：3650d、12h，或 all 表示一直保存（默认 all）
cli-arg-archive-keep-messages = 每个房间保存多少条消息，或 all 表示全部（默认 all）
cli-arg-archive-keep-bytes = 所有房间一共保存多少字节：500MB，或 all 表示全部（默认 all）
cli-arg-public = 同一集群其他中转服务器的成员从哪里连到这一台，如 a.example 或 192.0.2.7:6000；别的停了，成员就到这里来
cli-arg-operators = 写明哪些成员是管理员的文件，只有你能读；不写则用身份目录里的 operators.key。集群里每台中转服务器各有一个，也可以是同一个文件的副本
cli-arg-operator-name = /operator 后面输入的名字：一个词
cli-arg-tui = 在屏幕上显示房间、成员和速率，而不写日志
cli-arg-metrics = 在 http://地址/metrics 提供 Prometheus 指标；只写端口则仅本机可访问
cli-error-relay-place = 中转服务器不能在“{ $value }”监听；应写成 6000、192.168.1.20:6000 或 [::]:6000
cli-error-metrics = 不能在“{ $value }”提供指标；应写成 9100 或 192.168.1.20:9100
cli-error-public = “{ $value }”不是能连到中转服务器的地址；写法如 a.example 或 192.0.2.7:6000，最多 8 个，用半角逗号隔开
cli-error-retention = “{ $value }”不能用于 { $arg }：应为 { $kind ->
        [keep] 时间（至少 2m），如 30d、12h 或 90m
        [keep-messages] 从 1 起的整数
       *[keep-bytes] 大小，如 500MB 或 2GB
    }，或 all
relay-off = 设置中关闭了中转服务器；请指定端口，例如 udpqq relay 6000
relay-open = 任何人无需验证地址即可加入（--open），也可以冒用别人的地址：不要让互联网能访问这个端口
relay-no-terminal = --tui 需要终端；不用它时，每个事件输出一行日志
relay-metrics = 指标在 http://{ $address }/metrics
relay-metrics-taken = 提供指标的 { $address } 已被其他程序占用。请用 --metrics 另选一个
relay-metrics-bind = 无法在 { $address } 提供指标：{ $code }
relay-no-log = 日志已无法写入；中转服务器继续运行，不再写日志
relay-not-notified = 无法通知 systemd：{ $reason }
relay-history =
    房间里的消息保存{ $unit ->
        [all] 不限时间
        [m] { " " }{ $count } 分钟
        [h] { " " }{ $count } 小时
       *[d] { " " }{ $count } 天
    }{ $messages ->
        [all] { "" }
       *[other] ，每个房间最多 { $messages } 条
    }{ $bytes ->
        [all] { "" }
       *[other] ，合计 { $bytes }
    }：{ $path }
relay-keeps-nothing = --keep、--keep-messages 和 --keep-bytes 说明房间消息保存多少：请加上 --history
relay-history-nowhere = --history 需要一个文件夹来保存房间消息，但这里没有主目录：请指定一个，如 udpqq --profile DIR relay --history
cli-about-relay-history = 查看、搜索、导出、导入和删除中转服务器保存的房间消息（--history）
cli-about-relay-history-list = 打印房间，最近的在前
cli-about-relay-history-search = 打印匹配的消息，最新的在前，每条带有位置；没有找到时退出状态为 1
cli-about-relay-history-export = 把消息打印成 JSON Lines，或便于阅读的文本
cli-about-relay-history-import = 导入 export 写出的消息；中转服务器要先结束
cli-about-relay-history-remove = 彻底删除一条消息、一个房间或一名成员写的全部消息；中转服务器要先结束
cli-arg-room-words = 消息里要有的词（按词首匹配），以及筛选：from:名字、in:房间、after:日期（含当日起）、before:日期（不含当日）；日期如 2026-11、2026-11-21、今天、昨天
cli-arg-room = 只限这个房间
cli-arg-member = 成员用这个名字写的消息，不指定房间则为所有房间。名字没有证明；ID（search --json 中的“member”）不论用什么名字都只属于一名成员
cli-arg-place = 这个位置上的消息；位置写在 search 每行的开头
cli-arg-yes = 不再询问
cli-error-one-of = 缺少 { $known } 中的一个
room-history-no-room = 没有保存过房间“{ $name }”的消息
room-history-until = 到 { $time }
room-history-imported = 新增 { $new } 条，已有 { $known } 条{ $moved ->
    [0] { "" }
   *[other] ；有些排在原有消息之前，成员会重新读取这些房间
}
room-history-ask = 彻底删除 { $count } 条消息吗？y 或 n
room-history-not-removed = 什么都没有删除
room-history-removed = 已彻底删除 { $count } 条消息
room-history-not-scrubbed = 它们在文件空闲部分留下的痕迹还没有覆盖：有程序正在读取，或磁盘已满。中转服务器下次启动时会处理
room-history-not-yet = 已告知中转服务器，但它还没有全部删除：udpqq relay history list 可查看进度
relay-no-nats = 这个 udpqq 不能和其他中转服务器共用房间：需要带 NATS 构建的版本，即 cargo build --release --features nats
relay-cluster = 房间里的消息保存在 NATS 服务器 { $servers }，名称以 { $prefix } 开头
relay-cluster-plain = 与 { $server } 的通信没有加密：途中能监听的人可以读到房间里的消息。请用 tls://
relay-cluster-unnamed = 用哪些 NATS 服务器？请用 --cluster 写出
relay-public-unknown = 成员用来连到这台中转服务器的“{ $host }”查不到地址
relay-cluster-or-history = --history 把房间存在这台中转服务器的文件里，--cluster 存在多台中转服务器共用的服务器上：只能选一个
relay-archive-of = 归档：NATS 服务器 { $servers } 上的中转服务器，名称以 { $prefix } 开头
relay-archive-waits = 这些服务器上还没有中转服务器的记录；归档会等着
relay-archive-follows = { $another ->
    [0] 开始跟随记录
   *[other] 记录倒退了或是新建的；开始跟随新的记录，已经保存的仍然保留
}{ $shards ->
    [1] { "" }
   *[other] ：{ $shards } 个分片
}
relay-archive-level = 已跟上分片 { $shard }：收进 { $count } 条消息
relay-archive-missed = 归档不在的时候，分片 { $shard } 删除或丢掉了 { $count } 处的内容；这里没有保存
relay-archive-down = 连不上 NATS 服务器
relay-archive-up = 又连上 NATS 服务器了
relay-joined = { $name }（{ $address }）进入了 { $room }
relay-joined-framed = { $name }（{ $address }）用 udpqq 进入了 { $room }
relay-moved = { $name }（{ $address }）去了 { $room }
relay-renamed = { $old }（{ $address }）改名为 { $new }
relay-left = { $name }（{ $address }）离开了 { $room }
relay-left-silent = { $name }（{ $address }）离开了 { $room }：太久没有动静
relay-left-unreachable = { $name }（{ $address }）离开了 { $room }：那里已没有程序在监听
relay-left-elsewhere = { $name }（{ $address }）离开了 { $room }：已转到集群里的另一台中转服务器
relay-limited-members = { $address } 未能进入：成员已满
relay-limited-rooms = { $address } 未能新建房间：房间数已达上限
relay-limited-rate = { $address } 发的消息太多
relay-limited-bytes = { $address } 发的字节太多
relay-limited-bandwidth = { $address } 的一条消息未转发：总流量已达上限
relay-limited-too-long = { $address } 的一条消息太长
relay-limited-log = { $address } 的一条消息没有收下：房间的记录现在写不进去
relay-orders-taken = 无法在 { $path } 接收命令：{ $code }。可能由此身份的另一个中转服务器接收
relay-left-ordered = { $name }（{ $address }）被请出 { $room }
relay-limited-banned = 未让 { $address } 进入：已被封禁
relay-limited-closed = 未让 { $address } 进入：房间已关闭
relay-limited-password = { $address } 未能进入：密码不对
relay-claimed = { $address } { $name } 现在是管理员，身份 { $operator }
relay-claim-refused = { $address } 未能证明自己是管理员 { $operator }
relay-ordered-by = { $address } 管理员 { $operator } 下令：{ $order }
operators-unreadable = 无法读取 { $path }：{ $reason }
operators-open = { $path } 含有密钥，却能被别人读取（权限 { $mode }）：用 chmod 600 让它只归你
operators-line = { $path } 第 { $line } 行不是管理员；udpqq relay operator add NAME 会写出这样的一行
operators-missing = 没有 { $path }：udpqq relay operator add NAME --operators FILE 会生成它
operators-name = “{ $name }” 不能作管理员的名字：要一个词，不带冒号
operators-nobody = 没有叫 { $name } 的管理员
operators-no-password = 没有输入密码：什么都没有改
operators-added = { $name } 已是 { $path } 里的管理员：正在运行的中转服务器立即生效
operators-removed = { $name } 不再是 { $path } 里的管理员：正在运行的中转服务器立即生效
relay-limited-muted = 未接收 { $address } 的消息：管理者不让发言
relay-order-unknown = 没有“{ $order }”这个命令：可用 kick、ban、unban、mute、unmute、bans、slow、moderated、topic、close、open、password
relay-order-usage = 这个命令的写法：{ $usage }
relay-order-topic-long = 话题最多 { $limit } 字节
relay-order-lobby = 大厅 lobby 始终开放：人人都从那里进来
relay-order-nobody = 没有名为 { $name } 的成员
relay-order-passed-on = 这台中转服务器上没有名为 { $name } 的成员；已告知集群里的其他中转服务器
relay-order-many = 这类设置已经太多
relay-order-no-ban = 没有针对 { $name } 的限制
relay-order-kicked = { $name } 已被请出，一分钟后可以回来
relay-order-banned =
    { $name } 已被请出并封禁：{ $unit ->
        [all] 永久
        [m] { $count } 分钟
        [h] { $count } 小时
       *[d] { $count } 天
    }
relay-order-muted =
    { $name } 已被禁言：{ $unit ->
        [all] 永久
        [m] { $count } 分钟
        [h] { $count } 小时
       *[d] { $count } 天
    }
relay-order-unbanned = { $name } 可以再进来
relay-order-unmuted = { $name } 可以再发言
relay-order-slow = { $seconds ->
        [0] { $room } 不再限制发言间隔
       *[other] { $room } 里每人每 { $seconds } 秒一条消息
    }
relay-order-moderated = { $room } 里只有管理者可以发言
relay-order-unmoderated = { $room } 里人人可以发言
relay-order-topic = { $room } 的话题：{ $topic }
relay-order-no-topic = { $room } 没有话题
relay-order-closed = { $room } 已关闭
relay-order-no-password = 没有输入密码：什么也没有改变
relay-order-locked = { $room } 现在有密码了：只有 udpqq 能进来
relay-order-unlocked = { $room } 不再有密码
relay-order-password-long = 密码最多 { $limit } 字节
relay-order-password-unseen = 这里会被看见，不能输入密码：请用 udpqq relay order password 房间
relay-order-opened = { $room } 已开放
relay-order-is-banned =
    { $name }（{ $address }）被封禁：{ $unit ->
        [all] 永久
        [m] { $count } 分钟
        [h] { $count } 小时
       *[d] { $count } 天
    }
relay-order-is-kicked =
    { $name }（{ $address }）已被请出：{ $unit ->
        [all] 永久
        [m] { $count } 分钟
        [h] { $count } 小时
       *[d] { $count } 天
    }
relay-order-is-muted =
    { $name }（{ $address }）被禁言：{ $unit ->
        [all] 永久
        [m] { $count } 分钟
        [h] { $count } 小时
       *[d] { $count } 天
    }
relay-order-no-bans = 没有人被封禁或禁言
relay-order-gone = 中转服务器没有回答
relay-order-not-operator = 这里只有管理员能下令
relay-order-only-there = 这个命令只能在中转服务器上下，密码不经过网络：udpqq relay order { $order }
relay-order-more = …… 还有 { $count } 项
relay-order-no-log = 这台中转服务器不保存消息，没有可移除的
relay-order-log-busy = { $room }：有 { $count } 条消息没有移除：日志目前无法写入
relay-order-removed = { $room }：正在移除 { $count } 条消息，移除后会告诉房间
relay-order-not-removed = { $room }：位置 { $place } 的消息没有移除：那里没有消息，或日志无法写入
relay-order-no-relay = 没有用此身份运行的中转服务器
relay-order-failed = 双方没能理解这个命令：{ $reason }
relay-lost = 此处缺少 { $count } 个事件：来得太快，来不及写
relay-operators-read = 管理员名单已重新读取：{ $count } 人
relay-log-up = 房间的记录又能写了
relay-log-apart = 连不上房间的记录：在连上之前不收消息
relay-log-full = 房间的记录所在的磁盘满了：腾出空间之前不收消息
relay-log-denied = 房间的记录不允许这台中转服务器写入：不收消息
relay-log-version = 房间的记录的版本这台中转服务器不认识：不收消息
relay-log-broken = 房间的记录写不进去：恢复之前不收消息
nats-address = { $address } 不是 NATS 服务器的地址；用户名和密码不要写在里面
nats-prefix = { $prefix } 不能作前缀：最多 32 个字母、数字、- 和 _
nats-file = 无法读取 { $path }：{ $code }
nats-open-to-others = 这台机器上的其他人能读 { $path }：请 chmod 600
nats-unreachable = 没有 NATS 服务器应答：{ $servers }
nats-tls = 无法信任 NATS 服务器：{ $reason }
nats-denied = NATS 服务器不让这台中转服务器进入：{ $reason }
nats-version = NATS 服务器的版本是 { $version }；需要 2.11 或更高版本
nats-no-jetstream = NATS 服务器不保存任何东西：那里没有开启 JetStream
nats-few-servers = NATS 服务器比要保存的份数少（--replicas）
nats-full = NATS 服务器没有空间了：{ $reason }
nats-differs = 集群的记录设置不同，{ $setting }：那里是 { $there }，这里是 { $wanted }
nats-echo = 已保存的消息没有从 { $subject } 传回
nats-api = NATS 服务器拒绝：{ $reason }
nats-no-leader = NATS 服务器至今没有选出主服务器
relay-dropped = 到达时丢失 { $count } 个数据报：同时来得太多
## 中转服务器对明文成员说的话；每行前面会加上“* ”
relay-says-help =
    /nick 名字   换个名字
    /join 房间   换个房间
    /rooms       有哪些房间
    /who         这个房间里有谁
    /lang 语言   中转服务器换一种语言说话：{ $languages }
    /ping        中转服务器在吗？
    /leave       再见
    其他的都是发给房间里所有人的消息。
relay-says-help-history = /history N   这个房间最近的 N 条消息
relay-says-help-search = /history search 词语   其中含有这些词语的消息
relay-says-search-usage = /history search 词语：写开头即可，还可以用 from:名字、after:日期、before:日期，日期如 2026-11-21。
relay-says-nothing-found = 这个房间里没有人说过这些。
relay-says-more-found = 还有更早的：用 before:日期 查看。
relay-says-no-search = 这里不能搜索：这台中转服务器没有归档。
relay-says-no-history = 这台中转服务器不保存消息。
relay-says-empty-history = 这个房间里还没有人说过话。
relay-says-pong = pong
relay-says-goodbye = 你已离开。随便写点什么就能回来。
relay-says-closing = 中转服务器要关闭了。再见。
relay-says-echo = 这是中转服务器刚刚发出的，所以没有转发。
relay-says-name-taken = 这个名字已经有人用了。
relay-says-challenge =
    这是中转服务器：你写的会发给房间里的所有人。
    请先在 15 秒内把下一行单独发回来：
relay-says-challenge-short = 请把这行发回来：
relay-says-silent = 你有 { $seconds } 秒没有动静，所以已离开房间。
relay-says-return = 随便写点什么就能回来。
relay-says-return-by-proof = 要回来，随便写点什么，或把下一行发回来：
relay-says-welcome = 你是 { $name }，在 { $room } 里，{ $count ->
    [0] 没有别人
   *[other] 还有 { $count } 个成员
  }。/help 有更多说明。
relay-says-renamed = 你现在是 { $name }。
relay-says-bad-name = 名字要有 1 到 { $limit } 个看得见的字符，不含冒号，不以 / 或 * 开头；房间的名字不含空格，也不含 /?#&=%。
relay-says-room = { $room }（{ $count } 个成员）
relay-says-more-lines = 还有 { $count } 行
relay-says-more-members = 还有 { $count } 人：/who { $next }
relay-says-full = 中转服务器已满。
relay-says-no-room = 房间已经太多了。
relay-says-fast = 太快了：你的消息没有发出。
relay-says-much = 一次太多了：你的消息没有发出。
relay-says-busy = 中转服务器太忙：你的消息没有发出。
relay-says-no-log = 这台中转服务器现在无法保存消息：你写的没有发出。
relay-says-kicked = 你被请了出去。请一分钟后再来。
relay-says-banned = 你不能进来。
relay-says-closed = 这个房间已关闭。
relay-says-locked = 那个房间有密码，要用 udpqq 才能证明你知道它。
relay-says-password = 这个房间现在有密码了：要进来的人需要 udpqq。
relay-says-no-password = 这个房间不再有密码。
relay-says-muted = 你现在不能在这里发言：你的消息没有发出。
relay-says-moderated-refused = 这个房间只有管理者能发言：你的消息没有发出。
relay-says-slow-refused = 这里每 { $seconds } 秒只能发一条：你的消息没有发出。
relay-says-too-long = 超过 { $limit } 字节：你的消息没有发出。
relay-says-topic = 话题：{ $topic }
relay-says-no-topic = 这个房间不再有话题。
relay-says-slow = 这个房间里每人每 { $seconds } 秒只能发一条消息。
relay-says-not-slow = 这个房间不再限制发言间隔。
relay-says-moderated = 这个房间只有管理者能发言。
relay-says-unmoderated = 这个房间里大家又都能发言了。
relay-says-removed = 管理者移除了一条消息。
relay-says-languages = 选一种语言，例如 /lang zh-CN：{ $languages }
relay-says-no-language = 中转服务器不会说这种语言。有这些：{ $languages }
relay-says-language = 中转服务器现在对你说{ $name }。

relay-page-title = udpqq 中转服务器  { $address }
relay-page-up = 已运行 { $time }
relay-page-open = 谁都能进
relay-page-proof = 需验证地址
relay-page-history = 保存房间消息
relay-page-totals = 房间 { $rooms } / { $rooms-limit }   成员 { $members } / { $members-limit }   收 { $in }/秒  { $bytes-in }B/秒   发 { $out }/秒  { $bytes-out }B/秒
relay-page-troubles = 已拒绝  验证 { $proofs } · 超速 { $limited } · 无法识别 { $malformed }   到达时丢失 { $overflowed } · 未发出 { $lost }
relay-page-name = 名字
relay-page-address = 地址
relay-page-client = 客户端
relay-page-messages = 消息
relay-page-last = 上次
relay-page-now = 刚才
relay-page-heard = { $time } 秒
relay-page-heard-minutes = { $time } 分
relay-page-heard-hours = { $time } 时
relay-page-framed = udpqq
relay-page-plain = 普通
relay-page-more = 还有 { $count } 个成员
relay-page-nobody = 还没有人
relay-page-no-match = 没有符合筛选的
relay-page-keys = ↑ ↓ 选择  PgUp PgDn 翻页  Enter 折叠  / 筛选  k 请出  b 封禁  m 禁言  : 命令  Ctrl-L 重绘  q 退出
relay-page-filter-keys = Enter 保留  Esc 全部
relay-page-order-keys = Enter 执行  Esc 放弃
relay-page-ending = 正在结束：通知各成员
## 房间：成员、进入和离开

list-rooms = 房间
reach-seeking = 正在连接…
header-here = { $count } 人在线
header-heard = { $count } 人发过言
header-out = 不在此房间：/join 可进入
joined-room = { $who } 加入了房间
room-left = 你不在 { $name } 中，消息未发送。/join 可进入
join-unknown = “{ $name }”不是列表里的房间，也不是地址；房间的写法如 { EXAMPLES("group") }
join-no-room = { $address } 不是房间；/add 可将其添加为联系人
connect-no-connection = { $address } 没有可保持的连接：只有 { SCHEMES("connects") } 地址才有
listen-unknown = 没有“{ $name }”这种监听；可用的有 { $known }
listen-form = “{ $value }”不是监听位置：应为端口、127.0.0.1:8081 这样的地址或 off
leave-no-room = 只能离开房间；/remove 可从列表中移除联系人
flash-left = 已离开 { $name }。历史记录仍保留，直到被删除
details-dialect = 协议 | { $name }
details-encoding = 编码 | { $name }（/encoding 可更改）
details-reach = 状态 | { $state }
details-reach-up = 已连接
details-reach-unknown = 未知：明文协议无法得知
details-reach-heard = 启动以来收到过消息
details-out = 状态 | 不在此房间
details-members-here = 成员 | { $here } 人在线，共知 { $known } 人
details-members-crowd = 成员 | { $here } 人在线：人数太多，只告知发言的人，共知 { $known } 人
details-members-heard = 成员 | 已知 { $known } 人；无法得知谁在线
details-member-spoke = { $time } 发过言
details-member-silent = 未发言
details-member-here = 在线
details-member-gone = 已离开
details-member-own = 你
details-comma = ，
details-sender = 房间中的名字 | { $name }
details-relayed = 经由 | { $source }
key-members = 谁在线：会话详情和成员
key-nudge = 发送窗口抖动
key-read-as-legacy = 按该行提示的编码读取此对方的非 UTF-8 文字
command-password = 输入房间的密码，或忘掉它
command-operator = 成为这台中转服务器的管理员，或不再是
command-order = 管理员：请人离开、放人进来、规定房间怎么管理
command-kick = 管理员：请某人离开一分钟
command-ban = 管理员：请某人离开并不再放进来，可加时间，如 10m
command-topic = 管理员：说明房间的话题
command-members = 谁在线、何时发过言，以及会话的状态
command-join = 进入房间；不写地址则进入当前房间，或本网络的房间
command-leave = 离开此房间；历史记录仍可阅读
command-connect = 连接此 TCP 对方或指定的地址，断开后自动重连
command-disconnect = 断开与此对方的连接
## reach：连接的对方为什么不在

reach-closed = 离线
reach-failed =
    { $code ->
        [ECONNREFUSED] 离线：那里没有程序在监听
       *[other] 离线：{ $code }
    }
reach-crowded = 连接太多，已断开
reach-ourselves = 这是 udpqq 自己
## relay: 中转服务器上的房间

relay-no-answer = 中转服务器没有应答
relay-closed = 中转服务器已停止运行
relay-now-at = 现在通过 { $relay }
relay-full = 中转服务器的成员已满
relay-rooms-full = 中转服务器的房间已满
relay-busy = 中转服务器正忙
relay-apart = 中转服务器现在无法保存消息，所以不收
relay-kicked = 被请出此房间；用 /join 请求回来
relay-banned = 管理者不让我们进入此房间
relay-room-closed = 此房间已关闭
room-password-wanted = 用 /password 输入密码
room-password-wrong = 这不是房间的密码
room-password-none = { $name } 不要密码
room-password-forgotten = 已忘掉这个房间的密码：下次进入时要再输入
room-password-not-known = 这里不知道这个房间的密码
room-password-not-kept = 无法保存房间的密码：{ $path }：{ $reason }
operator-now = 你现在是这台中转服务器的管理员，身份 { $name }：用 /order 下令
operator-no-more = 你不再是这台中转服务器的管理员
operator-wrong = 这不是管理员 { $name } 的密码
operator-wanted = 管理员 { $name } 的密码换了：用 /operator { $name } 输入
operator-later = 错误的密码太多：过几分钟再用 /operator { $name }
operator-nobody = 这台中转服务器的成员里没有管理员
operator-forgotten = 已忘掉管理员的密码
operator-not-known = 这里不知道管理员的密码
operator-needed = 这里只有管理员能下令：用 /operator NAME 输入密码
operator-busy = 中转服务器还没有回答之前的命令
operator-unanswered = 中转服务器没有回答：不知道“{ $order }”是否已执行
operator-done = 已执行：{ $order }
operator-refused = 未执行：{ $order }
operator-no-room = { $name } 不是中转服务器的房间：没有命令可下
header-operator = 管理员
order-password = 密码只能在中转服务器上设，不经过网络：udpqq relay order password ROOM
relay-muted = 管理者目前不让我们在这里发言
relay-moderated = 此房间只有管理者可以发言
relay-unmoderated = 此房间又可以自由发言
relay-slowed = 离上一条消息太近：此房间限制发言间隔
relay-slow = 此房间限制发言间隔：每人每 { $seconds } 秒一条消息
relay-not-slow = 此房间不再限制发言间隔
relay-topic = 话题：{ $topic }
relay-no-topic = 此房间不再有话题
relay-history-unread = 这期间这里说的话没能从中转服务器读到
relay-name-taken = 这个中转服务器上已有人用了你的名字；请用 --name 或在 config.toml 里换一个
relay-bad-name = 中转服务器不接受你的名字；请用 --name 或在 config.toml 里换一个
relay-refused = 中转服务器拒绝了我们
relay-no-socket = 无法为中转服务器打开套接字：{ $code }
relay-too-many = 同时最多只能加入 { $limit } 个中转房间
relay-missed = 漏掉了 { $count } 条消息或成员变动，中转服务器上也已不再保留
remove-not-in-log = 无法为所有人移除这条消息：中转服务器没有说明它在日志里的位置

# 文件。
fault-files-to-everybody = 文件只能发给一个人，不能同时发给所有人
fault-ourselves = 这个地址就是 udpqq 自己，发出去没有别人收得到。用 /listen 可以换一个端口
fault-not-offered = 对方不提供该文件：它不认识这个请求，或已经结束
fault-broken-off = 对方在传完之前关闭了连接
fault-peer-stopped = 对方已停止
fault-peer-disk = 对方的磁盘已满或出错
fault-stalled = 太久没有收到数据
fault-malformed = 收到的内容不符合协议
fault-changed = 文件与当初发出时已不相同
fault-disk =
    { $code ->
        [ENOSPC] 磁盘已满
        [EDQUOT] 你的磁盘配额已满
        [ENOENT] 文件夹不存在，也无法创建；可用 /set downloads 换一个
        [EROFS] 文件夹为只读
        [EACCES] 你无权访问该文件夹或文件
        [EFBIG] 磁盘不支持这么大的文件
        [EIO] 磁盘读写失败
       *[other] 本机无法写入或读取（{ $code }）
    }
fault-no-room =
    { $lacking ->
        [unknown] 磁盘空间不足：可用 { $free }，须保留 { $reserved }
       *[other] 磁盘空间不足：可用 { $free }，须保留 { $reserved }，还差 { $lacking }
    }
details-read = 对方称已有人打开阅读

## 局域网里的人、文件的发送与接收

peer-left = 已离开
peer-another = 此处现为 { $person }
send-no-seals = 无法向 { $name } 发送密封消息，没有发出任何内容
trust-answer-first = { $name } 想和你聊天：请先用 /accept、/decline 或 /ignore 答复
trust-changed = { $name } 的密钥变了：在你用 /key 决定之前不会发送任何内容
trust-blocked = { $name } 已被屏蔽；用 /accept 可以重新允许对方联系你
trust-no-key = { $name } 没有密钥：只有 udpqq:// 会话是加密的
verify-nothing = { $name } 的密钥没有标记为已核对，无可撤销；用 /verify 核对
trust-key-of-contact = 你已把这把密钥添加为 { $other }：若是同一个人，请先删除其中一个；若不是，请用 /key other
trust-nothing-to-decide = 目前没有什么需要对 { $name } 决定的
trust-key-replaced = 从这里开始 { $name } 使用另一把密钥：{ $now }（原为 { $before }），尚未核对
talk-not-there = { $name } 的程序或协议不支持此功能，没有发出任何内容
talk-gone = 那条消息已不在了
talk-unnamed = { $name } 无法知道指的是哪条消息，没有发出任何内容
talk-not-ours = 只能修改或撤回自己写的消息
talk-too-old = 超过一天的消息不能再修改或撤回
talk-not-sent = 那条消息没有发出：请重新发送，或撤回
talk-former-key = 这条消息发给了该联系人以前的密钥，只能在本机撤回
talk-empty = 没有剩下文字：请改为撤回这条消息
talk-no-emoji = 一条消息下只能放一个表情
send-no-several = 不能这样发给 { $name }，没有发出任何内容
offer-no-files = 不能向 { $name } 发送文件
offer-nothing = 没有可以发送的文件
offer-too-many = 一条消息不能带 { $count } 个文件，最多 { $limit } 个
offer-gone = 这些文件已不在待发之列，请用 /file 重新发送
files-nothing-to-accept = 这里没有还能接收的文件
files-nothing-to-decline = 这里没有还能拒绝的文件
files-too-many = 等待接收的文件不能超过 { $limit } 个
files-accepted = 按 contacts.toml 的设置，自动接收 { $name } 的 { $count } 个文件
files-done = { $name } 的“{ $file }”已收到
files-done-at = { $name } 的“{ $file }”已收到，保存为 { $path }
files-broken = { $name } 的“{ $file }”中断了
files-broken-kept = { $name } 的“{ $file }”中断了：已收到的部分保留着，再次接受即可继续
files-skipped = “{ $name }”中有 { $count } 项被略过：既不是文件也不是文件夹，或者已经改动
history-sealed = （密封消息，未拆）
history-unreadable = （加密消息，udpqq 无法读取）
history-deleted = （已撤回）
history-edit = （修改了之前说的话）
history-deletion = （撤回了之前说的话）
history-removal = （房间管理者移除了之前的一条消息）
history-withdrawal = （撤回了之前发送的文件）
history-reaction = （对之前一条消息的回应）
history-no-reaction = （撤回了表情）
history-answers = （回复“{ $quote }”）
history-file = 文件“{ $file }”，{ $size } 字节：{ $fate }
history-folder = 文件夹“{ $file }”：{ $fate }
fate-offered = 待接收
fate-moving = 传输中
fate-done = 已完成
fate-done-at = 已完成，{ $path }
fate-declined = 已拒绝
fate-stopped = 已停止
fate-broken = 传了 { $bytes } 字节后中断：{ $why }
fate-withdrawn = 已撤回
files-busy = 还在查看其他文件，请稍后再试
headless-no-receipt = 已交出；没有人确认收到
headless-undelivered = { $seconds } 秒内没有密钥为 { $key } 的人应答，消息已放弃
headless-undelivered-anywhere = { $seconds } 秒内在本网络上没有找到密钥为 { $key } 的人，消息已放弃。可用 udpqq://密钥@主机 这样的地址指明去处
headless-unacknowledged = 已交出，但 { $seconds } 秒内 { $key } 没有确认已保存：无法得知是否送达。对方若还不认识你的密钥，须先接受
headless-key-secret = 秘密：谁有这些字母，谁在你的联系人眼里就是你。请抄下来，不要给任何人看；udpqq key import 可用它恢复
headless-key-sealed = 密钥现在受此口令保护。忘记口令后只能用 udpqq key export 抄下的字母恢复；备份里的旧副本不受影响
headless-key-unsealed = 密钥现在没有口令
headless-key-type = 请输入密钥的字母，然后按 Enter 和 Ctrl-D
headless-receipt-elsewhere = 已从其他端口发出（通常的端口被本机另一程序占用），因此收不到回执
chat-greeting = 正在与 { $name } 聊天：{ $lock }。每行发送一条消息；/help 列出命令，/quit 或 Ctrl-D 结束
chat-encrypted-compared = 已加密，密钥已核对
chat-new = --- { $count } 条新消息 ---
chat-deleted = [消息已撤回]
chat-file = { $name }：{ $fate }
chat-file-kept = 已保留 { $bytes } 字节，存为 { $name }；/accept 请求其余部分
chat-mark-waiting = [等待发送]
chat-mark-sent = [已发送]
chat-mark-delivered = [已送达]
chat-mark-read = [已读]
chat-mark-failed = [未发送：{ $why }]
chat-mark-doubtful = [{ $why }]
chat-gone = 这个会话已经不在了
chat-no-room = { $name } 是一个人：/members 用于房间
chat-elsewhere = 有其他人发来消息；会留在聊天界面里，标为未读
chat-shaken = { $name } 发来了窗口抖动
chat-still-waiting = 还有 { $count } 条发给 { $name } 的消息没有送达
chat-unknown = 这里没有命令 /{ $name }：/help 列出可用的命令，其余命令在聊天界面里。要发送以 / 开头的内容，请以 // 开头
chat-unknown-near = 这里没有命令 /{ $name }；是不是 /{ $near }？要发送以 / 开头的内容，请以 // 开头
chat-members = { $count } 人在线：{ $names }
chat-members-heard = { $count } 人发过言：{ $names }
chat-help-me = /me 文字：说说你在做什么
chat-help-hex = /hex 48 65 …：按字节发送，每字节两位十六进制数
chat-help-file = /file 路径：发送文件或文件夹
chat-help-accept = /accept：同意对方与你聊天，或接收最近发来的文件
chat-help-decline = /decline：拒绝对方的请求，或拒绝最近发来的文件
chat-help-members = /members：房间里有谁
chat-help-help = /help：列出这些命令。其余命令在聊天界面里
chat-help-quit = /quit 或 Ctrl-D：等已写的消息交出后结束
listen-kind =
    { $kind ->
        [sealed] [密封，可在聊天界面里拆开]
        [opened] [密封，已拆]
        [several] [群发]
        [everyone] [发给所有人]
        [automatic] [自动回复]
        [unreadable] [已加密，这里无法阅读]
        [edit] [修改之前的一条消息]
        [deletion] [撤回之前的一条消息]
        [removal] [管理者移除了之前的一条消息]
        [reaction] [回应之前的一条消息]
       *[other] [{ $kind }]
    }
listen-answers = [回复“{ $quote }”]
listen-file = [文件 { $name }，{ $size } 字节]
listen-folder = [文件夹 { $name }，{ $size } 字节]
# IP Messenger（飞鸽传书）。
notice-shake = { $name } 发来了窗口抖动 · 按 Alt-W 回抖
notice-nudge = 你向 { $name } 发送了窗口抖动（对方程序支持时可见）
notice-renamed = { $before } 现在改名为 { $now }；密钥不变
notice-nudge-came = 发来了窗口抖动
notify-command-failed = notify-command 无法运行：{ $reason }
notify-command-status = notify-command 没有成功：退出状态为 { $code }
notice-new-message = 有新消息
notice-in-room = { $name }（{ $room }）
notice-another-person = { $address } 现在是 { $name }（{ $person }）在用，对方另有自己的会话；在这里写的内容不会发给对方
notice-person-back = { $name } 又在 { $address } 了：在这里写的内容会发给对方
notice-picture-lost = 图片 { $id } 没有收全，无法显示
notice-bad-list = 这条消息的附件列表有误：其中的文件都不能接收
notice-left-out = 这条消息提供的文件中有 { $count } 个无法使用，已略去
# 发送文件。
offer-missing = { $path } 不存在
offer-forbidden = 没有读取 { $path } 的权限
offer-unreadable = 无法读取 { $path }（系统错误 { $number }）
offer-no-file = { $path } 既不是文件也不是文件夹
offer-made-up = { $path } 自称为空，其实不然：系统在读取时才生成它，因此无法发送；可以先复制成普通文件
offer-left-out = 有 { $count } 项未包含：链接和特殊文件不会发送
offer-too-many-files = 一条消息最多只能发送 { $limit } 个文件；一个文件夹算一个
offer-too-much = 文件夹中的文件和文件夹超过 { $limit } 个，一条消息发不了这么多
offer-too-deep = 文件夹嵌套超过 { $limit } 层，对方无法接收：{ $path }
## files: 消息所附的文件、密封消息、离开状态

file-waits = 尚未接收
file-offered = 待接收
file-queued = 排队中
file-fetched = 对方已接收
file-done = 完成
file-declined = 已拒绝
file-stopped = 已停止
file-broken = 已中断
file-withdrawn = 已撤回
file-gone = 对方不再提供
file-stalled = 等待中
file-left = 剩余 { $time }
file-saved = 已保存为 { $path }
file-kept = 已保留 { $size }，存为 { $name }
file-goes-on = Ctrl-O Enter 请求其余部分
file-tries-again = Ctrl-O Enter 重试
file-interrupted = 在本机中断
offer-keys = Ctrl-O Enter 接收，d 拒绝
offer-keys-all =
    Ctrl-O Enter 接收{ $count ->
        [1] 剩下的一个
       *[other] 全部 { $count } 个
    }{ $size ->
        [none] { "" }
       *[other] （{ $size }）
    }，d 拒绝；Tab 选其中一个
picture-box = 图片 { $width }x{ $height }
picture-too-large = 图片 { $width }x{ $height } 像素太多，不显示
picture-too-costly = 图片占用的内存或时间过多，不显示
picture-damaged = 图片已损坏，无法显示
picture-no-format = 不是已知格式的图片（PNG、JPEG、GIF、WebP）
picture-gone = 图片已无法读取
picture-hidden = 图片未显示 · Ctrl-O Enter 显示
picture-opening = 正在用外部程序打开图片
picture-no-window = 这里无法打开窗口；图片在 { $path }
picture-not-opened = 无法打开图片：{ $reason }
offer-not-here = 无法向 { $name } 发送文件：这种连接不支持文件
nudge-not-here = 只能向 IP Messenger 联系人发送窗口抖动，{ $name } 不是
nudge-too-soon = 刚向 { $name } 发过窗口抖动：每十秒最多一次
clipboard-elsewhere = 剪贴板里的图片没有发送：现在打开的是别处。/file 可再试
clipboard-no-picture = 剪贴板中没有图片
clipboard-too-large = 剪贴板中的图片太大
clipboard-no-file = 无法写出剪贴板中的图片
text-not-written = 无法把要发送的文字写成文件：{ $reason }
clipboard-no-display = 要发哪个文件？输入 /file PATH，Tab 补全。不写 PATH 时发送剪贴板里的图片，那需要桌面环境，这里没有
clipboard-no-wl-paste = 要发哪个文件？输入 /file PATH，Tab 补全。不写 PATH 时发送剪贴板里的图片，那需要 wl-paste（wl-clipboard），尚未安装
clipboard-no-xclip = 要发哪个文件？输入 /file PATH，Tab 补全。不写 PATH 时发送剪贴板里的图片，那需要 xclip，尚未安装
offer-nothing-to-accept = 这里没有可以接收的文件
offer-nothing-to-decline = 这里没有可以拒绝的文件
offer-nothing-to-stop = 这里没有正在传输的文件，你也没有发出文件
offer-file-not-open = 这个文件已不提供，或已在传输中
offer-no-number = “{ $given }”不是文件的序号；第一个文件是 1
offer-no-such-file = 没有这个序号的文件；这条消息附有 { $count } 个
offer-end-not-held = 请先转到最新消息（Alt-End）：最新的文件不在视野内
tag-sealed = 密封
tag-opened = 密封，已拆
tag-several = 群发
tag-everyone = 发给所有人
tag-automatic = 自动回复
tag-another-port = 来自另一个端口
scrollback-sealed = ▣ 密封消息。按 Ctrl-O Enter 拆开，对方会收到已读通知
scrollback-read = 已读
scrollback-edited = 已修改
scrollback-change-failed = 修改未发送：{ $why }。
scrollback-deletion-failed = 撤回未能通知对方：{ $why }。
scrollback-withdrawal-failed = 撤回文件未能通知对方：{ $why }。
scrollback-reaction-failed = 表情未发送：{ $why }。
scrollback-deleted = 消息已撤回
scrollback-removed = 消息已被房间管理者移除
scrollback-reply-gone = 已不在这里
scrollback-empty-message = （空消息）
scrollback-unreadable-message = ▣ 加密方式不同，这里无法阅读
seal-not-here = 无法向 { $name } 发送密封消息：这种连接不支持
several-nobody = 这里没有可以群发的对象
several-not-there = 无法向 { $name } 群发
several-same-name = 有多人叫 { $name }；请先将所指的那位加为联系人（Alt-C）
command-quote-open = 引号没有闭合
away-usual = 我暂时不在
header-typing = 正在输入…
header-away = 离开
header-away-text = 离开：{ $text }
status-away = 你已离开：{ $text }
status-transfers = { $count } 个文件
flash-several = 已发给 { $count } 人
flash-several-group = { $group }：已发给 { $count } 人{ $away ->
    [0] {""}
   *[other] ，其中 { $away } 人现在不在线
}{ $left ->
    [0] {""}
   *[other] ；有 { $left } 人因密钥未发
}
flash-away-hidden = 已设为离开；但你不在网络上公布自己，所以没有人会知道（/set visible true）
flash-away-off = 已设为离开；但 { $scheme } 已关闭，所以没有人会知道
flash-visible-everybody = 本网络所有人现在都能看到你
flash-visible-contacts = 现在只有知道你公钥的人能看到你
flash-visible-nobody = 不再向任何人公布你在线
flash-reads-on = 你信任的人能看到你已读，你也能看到对方已读
flash-reads-off = 不再告知任何人你已读，你也看不到对方已读
flash-visible-off = { $scheme } 已关闭，别人看不到你；/set listen.{ $scheme } 可在下次启动时打开它
flash-away = 别人会看到你已离开。再用 /away 表示回来
flash-back = 别人会看到你已回来
flash-no-path = 没有以此开头的文件或文件夹
hint-fetch = 接收
hint-link = 打开链接
hint-copy-link = 复制链接
hint-picture = 查看图片
hint-decline = 拒绝
hint-stop = 停止
hint-unseal = 拆开
hint-next-file = 选择文件
key-complete-back = 上一个补全
key-next-file = 逐个选择消息中的文件
key-previous-file = 上一个文件
key-take = 接收文件、拆开密封消息、显示图片或打开链接；否则显示全文
key-decline = 拒绝文件；否则显示详情
command-file = 发送文件和文件夹，不写路径则发送剪贴板中的图片；空格用引号或 \ 保留，Tab 补全
command-accept = 接收最近的文件，或其中一个；或接受对方的聊天请求
command-auto-accept = 自动接收此联系人不超过某大小（如 20MB）的文件；off 恢复询问
auto-accept-up-to = { $name } 一次发送不超过 { $size } 的文件会自动接收
auto-accept-off = { $name } 的每个文件都会先询问你
auto-accept-contacts = 此设置只随已添加的联系人保存：请先用 /add 或 Alt-C 添加 { $name }，再用 /auto-accept
command-keep = 此后在此说的话，本机副本过一段时间（如 7d、12h、30m）即删除；off 则保留。对方自留副本，也不会收到通知
keep-for =
    此后与 { $name } 说的话，本机存放 { $count } { $unit ->
        [m] 分钟
        [h] 小时
       *[d] 天
    }后即删除；对方自留副本
keep-off = 此后与 { $name } 说的话都会保留
keep-contacts = 此设置只随已添加的联系人保存：请先用 /add 或 Alt-C 添加 { $name }，再用 /keep
details-kept =
    本机副本 | 消息存入 { $count } { $unit ->
        [m] 分钟
        [h] 小时
       *[d] 天
    }后即删除；对方自留副本
details-expires = 本机副本 | { $time } 删除
header-kept =
    保留 { $count } { $unit ->
        [m] 分钟
        [h] 小时
       *[d] 天
    }
auto-accept-not-here = 无法证明文件来自 { $name }，因此每个都会先询问你
command-decline = 拒绝最近的文件，或拒绝聊天请求
command-stop = 停止正在传输的文件，或撤回你最近发出的文件
command-seal = 发送密封消息，对方拆开时你会收到已读通知
command-everyone = 发给本网络所有人
command-to = 群发：分别发给几个人
command-away = 让别人看到你已离开；不带文字再用一次表示回来
command-nudge = 发送窗口抖动（飞秋等可见）
details-delivered-unverified = ✓✓ 已送达，未经验证：对方如此声称，但无法证明对方是谁
details-sealed = 密封消息：拆开时发送者会收到已读通知。
details-several = 群发：分别发给了几个人。
details-everyone = 发给了本网络所有人。
details-automatic = 由程序自动回复，因为无人在场。
details-answers = 回复 | { $name }：{ $words }
details-answers-quote = 回复 | { $words }
details-deleted = 撤回于 | { $time }
details-removed = 被房间管理者移除于 | { $time }
details-deleted-here = 仅在本机撤回 | { $time }
details-version-first = 最初写的 | { $words }
details-version = { $time } 改为 | { $words }
details-reactions = 表情 | { $list }
details-reaction-own = { $emoji }（你）
details-reaction = { $emoji }（{ $name }）
details-unreadable = 加密方式不同，这里无法阅读。
details-file = 文件 | { $name }，{ $bytes } 字节，{ $state }
details-reach-here = 在线
details-reach-unseen = 尚未出现
details-name = 名字 | { $text }
details-group = 组 | { $text }
details-user = 用户 | { $text }
details-host = 主机 | { $text }
details-program = 程序 | { $text }
details-away = 离开 | { $text }
details-motto = 签名 | { $text }

# 没有名字的会话。
name-everybody = 所有人
name-network = 本网络

# 帮助中解释的标记。
sign-waiting = 等待中：尚未交给网络
sign-sent = 已交给网络；明文无法得知更多
sign-delivered = 对方已收到：两个 udpqq 之间有证明；在房间里表示中转服务器已保存；其他程序则无法证明是谁说的
sign-failed = 失败；原因写在下方
sign-sealed = 密封：拆开之前看不到内容，拆开后对方会收到已读通知
sign-files = 文件和文件夹：Ctrl-O 选择，Enter 接收，d 拒绝，x 停止；y 复制保存位置
sign-here = 在线，或启动后收到过消息
sign-writing = 正在给你写消息
sign-away = 在线，但暂时离开
sign-left = 已离开，或对方端口没有程序在监听
sign-unknown = 未知
sign-seeking = 正在连接
sign-out = 你不在这个房间
sign-unread = 发给你的未读消息
sign-chatter = 房间里的未读消息
sign-muted = 免打扰（/mute）的未读消息：不计入总数
sign-folded = 已折叠：点击或用 /fold 展开

## keys
lock-inside = 在本程序内
lock-pinned = 已加密，未核对
lock-pinned-short = 密钥未核对
lock-pinned-brief = 未核对
lock-verified = 已加密，已于 { $date } 核对
lock-verified-short = 已核对
lock-requested = 想和你聊天
lock-requested-brief = 请求
lock-changed = 密钥已变 · 已停止发送 · /key
lock-changed-short = 密钥已变 · /key
lock-changed-brief = 密钥已变
lock-blocked = 已屏蔽：不接收也不发送
lock-blocked-short = 已屏蔽
header-present = 在线
rule-waits = 等 { $name } 上线后送达
rule-to = 发给 { $name }
rule-room = 发给 { $name } 中的所有人
rule-requested = 发给 { $name }：请先答复
rule-requested-short = 请先答复
rule-changed = 发给 { $name }：已停止发送
rule-changed-short = 已停止发送
rule-blocked = 发给 { $name }：已屏蔽
rule-reply = ，回复 { $name }
rule-reply-short = ，回复
rule-editing = ，修改中
rule-typing = { $name } 正在输入…
composer-no-reply = 取消回复
composer-replace = 替换 · Esc 不改
composer-requested = /accept 接受   /decline 拒绝   /ignore 屏蔽   Alt-N 对方是谁
composer-changed = 可以写草稿，会保留在这里
composer-blocked = /accept 可以重新允许对方联系你
notice-requested = 此密钥尚未核对。在你接受之前，对方不会得知任何事，包括你是否读了这条消息。
notice-blocked = 对方的消息不会接收，也不能向对方发送。
notice-changed = 有人用另一把密钥自称是 { $name }。在你决定之前不会发送任何内容。
notice-changed-since = { $time } 起有另一把密钥自称是 { $name }。在你决定之前不会发送任何内容。
notice-key-before = 原密钥  { $key }
notice-key-compared = 原密钥  { $key }  已于 { $date } 核对
notice-key-now = 新密钥  { $key }
notice-key-from = 新密钥  { $key }  来自 { $from }
notice-same = 是同一个人，换了密钥
notice-other = 是另一个人
notice-ignore = 不理会新的密钥
question-compare = 请与 { $name } 当面或通过语音核对此号码。如果中间没有别人，双方看到的应当相同：
question-compare-keys = s 相同 · x 不同 · Esc 以后再说
question-compare-first = PgDn 其余部分 · x 不同 · Esc 以后再说
question-compare-unseen = 未标记。请先看完整个号码：按 PgDn，或放大窗口
flash-not-compared = 未作任何标记：只有 s 表示号码相同
question-differs = 你和 { $name } 之间可能有人截听。屏蔽此密钥？之后既不读取对方的内容，也不向其发送，直到用 /accept 撤销。
flash-compared = 已标记为与 { $name } 核对过
flash-differs = { $name } 已屏蔽：你们之间可能有人截听。/accept 可撤销
flash-declined = { $name } 已被忘记，本次运行期间不能再次请求
flash-key-copied = 已复制
flash-code-too-large = 二维码需要 { $columns } 列、{ $rows } 行：请放大窗口
code-no-room = 放不下二维码
popup-code = 请扫码
popup-keys = 密钥
key-own = 你的密钥：
key-own-address = 你的地址，供别人添加：
key-of = { $name } 的密钥：
key-no-own = 启动时没有打开你的密钥，没有可核对的
key-not-changed = { $name } 的密钥没有变
details-trust = 信任 | { $state }
details-key = 密钥 | { $key }
details-seen = 当前位置 | { $from }
details-known = 首条消息 | { $date }
details-notices-all = 通知 | 开
details-notices-mention = 通知 | 只在提到你的名字时
details-notices-none = 通知 | 关
details-files-ask = 对方的文件 | 每次询问（contacts.toml 中的 accept）
details-files-up-to = 对方的文件 | 一条消息不超过 { $size } 时直接接收，不再询问（contacts.toml 中的 accept）
details-authenticated = 已证实：由持有此会话密钥的人发送。
help-locks = 名字旁的锁标
sign-pinned = 已加密；尚未核对密钥（/verify）
sign-verified = 已加密，且已核对密钥
sign-requested = 想和你聊天：/accept、/decline 或 /ignore
sign-changed = 有另一把密钥自称是此联系人：/key
sign-blocked = 已屏蔽
command-verify = 核对双方密钥的号码；off 撤销
command-key = 查看双方的密钥；或处理变了的密钥

## wire
wire-other = 不是 UTF-8；按 { $encoding }：{ $text }
wire-other-short = { $encoding }：{ $text }
wire-encrypted = 已加密（{ $scheme }）
wire-no-text = 不是文字（{ $scheme }）
wire-refused = 未发出：系统拒绝
wire-lost = 被 /lab 丢弃
wire-doubled = 被 /lab 重复
wire-late = 被 /lab 延后
wire-left-out = 数据包太多，有 { $count } 个没有显示
wire-saved = { $count } 个数据包已写入 { $path }
wire-too-few = 限时内只经过 { $count } 个数据包，需要 { $wanted } 个
wire-no-place = { $name } 没有写明地址，无法认出它的数据包：请写“IP:端口”，或用联系人的名字
help-wire = 在 /wire 页面中
key-wire-pause = 暂停，再按继续
key-wire-filter = 只显示符合所有词的：文字、地址、in、out、udp、tcp
key-wire-save = 把显示的内容存给 Wireshark（pcap）
key-wire-clear = 清空已保留的内容
key-wire-bytes = 下方显示字节或文字
key-wire-whole = 完整显示数据包
key-wire-oldest = 第一个数据包
key-wire-newest = 最后一个数据包，并跟随
hint-wire-pause = 暂停
hint-wire-filter = 筛选
hint-wire-bytes = 字节或文字
hint-wire-save = 存为 pcap
hint-wire-save-short = 保存
hint-wire-whole = 完整
hint-wire-newest = 跟随
hint-wire-clear = 清空
hint-wire-keep = 确定
hint-wire-no-filter = 不筛选
hint-wire-write = 保存
wire-title = 线路
wire-everybody = 所有人
wire-both-ways = 双向
wire-in-only = 收到的
wire-out-only = 发出的
wire-running = 进行中
wire-paused = 已暂停
wire-packets = { $count } 个数据包
wire-missing = 漏掉 { $count } 个
wire-no-filter = 筛选：无
wire-filter-is = 筛选：{ $filter }
wire-head-time = 时间
wire-head-place = 来自或发往
wire-head-bytes = 字节
wire-head-text = 文字
wire-nothing-yet = 打开此页后还没有数据经过。加密的内容在这里也是加密的。
wire-nothing-of = 打开本页以来，没有与 { $name } 之间的数据经过。
wire-none-shown = 保留的内容中没有符合筛选或属于此联系人的。
wire-bytes-from = { $bytes } 字节，来自 { $address }
wire-bytes-to = { $bytes } 字节，发往 { $address }
wire-byte-at = { $name } 在 { $at }
wire-filter-asked = 筛选：
wire-save-asked = 将 { $count } 个数据包存为
wire-waiting = { $count ->
    [0] 已暂停
   *[other] 已暂停，又有 { $count } 个
}
wire-following = 跟随中
wire-below = ↓ 还有 { $count } 个
wire-unknown = 没有联系人“{ $name }”。/wire all 显示全部
wire-nothing-to-save = 没有可保存的内容
flash-wire-kept = 已停止查看。{ $count } 个数据包保留到 udpqq 退出为止，/wire 可再次显示

## lab
lab-banner = 实验：{ $name }
list-lab = 实验
lab-counts = { $seen } 个中丢失 { $lost }，重复 { $doubled }，延后 { $late }
lab-on = 实验：{ $name }，{ $settings }。{ $seen } 个数据报中丢失 { $lost }，重复 { $doubled }，延后 { $late }。/lab off 结束
lab-ended = { $name } 的网络已恢复正常。{ $seen } 个数据报中丢失 { $lost }，重复 { $doubled }，延后 { $late }
lab-none = 没有进行中的实验。/lab loss=20% delay=200ms dup=5% reorder=10% 在此会话中开始，双向生效
lab-nothing = 这样不会有任何效果：至少写一项 loss=20% delay=200ms dup=5% reorder=10%
lab-unknown = “{ $word }”：只有 loss=20% delay=200ms dup=5% reorder=10% 和 off
lab-no-share = “{ $word }”：比例为 0 到 100，如 loss=20% 或 loss=0.5%
lab-no-delay = “{ $word }”：延迟最多 10s，如 delay=200ms
lab-streams = { $name } 使用 TCP，不会丢失数据；实验需要数据报
lab-no-place = 还不知道 { $name } 在哪里：请先发一条消息，再用 /lab

## popup-key：弹窗下边框里的按键

popup-key-open = 打开
popup-key-several = 选多人用 /to 发送
popup-key-do = 执行
popup-key-take = 采用
popup-key-go = 转到
popup-key-choose = 选择
popup-key-scroll = 滚动
popup-key-close = 关闭
popup-key-again = 重新检查
popup-key-report = 复制结果
popup-key-compare = 核对
popup-key-copy-key = 复制密钥
popup-key-copy-address = 复制地址
popup-key-code = 二维码
popup-key-mute = 免打扰
popup-key-pin = 置顶
popup-count = { $shown } / { $all }
popup-go-to-address = 按 Enter 打开此地址
popup-help-hint = 输入文字以查找按键或命令
go-to-group = 组 · { $count } 人
several-no-group = 这里没有人自称属于组“{ $name }”
scrollback-nothing = 还没有消息
scrollback-reading = …
help-first = 入门
first-write = 发送下方写好的内容
first-choose = 没有写内容时选择会话
first-go = 按名字的一部分转到任何人
first-add = 添加联系人，或保存这个陌生人
first-select = 选一条消息：复制、回复、查看字节
first-command = 边输入边列出所有命令
first-file = 发送文件和文件夹
first-help = 本页
first-quit = 退出

form-first-start-seen = { $count ->
    [one] 本网络
   *[other] 这些网络
}（{ $where }）上使用 udpqq、IP Messenger、iptux 或飞秋的人会看到你，名字是“{ $name }”；你也能看到他们。
form-first-start-hidden = 不告诉任何人你在线，只有收到你消息的人知道；你仍能看到别人。
form-first-start-alone = 现在没有网络，连上之前没有人能看到你。
form-own-name = 你的名字
form-colours = 配色
form-sample = 你好 Hello
form-hint-first = Enter 确定 · ↑↓ 下一项 · ←→ 更改 · Esc 以后再问
flash-first-later = 下次启动时再问；在那之前不告诉任何人你在线
theme-auto = 跟随终端：{ $theme }
theme-dark = 深色
theme-light = 浅色
theme-classic = 经典
theme-mono = 无颜色
rule-all = { $count ->
    [0] 发给 { $where } 上的所有人
   *[other] 发给 { $where } 上的全部 { $count } 人
}
welcome-echo = 还没有消息。无论你写什么，{ $name } 都会回复。
welcome-add = 按地址添加联系人：127.0.0.1:9000
welcome-go = 按名字的一部分转到任何人
welcome-join = 进入本网络的房间
welcome-select = 选一条消息：复制、回复、查看字节
welcome-help = 所有按键
welcome-quit = 退出
welcome-doctor = 说明可能是什么在妨碍
sight-no-network = 没有网络：任何数据都发不出去。/doctor 说明原因。
sight-hidden = 没有人能看到你：/set visible true
sight-contacts = 只有知道你公钥的人能看到你：/set visible true
sight-off = 没有人能看到你：向别人公布你的功能已关闭。/doctor 说明原因。
sight-alone-first = 你在 { $where } 上可见，名字是“{ $name }”。还没有人应答；有人在时会自动出现在“局域网”下。
sight-alone = 在 { $where } 上可见，名字是“{ $name }”。自 { $time } 起没有人应答。
sight-seen = 你在 { $where } 上可见，名字是“{ $name }”。还有谁在，请看列表。

## completion：输入框上方的补全

completion-take = 采用
completion-choose = 选择
completion-close = 关闭
completion-now = 当前值
setting-name = 别人看到的名字
setting-group = 你所属的组
setting-language = 界面语言
setting-visible = 此网络上谁能看到你
setting-theme = 配色
setting-list = 列表中每个名字占几行：two 显示最近一句
setting-pictures = 会话中的图片用什么方式显示
setting-mouse = 用鼠标点击和滚动
setting-bell = 来消息时响铃
setting-hyperlinks = 让链接可以点击（OSC 8）
setting-title = 在窗口标题中显示未读数
setting-notify = 你不在看时终端用什么方式弹出通知
setting-notify-content = 通知写明谁说了什么
setting-notify-command = 你不在看时来消息就运行的一行 shell 命令
setting-typing = 让信任的人看到你正在输入
setting-reads = 让信任的人看到你读到哪里
setting-greeting = 进入房间时发送的话
setting-downloads = 文件保存到哪里
setting-legacy-encoding = 未说明编码的人所用的编码
command-accept-request = 接受对方的聊天请求
command-decline-request = 拒绝聊天请求；对方不会得知
details-pinned = 列表 | 已置顶
setting-announce = 广播到不了的地方，向哪些地址打招呼
value-true = 是
value-false = 否
value-visible-true = 此网络上所有人可见
value-visible-contacts = 只有知道你密钥的人可见
value-visible-false = 无人可见
value-theme-auto = 随终端的深浅
value-theme-dark = 深色背景
value-theme-light = 浅色背景
value-theme-classic = 教程的配色
value-theme-mono = 不用颜色
value-list-auto = 屏幕够大时占两行
value-list-one = 每个名字占一行
value-list-two = 占两行，第二行显示最近一句
value-pictures-auto = 终端支持的最好方式
value-pictures-kitty = 用 Kitty 的协议
value-pictures-iterm2 = 用 iTerm2 的协议
value-pictures-sixel = 用 sixel
value-pictures-blocks = 用彩色方块，任何终端都行
value-pictures-off = 不显示
value-notify-all = 全部提醒
value-notify-mention = 只提醒提到你名字的
value-notify-none = 都不提醒
value-notify-auto = 终端支持的最好方式
value-notify-osc9 = 用 OSC 9：iTerm2、WezTerm、ConEmu
value-notify-osc777 = 用 OSC 777：urxvt、foot、Ghostty
value-notify-osc99 = 用 OSC 99：Kitty
value-notify-bell = 只响铃
value-notify-off = 不通知
value-encoding-auto = 取消所选编码
value-utf-8 = 所有语言；通常用它
value-gbk = 简体中文，Windows 常用
value-gb18030 = 全部汉字；兼容 GBK
value-gb2312 = 简体中文，最早的编码
value-big5 = 繁体中文
value-shift_jis = 日文，Windows 常用
value-euc-kr = 韩文
value-newline-none = 消息后面什么也不加
value-newline-lf = 换行（0a），Unix 的写法
value-newline-crlf = 0d 0a，Windows 和串口的写法
value-newline-cr = 回车（0d）
value-newline-nul = 零字节（00），C 程序的写法
value-newline-auto = 随对方
value-forget = 这里不再记得
value-order-kick = 请某人离开一分钟
value-order-ban = 请某人离开并不再放进来：名字，可加时间，如 10m
value-order-unban = 重新放某人进来
value-order-mute = 某人只能听不能写：名字，可加时间，如 10m
value-order-unmute = 某人又能写了
value-order-bans = 谁被封禁或禁言
value-order-slow = 一个成员两条消息之间的秒数，或 off
value-order-moderated = 只有管理者能写：on 或 off
value-order-topic = 房间的话题
value-order-close = 请所有人离开并关闭这个房间
value-order-open = 重新打开关闭的房间
value-history-50 = 一两屏
value-history-200 = 几屏
value-history-1000 = 一次最多读取的数量
value-keep-1h = 一小时后删除本机副本
value-keep-1d = 一天后删除本机副本
value-keep-7d = 一周后删除本机副本
value-keep-30d = 三十天后删除本机副本
value-keep-off = 保留本机副本
value-auto-accept-1MB = 1 MB 以内不再询问
value-auto-accept-20MB = 20 MB 以内不再询问
value-auto-accept-1GB = 1 GB 以内不再询问
value-auto-accept-off = 每个文件都询问
value-lab-loss = 丢失的比例
value-lab-delay = 延迟的时间
value-lab-dup = 重复的比例
value-lab-reorder = 乱序的比例
value-lab-off = 结束模拟
value-verify-off = 不再算作已核对
value-announce-off = 只在自己的网络上公布
value-key-same = 是同一个人，换了密钥
value-key-other = 是另一个人
value-key-ignore = 不理会新的密钥
value-wire-all = 经过本机套接字的全部数据
value-search-from = 谁写的：from:alex
value-search-me = 自己写的
value-search-in = 在哪个会话中：in:alex
value-search-after = 某天起：after:yesterday
value-search-before = 某天之前：before:2026-11-21
value-room-usual = 此网络上所有人
value-listen-usual = 通常的位置
value-listen-off = 不监听
value-fold-section = 列表的一部分
value-fold-group = 一个同事组
value-fold-host = 同一台机器的各个端口
