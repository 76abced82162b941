# udpqq 的全部文字，繁體中文（臺灣用語）。這個資料夾的每個檔案都有相同的鍵，每個鍵都有相同的變數。
#
# 用語：訊息、檔案、資料夾、位址、連接埠、聯絡人、陌生人、聊天室、對話、中繼伺服器、歷史記錄、金鑰、密碼、收回、
# 封鎖、接收（檔案）、接受（請求）、拒絕、密封訊息、拆開、已讀回條、表情符號、監聽、資料包、通訊協定。

language-name = 繁體中文

## address：使用者寫的位址哪裡不對

address-empty = 需要一個位址，例如 { $example }
address-scheme = 不認得「{ $part }://」；位址的寫法如 { EXAMPLES() }
address-host = 「{ $part }」不是主機名稱或 IP 位址；位址的寫法如 { $example }
address-hosts = 「{ $part }」：只有 { SCHEMES("rooms") } 位址能寫多個主機，用半形逗號隔開，如 relay://a.example,b.example/room
address-too-many-hosts = 「{ $part }」：一個位址最多寫 8 個主機
address-port = 「{ $part }」不是連接埠（1 到 65535）；位址的寫法如 { $example }
address-no-port = 缺少連接埠；位址的寫法如 { $example }
address-key = 「{ $part }」不是金鑰：金鑰是 udpqq key 顯示的 56 個字母和數字，請看看有沒有打錯
address-encoding = 不認得編碼「{ $part }」；可用 gbk、gb18030、big5、shift_jis 等
address-option = 「{ $part }」不是這種位址的選項：?encoding=gbk 用於 { SCHEMES("encodings") }，?framing=line 用於 tcp://
address-brackets = 「{ $part }」：IPv6 位址要寫在方括號裡，如 [::1]:8081
address-room = 這裡不能寫「{ $part }」：只有 { SCHEMES("rooms") } 位址帶聊天室名稱，而且不能有空格、冒號和 / ? # & = %
address-group = 「{ $part }」不是廣播位址，也不是多播群組；聊天室的寫法如 room://255.255.255.255 或 room://239.1.2.3

## address-form：某種方言的位址怎麼寫；沒有則用例子

address-form-tcp = tcp://host:port
address-form-udpqq = udpqq://金鑰@host（加密；udpqq key 會顯示自己的位址）
address-form-room = room://255.255.255.255（這個網路上的所有人）
address-form-ipmsg = ipmsg://host（IP Messenger、iptux、飛秋）
address-form-relay = relay://host/聊天室（幾台中繼伺服器：relay://host,host/聊天室）

## list：名稱的列舉

list-separator = 、
list-or = { $most } 或 { $last }

## fault：訊息為什麼沒有送出

fault-too-large = 太長：{ $bytes } 位元組，一則訊息最多 { $limit } 位元組
fault-cannot-encode = { $encoding } 裡沒有「{ $character }」（{ $code }）；請改文字，或換編碼
fault-name-not-found = 找不到 { $host } 的位址
fault-network =
    { $code ->
        [ECONNREFUSED] 那裡沒有程式在監聽（{ $code }{ $to }）
        [ECONNRESET] 對方中斷了連線（{ $code }{ $to }）
        [ETIMEDOUT] 沒有回應（{ $code }{ $to }）
        [EHOSTUNREACH] 那裡沒有機器回應（{ $code }{ $to }）
        [ENETUNREACH] 沒有通往那裡的網路（{ $code }{ $to }）
       *[other] 網路拒絕傳送（{ $code }{ $to }）
    }
fault-not-listening = 這種連線已關閉，或連接埠無法開啟
fault-busy = 等待傳送的訊息太多，請稍後再試
fault-no-such-peer = 這個聯絡人剛被刪除
fault-another-person = 這個位址現在是 { $name } 在用，請到那個人自己的對話裡說
fault-former-key = 這則訊息傳給了該聯絡人以前的金鑰，因此沒有通知任何人
fault-no-answer = 時限內沒有收到確認：可能已送達，也可能沒有
fault-refused = 對方不接收這則訊息：不想收，或看不懂
fault-unreached = 中繼伺服器沒有回應，訊息沒有送出
fault-interrupted = 還沒確認送出，程式就結束了

## notice：對話裡程式自己說的話

notice-large-datagram = 一個資料包有 { $bytes } 位元組：接收緩衝區較小的對方可能會截斷
notice-answers-elsewhere = { $gone } 已經沒有程式了：之後的訊息會傳往 { $to }，也就是對方上次傳來訊息的位址

## profile：身分資料夾裡的資料夾和檔案

profile-no-home = 沒有家目錄；請設定 HOME，或用 --profile 指定資料夾
profile-folder = 資料夾 { $path } 無法使用：{ $reason }
profile-missing = { $path } 沒有身分資料夾；用同樣的 --profile 啟動 udpqq 即可建立
profile-shared = { $path } 是公用的；請用 --profile 指定自己的資料夾
profile-tightened = { $path } 原本別人也能存取（權限 { $mode }），現在只屬於您
profile-not-tightened = { $path } 別人也能存取（權限 { $mode }），而且無法更改
profile-left-open = 資料夾 { $path } 別人也能存取（權限 { $mode }）；裡面還有別的東西，所以沒有更動
profile-link-left-open = { $path } 是連結，它指向的檔案別人也能存取（權限 { $mode }）；沒有更動
profile-of-another = { $path } 屬於別的使用者，而 udpqq 正以 root 執行：新建立的檔案會歸資料夾的擁有者所有
profile-not-watched = 設定的變更要到下次啟動才會生效：{ $reason }
identity-unreadable = 無法讀取自己的金鑰 { $path }：{ $reason }。沒有金鑰就無法收發加密訊息
identity-no-file = { $path } 是連結、資料夾或管線，所以沒有使用。沒有自己的金鑰就無法收發加密訊息
identity-malformed = { $path } 不是金鑰，已原封不動保留。請放回備份，或將它移走：之後可用 udpqq key import 從紙上還原，否則下次啟動時會產生新金鑰。在此之前無法收發加密訊息
identity-newer = { $path } 是較新版本的 udpqq 寫的，已原封不動保留。在有金鑰之前無法收發加密訊息
passphrase-unlock = 金鑰的密碼：
passphrase-unlock-again = 密碼不對。金鑰的密碼：
passphrase-new = 新密碼（留空表示不設）：
passphrase-room = 聊天室的密碼（留空表示不設）：
passphrase-operator = 這位管理員的密碼：
passphrase-repeat = 再輸入一次：
passphrase-wrong = 這不是金鑰的密碼
passphrase-differs = 兩次輸入不同；沒有任何改動
passphrase-stopped = 沒有輸入密碼，金鑰沒有開啟
passphrase-nobody = 金鑰設有密碼：請在終端機中啟動，或用 --passphrase-fd 提供密碼
passphrase-unreadable = 無法讀取密碼：{ $reason }
identity-not-made = 還沒有自己的金鑰，而 { $path } 無法建立：{ $reason }。沒有金鑰就無法收發加密訊息
identity-exists = 已有金鑰：{ $path }，維持不變。想換金鑰請先移走該檔案；換了之後，對所有聯絡人來說您就是另一個人
identity-letters-length = 紙上的金鑰共有 { $count } 個字母和數字；中間的空格和連字號不算
identity-letters-letter = 有金鑰裡不會出現的字元：只有字母和數字 2 到 7，沒有 0 和 1
identity-letters-check = 打錯了：這些字母對不起來。紙上的金鑰是 udpqq key export 顯示的內容，不是位址

## file：config.toml 和 contacts.toml

file-unreadable = 無法讀取 { $path }：{ $reason }
file-unwritable = 無法寫入 { $path }：{ $reason }
file-too-big = { $path } 太大：超過 { $limit } 位元組
file-not-utf8 = { $path } 第 { $line } 行：不是 UTF-8
file-syntax = { $path } 第 { $line } 行第 { $column } 欄：{ $detail }
file-wants =
    { $path } 第 { $line } 行：{ $key } 應該是{ $kind ->
        [text] 引號中的文字
        [flag] {" "}true 或 false
        [audience] {" "}true、"contacts" 或 false
        [notify-level] {" "}true、"mention" 或 false
        [listen] 連接埠、位址（如 "127.0.0.1:8081"）或 "off"
        [places] 一組 IPv4 位址、網段或範圍，如 ["10.0.3.255", "10.0.4.0/24", "10.0.5.1-99"]，最多 64 項、共 1024 個位址
        [folder] 以 / 或 ~/ 開頭的資料夾
        [encoding] 編碼的名稱，如 "gb18030"、"big5" 或 "shift_jis"
        [size] 加上引號的大小，如 "20MB"
        [period] 加上引號的時間，如 "7d" 或 "30m"，至少一分鐘
        [keep-age] 帶引號的時間，如 "30d"，或 "all"
        [keep-messages] 從 1 起的整數，或 "all"
        [keep-bytes] 帶引號的大小，如 "500MB"，或 "all"
        [servers] 伺服器清單，如 ["nats://n1:4222", "nats://n2:4222"]
        [hosts] 主機清單，如 ["a.example", "192.0.2.7:6000"]
        [count] 從 1 起的整數
        [command] 加引號的 shell 命令列，或詞的清單：["notify-send", "udpqq"]
       *[table] 一個表格
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
file-unknown-value = { $path } 第 { $line } 行：{ $key } 不能是「{ $value }」；可用的有 { $known }
file-unknown-key = { $path } 第 { $line } 行：不認得 { $key }，它不起作用
file-unusual = { $path } 第 { $line } 行：這種寫法只能用編輯器修改

## set：修改設定

set-unknown-key = 沒有 { $key } 這個設定
set-bad-value =
    { $key } 不能是「{ $value }」，應該是{ $kind ->
        [flag] {" "}true 或 false
        [audience] {" "}true、"contacts" 或 false
        [listen] 連接埠、位址（如 127.0.0.1:8081）或 off
        [folder] 以 / 或 ~/ 開頭的資料夾
        [encoding] 編碼的名稱，如 gb18030、big5 或 shift_jis
        [choice] {" "}{ $known } 之一
       *[text] 文字
    }

## name：名字的要求

name-empty = 需要一個名字
name-too-long = 名字太長
name-unprintable = 名字裡有無法顯示的字元
name-reserved = 「echo」是內建的聯絡人，請換一個名字

## contact：聯絡人清單

contact-name-taken = 已經有聯絡人 { $name } 了
contact-unknown = 沒有聯絡人 { $name }
contact-too-many = 已經有 { $limit } 個聯絡人了
contact-name-twice = 名字重複了
contact-no-address = 沒有位址
contact-left-out =
    contacts.toml 第 { $line } 行：跳過「{ $name }」。{ $reason ->
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

## cli：命令列

cli-heading-usage = 用法：
cli-heading-commands = 指令：
cli-heading-arguments = 引數：
cli-heading-options = 選項：
cli-heading-general = 通用選項：
cli-heading-examples = 範例：
man-heading-status = 結束狀態
man-status = 0 完成，1 失敗（標準錯誤輸出有一行說明），2 用法錯誤，130 由 Ctrl-C 結束。
man-heading-files = 檔案
man-files = ~/.config/udpqq：config.toml 和 contacts.toml。~/.local/share/udpqq：history.db、identity.key、rooms.key、operators.key、downloads。~/.local/state/udpqq：udpqq.log，以及中繼伺服器的 rooms.db。用 --profile 資料夾 時全部在該資料夾中。
cli-word-options = 選項
cli-word-command = 指令
cli-about-udpqq = 終端機裡的聊天程式，能和任何收發 UDP 文字（或 TCP 文字）的程式聊天
cli-about-chat = 逐行聊天，適合螢幕閱讀器、序列主控台、TERM=dumb 和管線
cli-about-send = 傳送一則訊息
cli-about-listen = 輸出收到的訊息，每則一行
cli-about-echo = 測試用的對方，收到什麼就回什麼
cli-about-wire = 輸出經過本程式通訊端的每個資料包，以及串流的每次讀寫，與線路上的一致；不儲存，也不確認。同時執行的另一個 udpqq 或中繼伺服器用的是它自己的通訊端，不在其中：聊天程式裡有 /wire
cli-about-contacts = 查看和修改聯絡人清單
cli-about-contacts-list = 輸出聯絡人
cli-about-contacts-names = 輸出聯絡人的名字，供 shell 自動完成
cli-about-contacts-add = 新增聯絡人
cli-about-contacts-remove = 刪除聯絡人
cli-about-contacts-rename = 幫聯絡人改名
cli-arg-open = 啟動時開啟的聯絡人，或位址（如 { EXAMPLES() }）
cli-arg-target = 聯絡人，或位址（如 { EXAMPLES() }）
cli-arg-history = 先輸出多少則歷史訊息（不寫則為 10）
cli-arg-text = 訊息；寫「-」，或不寫而用管線輸入時，讀取標準輸入
cli-arg-send-hex = 「文字」是位元組，每位元組兩位十六進位數：'48 65 6c'
cli-arg-raw = 原樣傳送標準輸入的全部位元組，不必是 UTF-8
cli-arg-wait = 輸出這麼多秒內收到的回覆（不寫則為 5 秒）
cli-arg-json = 每行一個 JSON 物件
cli-arg-count = 收到這麼多則訊息後結束
cli-arg-timeout = 這麼多秒後結束
cli-arg-upper = 用大寫回覆
cli-arg-wire-target = 只看這個聯絡人，或這個位址（如 { EXAMPLES() }）
cli-arg-pcap = 同時寫入一個 Wireshark 能開啟的新檔案；「-」則寫到標準輸出，不再輸出各行
cli-arg-hex = 在每行下面輸出位元組
cli-arg-wire-count = 經過這麼多個封包後結束
cli-about-key = 顯示自己用於加密訊息的位址，以及分段的金鑰，方便核對
cli-about-key-export = 顯示金鑰的秘密部分，以便抄在紙上保存
cli-about-key-import = 從紙上還原金鑰：字母由標準輸入讀入
cli-about-key-passphrase = 幫金鑰設定、更換或取消密碼
cli-arg-passphrase-fd = 從這個已開啟的檔案逐行讀取密碼，不再詢問
cli-arg-qr = 改為顯示位址的 QR 碼，供手機掃描
cli-arg-contact = 聯絡人的名字
cli-arg-address = 位址，如 { EXAMPLES() }
cli-arg-new-name = 新名字
cli-arg-profile = 一個身分的全部檔案所在的資料夾（身分資料夾）
cli-arg-interface = 只用這個網路介面；lo 表示一個位元組也不離開本機
cli-arg-listen = 監聽位置：udp=8081、udp=127.0.0.1:8081 或 udp=off；種類為 { KINDS() }
cli-arg-name = 您的名字
cli-arg-language = 程式的語言：en、zh-CN 或 zh-TW
cli-arg-language-of-relay = 日誌的語言，也是對沒有 udpqq 的成員說話的語言，他們可以用 /lang 另選：en、zh-CN 或 zh-TW
cli-arg-theme = 配色
cli-arg-defaults = 跳過首次啟動的設定，並且不公開自己
cli-arg-verbose = 記錄檔寫得更詳細
cli-arg-test-panic = 畫面出現後故意當掉
cli-arg-help = 顯示說明
cli-arg-version = 顯示版本
cli-about-completions = 輸出讓 shell 自動完成本命令列的指令碼
cli-about-man = 輸出一頁手冊，供 man(1) 閱讀
cli-arg-shell = bash、elvish、fish、powershell 或 zsh
cli-arg-page = 手冊頁所講的指令；不寫則為整個程式
cli-error-shell = 沒有適用於「{ $value }」的自動完成；可用的有 { $known }
cli-error-hint = 用法請見「{ $command } --help」
cli-error-near = 是不是想寫 { $arg }？
cli-error-unexpected = 這裡不該有 { $arg }
cli-error-unknown-command = 沒有 { $arg } 這個指令
cli-error-missing = 缺少：{ $arg }
cli-error-missing-command = 缺少指令
cli-error-no-value = { $arg } 需要一個值
cli-error-no-value-wanted = { $arg } 不帶值
cli-error-twice = { $arg } 寫了兩次
cli-error-not-both = { $arg } 和 { $other } 不能一起用
cli-error-not-utf8 = 有引數不是有效的 UTF-8
cli-error-other = 看不懂這個命令列：{ $arg } { $value }
cli-error-seconds = { $arg } 要寫秒數，如 2 或 0.5，而不是「{ $value }」
cli-error-count = { $arg } 要寫 1 以上的整數，而不是「{ $value }」
cli-error-listen-form = 「{ $value }」沒有說明監聽位置；寫法如 udp=8081、udp=127.0.0.1:8081 或 udp=off
listen-no-key = { $kind } 需要您的金鑰，而這次啟動時沒有開啟：下次啟動後才會監聽
cli-error-listen-kind = --listen { $value }：種類有 { $kinds }
cli-error-listen-later = --listen { $value }：這個版本還沒有

## argument：用法裡引數的名稱

argument-line = { ARGUMENTS($line) }
argument-address = 位址
argument-command = 指令
argument-contact = 聯絡人
argument-dir = 資料夾
argument-emoji = 表情符號
argument-file = 檔案
argument-if = 介面
argument-key = 設定項
argument-kind = 種類
argument-name = 名字
argument-new = 新名字
argument-old = 原名字
argument-path = 路徑
argument-port = 連接埠
argument-secs = 秒數
argument-shell = shell
argument-tag = 語言
argument-text = 文字
argument-value = 值
argument-where = 位置

## start
start-unknown-interface = 沒有叫做 { $name } 的網路介面。可用的有：{ $known }
start-taken = { $address } 已被其他程式占用，請用 --listen 換一個
start-listen-taken = { $address } 已被其他程式占用（可能是聊天介面）：--listen { $scheme }=0 改用空閒的連接埠，--listen { $scheme }=off 則不監聽
start-bind = 無法監聽 { $address }：{ $code }
start-chance = 系統沒有提供亂數：{ $code }
start-thread = 系統無法為歷史記錄建立執行緒：{ $code }
start-no-such-contact-near = { $name } 既不是聯絡人，也不是位址；有一個聯絡人叫 { $near }
start-no-such-contact-command = { $name } 既不是聯絡人，也不是位址；是不是想用「udpqq { $near }」？
start-few-files = udpqq 至少要能開啟 { $needed } 個檔案，此處只允許 { $limit } 個（ulimit -n）
start-no-such-contact = { $name } 既不是聯絡人，也不是位址
start-no-terminal = 此處 udpqq 需要終端機。沒有終端機時可用「udpqq chat 名字」逐行聊天，指令碼可用「udpqq send」和「udpqq listen」
start-dumb-terminal = 這個終端機（TERM=dumb）無法顯示畫面；請用「udpqq chat 名字」逐行聊天
start-in-use = 這個身分資料夾正由另一個 udpqq 使用。要同時再開一個：udpqq --profile { $other }
start-in-use-by = 這個身分資料夾正由另一個 udpqq（行程 { $pid }）使用。要同時再開一個：udpqq --profile { $other }
flood-strangers = 陌生人傳來的訊息多到放不下：已丟棄 { $count } 則
flood-strangers-disk = 磁碟剩餘空間不足 1 GiB：陌生人的訊息已丟棄 { $count } 則
flood-conversation = { $name } 傳得比人打字還快：已丟棄 { $count } 則
flood-conversation-disk = 磁碟剩餘空間不足 1 GiB：{ $name } 傳得太快的訊息已丟棄 { $count } 則
store-busy = 歷史記錄來不及寫入，最新的訊息不會儲存

## list
list-contacts = 聯絡人
list-nearby = 區域網路
list-strangers = 陌生人
list-requests = 聊天請求
list-more = 還有 { $count } 個
list-more-unread = { $count } 則未讀
list-pinned = 置頂
list-draft = 草稿：{ $text }
list-sealed = 密封訊息
list-unheard = 目前沒有程式在監聽
list-unreadable = 已加密，這裡無法讀取
list-weekday-1 = 週一
list-weekday-2 = 週二
list-weekday-3 = 週三
list-weekday-4 = 週四
list-weekday-5 = 週五
list-weekday-6 = 週六
list-weekday-7 = 週日
fold-unknown = 清單中沒有名為「{ $name }」的可摺疊部分；現有：{ $known }
fold-nothing = 清單中現在沒有可摺疊的部分
mute-contacts = 這個設定只隨已新增的聯絡人儲存：請先用 /add 或 Alt-C 新增 { $name }，再用 /mute
pin-contacts = 這個設定只隨已新增的聯絡人儲存：請先用 /add 或 Alt-C 新增 { $name }，再用 /pin
notify-contacts = 這個設定只隨已新增的聯絡人儲存：請先用 /add 或 Alt-C 新增 { $name }，再用 /notify
notify-no-room = { $name } 只寫給您一個人，每則都與您有關。/notify none：不響鈴，也不計未讀
notify-now-all = { $name } 的訊息都會通知您。/notify mention：只在（聊天室裡）提到您的名字時；/notify none：從不
notify-now-mention = 只有提到您的名字時，{ $name } 才會通知您。/notify all：總是；/notify none：從不
notify-now-none = { $name } 從不通知您。/notify all：總是
flash-mentions-only = 只有提到您的名字時，{ $name } 才響鈴並計入未讀。/notify all：總是
flash-muted = { $name } 已靜音：不響鈴，也不計入未讀。再次 /mute 恢復
flash-unmuted = { $name } 已取消靜音
flash-pinned = { $name } 已置頂。再次 /pin 恢復
flash-unpinned = { $name } 已取消置頂
flash-added = 已將 { $name } 新增為聯絡人

## header
header-plain = 未加密
header-interface-down = 網路介面 { $name } 已中斷
header-unreachable = 對方的連接埠目前沒有程式在監聽
header-stranger = { $key } 新增為聯絡人

## rule
rule-new-below = ↓ { $count } 則新訊息  { $key }
rule-scrolled = ↓ { $key }
rule-everybody = 傳給這個網路上的所有人

## status
status-unread = { $count } 則未讀
status-empty = { $count } 個空資料包
status-nobody = { $count } 個來自服務連接埠
status-lost-on-arrival = 到達時遺失 { $count } 個資料包
status-malformed = { $count } 個無法識別
status-unkept = { $count } 則未儲存
status-lost = { $count } 則遺失
status-dropped = { $count } 則被丟棄
status-keeps-nothing = 歷史記錄未啟用，結束後不保留
status-interface-down = 網路介面 { $name } 已中斷，恢復之前無法經由它聯絡任何人
status-interface-up = 網路介面 { $name } 已恢復
status-port-taken = { $count ->
    [1] 連接埠 { $wanted } 已被占用，改用 { $port }
   *[other] 連接埠 { $wanted } 已被占用（可能是另一個 udpqq），改用 { $port }
}
status-ports-taken = udpqq 的連接埠已被占用（可能是另一個 udpqq）：{ $wanted } 改用 { $port }，{ $off } 已關閉
status-port-refused = 連接埠 { $wanted } 無法使用（{ $code }），改用 { $port }
status-not-listening =
    { $code ->
        [EADDRINUSE] 連接埠 { $port } 已被其他程式占用，{ $scheme } 無法使用；其餘功能照常
       *[other] { $scheme } 無法監聽（連接埠 { $port }）：{ $code }
    }
status-echo-stays = echo 是程式內建的，不能更動

## hint
hint-help = 說明
hint-next-note = 下一則
hint-close = 關閉
hint-read-note = 全文
hint-contacts = 聯絡人
hint-next-unread = 下一則未讀
status-note-of = 第 { $at } 則，共 { $of } 則
hint-palette = 指令
hint-quit = 結束
hint-copy = 複製
hint-reply = 回覆
hint-one = 只選一則
hint-react = 表情符號
hint-edit = 修改
hint-delete = 收回
hint-remove = 為所有人移除
hint-mark-range = 選一段
hint-inspect = 原始位元組
hint-details = 詳情
hint-back = 返回
hint-older = 較舊
hint-newer = 較新

## composer
composer-nobody = 用 ↑ ↓ 選擇對話，或用 /add 新增聯絡人
composer-hint = 寫給 { $name }
composer-everybody = 所有人都會看到；按 Enter 會先詢問一次
composer-selecting = 用 ↑ ↓ 選擇訊息；Esc 回到草稿
composer-range = 已選取一段：y 複製，r 引用，空白鍵改回選一則
composer-find = 尋找 { $count }：
composer-find-empty = 尋找：

## scrollback
scrollback-unread = { $count ->
    [0] 新訊息
   *[other] { $count } 則新訊息
}
scrollback-cut = … 還有 { $bytes } 位元組 · Ctrl-O Enter
scrollback-legacy = 不是 UTF-8；當成 { $encoding } 是：{ $text }（按 { $key } 以後都這樣讀）
legacy-read = 從現在起當成 { $encoding } 讀取；/encoding auto 可復原
legacy-nothing = 這裡沒有可當成 { $encoding } 讀取的亂碼
scrollback-unread-missed = { $count ->
    [0] 您不在時的新訊息
   *[other] 您不在時的 { $count } 則新訊息
}
scrollback-missed = 您不在時的訊息
scrollback-history-end = ↑ 來自聊天室的歷史記錄
scrollback-history-reading = 正在讀取聊天室的歷史記錄…
scrollback-history-more = 聊天室裡還有更早的歷史記錄 · PgUp
scrollback-history-begun = 聊天室歷史記錄的開頭
scrollback-unreadable = 暫時無法讀取歷史記錄。按 PgUp 重試。
scrollback-unkept = 未寫入歷史記錄
scrollback-failed = 未傳送：{ $why }。
fault-tries-again = 重試
fault-takes-back = 取回
scrollback-more-lines = 還有 { $count } 行 · Ctrl-O Enter
scrollback-times = { $text }（共 { $count } 次）
scrollback-doubtful = { $why }。
scrollback-unheard = 目前沒有程式在監聽 { $address }
scrollback-empty = 還沒有訊息。在下面輸入，按 Enter 傳送。
scrollback-gone = 這個對話已不存在；請用 ↑ ↓ 選擇其他對話
scrollback-nobody = 還沒有聯絡人。按 Alt-C 新增：名字和位址，例如 192.168.1.20:8081
weekday-1 = 星期一
weekday-2 = 星期二
weekday-3 = 星期三
weekday-4 = 星期四
weekday-5 = 星期五
weekday-6 = 星期六
weekday-7 = 星期日

## flash
flash-quit-again = 再按一次 Ctrl-C 結束
flash-mouse-on = 滑鼠可在這裡點擊和捲動
flash-mouse-off = 滑鼠交給終端機，用於選取和複製
flash-set = { $key } 現在是 { $value }
flash-unset = 已清除 { $key }
flash-copied = 已請終端機複製
flash-copied-tmux = 已複製：在 tmux 中按前綴鍵再按 ] 貼上
flash-link-copied = 已請終端機複製 { $link }
flash-link-opened = 正在開啟 { $link }
flash-nothing-unread = 這裡沒有未讀訊息
flash-nothing-unread-anywhere = 沒有未讀訊息
flash-no-mention = 此處沒有提到您的訊息
flash-no-older-mention = 此處沒有更早的提到您的訊息
flash-no-key-here = 選取訊息時沒有這個鍵：F1 列出可用的鍵，Esc 回到輸入
flash-nothing-to-select = 這裡還沒有訊息
flash-nothing-to-retry = 這則訊息沒有傳送失敗
flash-nothing-sent = 這裡還沒有傳送過訊息
flash-not-found = 沒有找到
flash-no-note = 狀態列現在沒有訊息
flash-newest-match = 已經是最新的相符訊息
flash-too-many-matches = 相符的訊息太多；再加一個詞縮小範圍
flash-encrypted-now = { $name } 可以加密聊天：之後的訊息都會加密
flash-conversation-gone = 這個對話已不存在
flash-nobody = 沒有開啟的對話
flash-everyone = 已傳給這個網路上的所有人
flash-everyone-asks = { $count ->
    [0] 這個網路上的所有人都會收到。
   *[other] 傳給 { $where } 上的 { $count } 人？
}再按一次 Enter 傳送
flash-ignored = 本次執行期間忽略 { $name }；用同一位址 /add 即可取消
flash-blocked = 已永久封鎖 { $name }；用同一位址 /add，再 /accept 即可解除
flash-draft-full = 放不下：草稿最多 { $limit } 位元組
flash-cleared = 已清空；按 { $key } 或 ↑ 可恢復
flash-paste-too-long = { $bytes } 位元組超出草稿上限（{ $limit }）；可用 /file 傳送檔案
flash-paste-kept = 未貼上；按 { $key } 仍可放入
flash-too-long-here = 對這個欄位來說太長
flash-range-too-long = 一次不能複製這麼多訊息，請少選一些
flash-edit-left = 沒有修改；按 ↑ 找回剛才寫的內容
flash-edit-empty = 內容為空；要收回訊息請按 Ctrl-O 再按 Del
flash-reply-gone = 被回覆的訊息已不在這裡
reply-not-here = 與 { $name } 的訊息不能逐則回覆：這種連線不支援回覆
edit-not-here = { $name } 收到的內容不能修改：這種連線不支援修改
delete-not-here = { $name } 收到的內容不能收回：這種連線不支援收回
react-not-here = 不能在與 { $name } 的訊息加上表情符號：這種連線不支援
remark-deleted = 這則訊息已收回
remark-own-only = 只能修改或收回自己寫的內容
remark-not-this = 不能對這則訊息這樣做
remark-nothing = 這裡沒有可以這樣做的訊息
remark-not-held = 請先捲動到那則訊息：它不在畫面上。Esc 放棄引用或修改，文字會保留
remark-end-not-held = 請先移到最新訊息（Alt-End）：它不在畫面上
react-one-emoji = 需要一個表情符號，例如 👍
flash-cannot-stop = 沒有暫停：這裡沒有 shell 可以恢復本程式
flash-editor-kept = 無法讀入編輯的文字；它保留在 { $path }
flash-editor = 編輯器無法使用：{ $reason }

## question
question-paste = 要貼上 { $lines } 行、{ $bytes } 位元組嗎？
question-remove = 要從聯絡人中刪除「{ $name }」嗎？歷史記錄會保留。
question-ignore = 永久封鎖「{ $name }」？以後不再顯示對方的任何訊息。用同一位址 /add，再 /accept 即可恢復。
question-forget = 從清單中刪除「{ $name }」及全部訊息？無法復原。
question-clear = 要永久刪除與 { $name } 的全部訊息嗎？
question-visit = 要開啟與 { $address } 的對話嗎？
question-browse = 此連結指向 { $host }，看起來可能像別的網站：{ $link }。要開啟嗎？
question-offer = { $count ->
        [1] 要傳送 { $file } 給 { $name } 嗎？
       *[other] 要傳送 { $count } 個檔案給 { $name } 嗎？
    }
question-long-text = 一則訊息放不下：共 { $bytes } 位元組，最多 { $limit } 位元組。要以檔案傳給 { $name } 嗎？
question-long-paste = 草稿放不下：共 { $bytes } 位元組，最多 { $limit } 位元組。要以檔案傳給 { $name } 嗎？
question-delete = 要在雙方永久收回這則訊息嗎？{ $words }
question-delete-here = 這則訊息傳給了該聯絡人以前的金鑰，在那邊會保留。只在本機永久收回嗎？{ $words }
question-remove-message = 要為聊天室裡所有人永久移除這則訊息嗎？{ $words }
popup-react = 表情符號
picker-keys = 數字，或 ← → 加 Enter · 也可直接輸入 · Esc 返回
question-quit = 還有 { $count } 個檔案正在傳輸，結束會中斷：{ $files }。仍要結束嗎？{ $comes ->
    [0] {""}
   *[other] 已收到的部分會保留。
}
question-quit-file = { $way ->
    [in] { $name } 傳來的 { $file }
   *[out] 傳給 { $name } 的 { $file }
}（{ $percent } %）
question-quit-more = 另外 { $count } 個
question-quit-unkept = 有 { $count } 則訊息沒有寫入歷史記錄，結束後將遺失。仍要結束嗎？
question-quit-now = 已經沒有會遺失的內容。結束嗎？
question-paste-keys = Enter 放入草稿 · f 以檔案傳送 · Esc 否
question-keys = Enter 是 · Esc 否
question-no-answer = 這不是回答。{ $keys }
flash-question-left = 什麼也沒有做：只有 Enter 表示「是」

## form
form-first-start = 歡迎使用 udpqq
form-first-start-intro = 按 Enter 之前不會傳送任何資料。
form-add = 新增聯絡人
form-add-intro = 位址的寫法是 host:port，例如 192.168.1.20:8081 或 [::1]:8081；也可以是 { FORMS() }。對方用 GBK 時在後面加上 ?encoding=gbk。
form-password = 聊天室的密碼
form-password-intro = 密碼不會傳送。只保存能證明您知道密碼的內容，下次啟動不用再輸入；/password forget 忘掉它。
form-room-password = 密碼
form-operator = 管理員的密碼
form-operator-intro = 密碼不會傳送。只保存能證明您知道密碼的內容，下次啟動不用再輸入；/operator forget 忘掉它。
form-rename = 重新命名聯絡人
form-rename-intro = 對話內容不變。
form-name = 名字
form-address = 位址
form-language = 語言
form-visible = 在這裡可見
form-yes = 是
form-no = 否
form-hint = Enter 儲存 · Tab/↑↓ 下一項 · Esc 稍後

## popup
popup-help = 按鍵與指令
popup-palette = 指令
popup-go-to = 前往
popup-sent = 傳送過的訊息
popup-links = 連結
question-title-paste = 貼上
question-title-remove = 移除聯絡人
question-title-clear = 移除對話
question-title-delete = 收回訊息
question-title-remove-message = 為所有人移除
question-title-quit = 結束
question-title-compare = 核對金鑰
question-title-offer = 傳送檔案
question-title-text = 以檔案傳送
question-title-visit = 開啟位址
question-title-browse = 開啟連結
question-title-ignore = 封鎖
question-title-distrust = 金鑰不符
popup-search = 搜尋全部對話
popup-search-hint = 輸入訊息中要有的詞。可用條件縮小範圍：from:me 或 from:alex、in:alex、after:yesterday、before:2026-11-21。Enter 前往該訊息。
popup-search-running = 正在搜尋…
popup-search-filters = from: in: before: after:
popup-more = 還有 { $count } 行 ↓
popup-inspect = 資料包，{ $bytes } 位元組
popup-inspect-nothing = 沒有資料送出
popup-details = 詳情
popup-whole = 訊息全文
popup-note = 狀態列訊息

## details
details-with = 對方 | { $name }
details-room = 聊天室 | { $name }
details-address = 位址 | { $address }
details-time = 時間 | { $time }
details-bytes = 資料包大小 | { $bytes } 位元組
details-source = 來自 | { $source }
details-unauthenticated = 任何人都可能傳了它：明文無法證明是誰傳的。
details-lossy = 有些位元組無法解碼，顯示為 �。用 /encoding 可換一種編碼重讀。
details-marked = 狀態時間 | { $time }
details-unkept = 未寫入歷史記錄。收發下一則訊息時會再次嘗試儲存。
details-waiting = … 等待：尚未交給網路
details-sent = ✓ 已交給網路；是否送達，明文無法得知
details-delivered = ✓✓ 對方已儲存
details-failed = × 未傳送
details-doubtful = × 失敗
details-reason = 原因 | { $why }

## help
help-writing = 輸入時
help-anywhere = 任何時候
help-signs-word = 標記
help-signs-words = 標記 記號 符號 勾 打勾 mark sign tick
palette-signs = 標記和符號的含義（勾）：✓ ✓✓ … × ● ◇
help-selecting = 選擇訊息時（Ctrl-O）
help-finding = 尋找時（Ctrl-S）
help-popup = 清單與表單中
help-results = 搜尋全部對話時（Alt-S）
help-marks = 訊息與檔案旁的標記
help-presence = 清單中名字旁的標記
help-commands = 指令（// 傳送斜槓）

## key
key-send = 傳送
key-newline = 換行
key-up = 上一個聯絡人；輸入時上移一行，再翻看傳送過的
key-down = 下一個聯絡人；輸入時下移一行
key-complete = 自動完成指令、名字、路徑或 :emoji:
key-sent-history = 搜尋傳送過的
key-editor = 用外部編輯器編輯
key-line-start = 行首
key-line-end = 行尾
key-text-start = 文字開頭
key-text-end = 文字結尾
key-left = 左移一個字元
key-right = 右移一個字元
key-word-left = 左移一個詞
key-word-right = 右移一個詞
key-backspace = 刪除前一個字元
key-delete = 刪除游標處字元
key-kill-word-left = 剪下到上一個空白
key-kill-word-backward = 剪下前一個詞
key-kill-word-forward = 剪下後一個詞
key-kill-line-start = 剪下到行首
key-kill-line-end = 剪下到行尾
key-yank = 插入剪下的內容
key-transpose = 交換兩個字元
key-undo = 復原；草稿空白時取回上次傳送或清空的內容
key-redo = 取消復原
key-next = 下一個對話
key-previous = 上一個對話
key-nth = 第 1 個對話（到 Alt-9）
key-next-unread = 下一個有未讀的對話，最後是這個對話的下方
key-last-visited = 上次開啟的對話
key-mention = 提到您的訊息，再按則為更早的一則
key-go-to = 用名字的一部分前往對話
key-add-contact = 新增聯絡人，或把目前的陌生人新增為聯絡人
key-rename-contact = 重新命名目前的聯絡人
key-remove-contact = 刪除目前的聯絡人
key-page-up = 往上一頁；草稿很長時先翻草稿
key-page-down = 往下一頁
key-oldest = 到最早的訊息
key-newest = 到最新的訊息
key-first-unread = 到第一則未讀
key-find = 在整個對話中尋找
key-find-next = 下一個相符處
key-find-previous = 上一個相符處
key-find-older = 上一個相符處
key-find-newer = 下一個相符處
key-search = 搜尋全部對話
key-results-accept = 前往該訊息；之後 F3 在其中繼續
key-results-first = 最新的結果
key-results-last = 已知最舊的結果
key-select = 選擇訊息
key-select-up = 上一則訊息
key-select-down = 下一則訊息
key-extend-up = 連同上一則
key-extend-down = 連同下一則
key-mark-range = 從這裡開始選一段，或改回選一則
key-select-oldest = 最早的訊息
key-select-newest = 最新的訊息
key-copy = 複製文字
key-reply = 回覆；不支援回覆或選取一段時則引用
key-edit-message = 修改自己寫的內容
key-react = 加上表情符號；再選同一個即收回
key-delete-message = 在雙方收回自己寫的內容
key-inspect = 查看原始資料包
key-details = 時間、來源等詳情
key-open = 用外部程式開啟圖片；否則查看全文
key-retry = 停止傳輸；失敗的訊息重發
key-accept = 接受
key-popup-down = 下移
key-popup-up = 上移
key-next-field = 下一項
key-previous-field = 上一項
key-palette = 全部指令
key-help = 本說明
key-mouse = 滑鼠開關（關閉時由終端機選取文字）
key-bare = 只顯示文字，方便用終端機複製
key-redraw = 重繪
key-read-note = 閱讀狀態列中的完整訊息
key-suspend = 暫停，須有 shell（fg 恢復）
key-back = 返回，不會結束；緊接著按另一個鍵等於 Alt
key-clear-or-quit = 清空草稿（復原、Ctrl-Y 或 ↑ 可取回）；草稿空白時連按兩次結束
key-quit = 結束

## command
command-add = 新增聯絡人
command-remove = 刪除目前的聯絡人
command-rename = 重新命名目前的聯絡人
command-encoding = 用指定的編碼與對方通訊，例如 gb18030；auto 為自動
command-newline = 傳給對方的每則訊息後面加什麼；auto 為隨對方
command-hex = 按位元組傳送，每位元組兩位十六進位數；傳送前在上方顯示
command-search = 搜尋全部對話
command-me = 描述動作：* 名字 內容
command-ignore = 不再顯示此陌生人的訊息；有金鑰的會被封鎖
command-notify = 這個聯絡人的哪些訊息響鈴並計入未讀：全部、只有提到您名字的、都不
command-mute = 靜音：此聯絡人不響鈴，也不計未讀；再次使用則恢復
command-pin = 將此聯絡人置頂；再次使用則恢復
command-fold = 摺疊或展開清單中的分區、群組或主機
command-history = 讀取這個聊天室更早的訊息
command-clear = 刪除這個對話的全部訊息
command-inspect = 查看最新訊息的原始位元組
command-wire = 查看經過通訊端的資料：此對話、某個聯絡人或全部（all）；不傳送，也不寫入磁碟
command-lab = 有意模擬不良網路，作用於此對話雙向的資料包：遺失、重複、亂序的比例和延遲；/lab 顯示目前狀態
command-reply = 回覆最後一則訊息；不帶文字則回覆接下來寫的內容
command-edit = 修改自己的最後一則訊息
command-react = 在最後一則訊息加上表情符號
command-delete = 在雙方收回自己的最後一則訊息
command-nick = 更改自己的名字
command-theme = 更換配色：auto、dark、light、classic、mono
command-set = 更改 config.toml 中的設定
command-listen = 立即更換監聽位置：{ LISTENERS() }，後接連接埠、位址或 off
command-help = 按鍵與指令
command-quit = 結束
command-needs = 用法：/{ $name } { ARGUMENTS($what) }
command-takes-nothing = /{ $name } 後面不帶內容
command-unknown = 沒有指令 /{ $name }；用 // 傳送斜槓
command-unknown-near = 沒有指令 /{ $name }；是否想用 /{ $nearest }？
command-ignore-strangers = 只能忽略陌生人；/remove 可刪除聯絡人
command-encoding-fixed = 這裡的訊息一律是 UTF-8，不能選擇編碼
command-no-such-encoding = 不認得編碼 { $name }；可用 gbk、gb18030、big5、shift_jis 等
newline-not-here = { $name } 不是 UDP 文字，不能設定訊息後面的換行符號
hex-empty = 沒有位元組：每位元組寫兩位，例如 48 65 6c
hex-no-digit = 第 { $at } 個字元「{ $character }」不是十六進位數字（0–9、a–f）
hex-half = 第 { $at } 個字元處：每位元組要寫兩位
hex-not-here = 只有 UDP 文字和 TCP 文字可以按位元組傳送；{ $name } 不是
hex-preview = { $count } 位元組 · 按 Enter 傳送
command-no-such-language = 沒有 { $name } 的文字；可用的有：{ $known }
command-no-such-theme = 沒有配色 { $name }；可用的有：{ $known }

## headless：沒有介面的指令，以及介面出現之前可能的問題

headless-no-target = 沒有聯絡人「{ $name }」；作為位址：{ $reason }
headless-nothing-to-send = 沒有可傳送的內容：文字是空的
headless-input = 無法讀取標準輸入：{ $reason }
headless-input-too-long = 標準輸入超過 { $limit } 位元組
headless-input-not-utf8 = 標準輸入從第 { $at } 個位元組起不是 UTF-8；send --raw 可原樣傳送位元組
headless-output = 無法寫入標準輸出：{ $reason }
headless-listening = 正在監聽 { $scheme } { $address }
headless-off = { $scheme } 已關閉，收不到任何訊息；請指定連接埠，如 --listen udp=8081
headless-service = 不顯示來自服務連接埠（如 { $source }）的內容；若是您的聯絡人，請先新增
notice-dropped = { $scheme } { $address }：到達時遺失 { $count } 個資料包：同時來得太多
headless-too-few = 限時內只收到 { $count } 則訊息，需要 { $wanted } 則
headless-nobody = 目前沒有程式在監聽 { $address }
headless-relay-silent = 中繼伺服器 { $address } 沒有回應：那裡是否在執行 udpqq relay，防火牆是否放行該連接埠？
headless-ourselves = 該位址就是本機：別人收不到。可用 --listen ipmsg=連接埠 換一個連接埠
headless-too-many = 每秒最多回覆 { $source } { $limit } 次
headless-loop = 不回覆 { $source }：否則可能無休止地來回
headless-unkept = 有 { $count } 則訊息未能寫入歷史記錄
headless-broken = 程式的一部分出錯了，這是 udpqq 的程式錯誤；詳情請見身分資料夾中的 udpqq.log，歷史記錄不受影響
headless-system = 系統不允許 udpqq 啟動：{ $reason }
headless-terminal = 無法使用終端機：{ $reason }

## history：歷史記錄的指令和 /export

history-me = 我
history-messages = { $count } 則訊息
history-unread = { $count } 則未讀
history-more = 還有更多結果；--limit 0 顯示全部
history-nothing = 沒有找到
history-no-target = 歷史記錄裡沒有對話「{ $name }」
history-imported = 新增 { $new } 則，已有 { $known } 則{ $overdue ->
    [0] { "" }
   *[other] ，{ $overdue } 則已過保留期限，未匯入
}
history-not-sent = （未傳送：{ $why }）
history-doubtful = （{ $why }）
history-waiting = （仍在等待傳送）
export-exists = { $path } 已經存在，請換一個名稱
export-busy = 上一次匯出還沒寫完
export-no-history = 歷史記錄只在記憶體裡，無法匯出
export-done = { $count } 則訊息已寫入 { $path }
import-not-json = { $path } 第 { $line } 行不是 JSON 訊息：{ $reason }。什麼都沒有匯入
import-not-utf8 = { $path } 第 { $line } 行從第 { $at } 個位元組起不是 UTF-8。什麼都沒有匯入
import-field = { $path } 第 { $line } 行：{ $field } 不能是「{ $value }」。什麼都沒有匯入
import-too-long = { $path } 第 { $line } 行超過 { $limit } 位元組。什麼都沒有匯入
cli-about-history = 查看、搜尋、匯出和匯入歷史記錄
cli-about-history-list = 輸出對話，最近的在前
cli-about-history-search = 輸出符合的訊息，最新的在前；沒有找到時結束狀態為 1
cli-about-history-export = 把訊息輸出成 JSON Lines，或便於閱讀的文字
cli-about-history-import = 匯入 export 或 listen --json 寫出的訊息
cli-arg-words = 訊息裡要有的詞（比對詞首），以及篩選：from:名字、from:me、in:名字、after:日期（含當日起）、before:日期（不含當日）；日期如 2026-11、2026-11-21、今天、昨天
cli-arg-limit = 輸出這麼多則後結束；0 表示全部（不寫則為 50）
cli-arg-conversation = 聯絡人，或位址（如 192.168.1.20:8081）；不寫則為全部
cli-arg-transcript = 輸出便於閱讀的文字，而不是 JSON
cli-arg-output = 寫入這個新檔案，只有您自己能讀
cli-arg-file = 檔案；寫「-」時讀標準輸入
cli-error-limit = { $arg } 要寫整數，而不是「{ $value }」
command-export = 把這個對話寫入檔案：JSON；名稱以 .txt 或 .md 結尾時寫成文字

## doctor: what does not work, and what to do about it

doctor-label-machine = 本機
doctor-label-profile = 身分資料夾
doctor-label-ports = 連接埠
doctor-label-firewall = 防火牆
doctor-label-broadcast = 廣播
doctor-label-large = 大資料包
doctor-label-peer = 聯絡人
doctor-label-way = 途徑
doctor-word-good = 正常
doctor-word-note = 說明
doctor-word-warning = 注意
doctor-word-bad = 不通
doctor-separator = ；
doctor-line = { $word }  { $label }：{ $text }
doctor-todo = 怎麼辦：{ $text }
doctor-all-well = 就本機所知，一切正常
doctor-no-advice = 上面標出的問題沒有簡單的辦法
doctor-not-well = { $count } 項檢查有問題
doctor-asked = { $peers ->
    [0] 只詢問了本機
   *[other] 只詢問了 { $name } 和本機
}{ $probed ->
    [0] 。
   *[other] （另向 { $networks } 上所有人的一個閒置連接埠各傳了一個探測封包）。
}
doctor-took-too-long = 耗時過長，結果未知
doctor-no-interface = 沒有網路介面
doctor-no-such-interface = 沒有介面 { $name }
doctor-card = { $name } { $addresses }{ $mtu ->
    [0] {""}
   *[other] ，mtu { $mtu }
}
doctor-card-empty = { $name } 沒有位址
doctor-more-interfaces = 另有 { $count } 個
doctor-only-loopback = 依 --interface 的設定，資料不會離開本機
doctor-no-network = 沒有網路，資料無法離開本機
doctor-do-network = 請連上網路；查看現有介面：
doctor-profile-good = 各資料夾可寫入
doctor-profile-closed = { $path } 無法寫入，設定、聯絡人和歷史記錄無法儲存
doctor-do-profile = 把 { $path } 改為自己所有，或用 --profile 換一個資料夾：
doctor-ports-off = 沒有監聽任何連接埠：所有通訊協定都已關閉
doctor-port-ours = { $port } udpqq
doctor-port-shared = { $port } udpqq，{ $pid ->
    [0] 與其他程式共用
   *[other] 與 { $program }（{ $pid }）共用
}
doctor-port-moved = { $port } 被{ $pid ->
    [0] 其他程式
   *[other] {" "}{ $program }（{ $pid }）
}占用，{ $scheme } 改用 { $instead }
doctor-port-taken = { $port } 被{ $pid ->
    [0] 其他使用者的程式
   *[other] {" "}{ $program }（{ $pid }）
}占用，{ $scheme } 未啟用
doctor-port-moves = { $port } 被{ $pid ->
    [0] 其他使用者的程式
   *[other] {" "}{ $program }（{ $pid }）
}佔用：{ $scheme } 將改用空閒連接埠
doctor-port-refused = { $port } 無法使用：{ $code }
doctor-port-off = { $scheme } 已關閉
doctor-port-free = { $port } 閒置
doctor-do-port-whose = 查看是誰的程式占用了連接埠 { $port }：
doctor-do-port-taken = 結束 { $program }（行程 { $pid }），或讓 { $scheme } 換一個連接埠：
doctor-do-port-refused = 讓 { $scheme } 換一個連接埠：
doctor-firewall-good = 允許傳往本程式連接埠的資料進入
doctor-firewall-no-tool = 沒有 nft 和 iptables，無法得知規則
doctor-firewall-denied = 只有 root 能讀取規則：sudo udpqq doctor
doctor-firewall-unclear = { $tool } 的輸出無法讀取
doctor-firewall-unsure = { $tool } 的規則不只看連接埠，可能會丟棄一部分資料
doctor-firewall-drops = { $tool } 丟棄 { $ports }（表 { $table }，鏈 { $chain }）
doctor-firewall-policy = { $tool } 預設丟棄，沒有規則放行 { $ports }（表 { $table }，鏈 { $chain }）
doctor-do-firewall = 本機防火牆丟棄了別人傳往 { $ports } 的資料。放行：
doctor-broadcast-none = 沒有支援廣播的介面
doctor-broadcast-heard = 在 { $name } 上 { $after } 毫秒後收到自己的廣播
doctor-broadcast-silent = 在 { $name } 上收不到自己的廣播
doctor-broadcast-refused = 無法在 { $name } 上廣播：{ $code }
doctor-do-broadcast = 聊天室和 IP Messenger 需要 { $name } 上的廣播：請檢查防火牆；若網路本身丟棄廣播，請在 announce 中寫上對方的位址
doctor-large-none = 沒有可供測試的介面
doctor-large-good = { $bytes } 位元組的資料包可以收回
doctor-large-parts = 在 { $name } 上分 { $parts } 片傳出
doctor-large-silent = 在 { $name } 上收不回最大的資料包
doctor-large-refused = 無法在 { $name } 上傳送最大的資料包：{ $code }
doctor-do-large = 長訊息在這裡可能遺失：一般訊息請保持在 1400 位元組以內
doctor-peer-answered = { $after } 毫秒後有回應
doctor-peer-last = 最近一次收到訊息：{ $time }{ $sourced ->
    [0] {""}
   *[other] ，來自 { $from }
}
doctor-peer-up = 連線正常
doctor-peer-inside = 就在本程式裡
doctor-peer-silent = { $seconds } 秒內沒有回應
doctor-peer-unreachable = 目前沒有程式在監聽 { $address }
doctor-peer-listens = { $pid ->
    [0] 其他使用者的程式
   *[other] { $program }（{ $pid }）
}正在監聽 { $address }
doctor-peer-no-route = 從本機無法到達 { $address }
doctor-peer-unasked = 沒有詢問：{ $scheme } 送出的任何內容都是訊息
doctor-peer-elsewhere = 沒有詢問：回應會送到占用我們連接埠的程式，多半是正在執行的 udpqq
doctor-peer-room = 沒有詢問：廣播聊天室沒有單獨的對方；廣播能否收回見上
doctor-peer-no-name = 找不到名為 { $name } 的機器
doctor-do-settings = 改好上面指出的問題，或換一個資料夾啟動：--profile DIR
doctor-do-write = 傳一則訊息給 { $name }：若沒有程式在監聽，對話裡會提示
doctor-do-elsewhere = 請在正在執行的 udpqq 裡詢問：
doctor-do-name = 請檢查 { $name } 的寫法，或直接寫數字位址
doctor-do-start-relay = 請在中繼伺服器的機器上啟動它：
doctor-do-relay = 中繼伺服器是否在 { $address } 執行？若是，則那裡的防火牆需要放行 UDP 連接埠 { $port }
doctor-do-route = 請連上能到達 { $address } 的網路：
doctor-do-start = 請在對方啟動程式，並監聽連接埠 { $port }。
doctor-do-peer = { $name } 是否開機，程式是否在 { $address } 執行？若是，則對方的防火牆需要放行連接埠 { $port }。檢查對方機器是否回應：
doctor-way = { $scheme } { $address }，{ $encrypted ->
    [yes] 已加密
   *[no] 編碼 { $encoding }
}，{ $receipts ->
    [yes] 有回條
   *[no] 無回條
}
doctor-way-program = { $program }
popup-doctor = { $peers ->
    [0] 診斷
   *[other] 診斷：{ $name }
}
doctor-what-to-do = 怎麼辦
doctor-took = { $seconds } 秒
doctor-running = 檢查中…
command-doctor = 找出哪裡不通
command-look = 立即詢問誰在線上
command-announce = 向廣播到不了的網段公布自己；off：不再公布
announce-six = 「{ $place }」是 IPv6，而公布自己的 IP Messenger 只用 IPv4：請以對方的 udpqq:// 位址新增聯絡人
announce-unknown = 「{ $place }」不是 IPv4 位址、網段或範圍，例如 10.0.3.255、10.0.4.0/24 或 10.0.5.1-99
announce-many = { $entries } 項共 { $addresses } 個位址，太多了：最多 64 項、共 1024 個位址
announce-nowhere = 只在自己的網路上公布。/announce 10.0.4.0/24 會逐一告知其他網段的位址
announce-places = 公布給 { $places }：共 { $addresses } 個位址，每秒最多五十個
announce-hidden = 已記下：{ $places }。不可見時不會告知任何人：/set visible true
doctor-no-room = { $address } 是聊天室，要先進去才能檢查：請先用 /join，或是在 shell 裡輸入「udpqq doctor { $address }」
doctor-unknown = 沒有可檢查的聯絡人「{ $name }」
look-asking = 正在詢問誰在線上…
look-answered = { $count } 人已回應：{ $names }
look-nobody = 沒有人回應。用 /doctor 查看可能的原因
look-hidden = 您目前不可見，因此不會詢問任何人：/set visible true
look-off = 用於詢問的通訊協定都沒有監聽：{ $schemes }
cli-about-doctor = 檢查本機或與某個聯絡人之間哪裡不通，該怎麼辦
cli-arg-examined = 要檢查的聯絡人或位址

## relay doctor: what keeps a relay from its work

doctor-label-servers = NATS 伺服器
doctor-label-encryption = 加密
doctor-label-version = 版本
doctor-label-jetstream = JetStream
doctor-label-access = 權限
doctor-label-replicas = 份數
doctor-label-log-settings = 記錄
doctor-label-appends = 寫入
doctor-label-log-room = 記錄空間
doctor-label-clock = 時鐘
doctor-label-archive = 封存
doctor-label-room-file = 檔案
doctor-label-file-rights = 檔案權限
doctor-label-integrity = 內容
doctor-label-disk = 磁碟
doctor-label-relay-port = 中繼伺服器
doctor-server-answers = { $server } 在 { $after } 毫秒後回應
doctor-server-there = { $server } 在，但不讓中繼伺服器進入
doctor-server-silent = { $server } 沒有回應
doctor-encryption-good = 中繼伺服器與伺服器之間的通訊已加密
doctor-encryption-local = 沒有，而且什麼也不離開這台機器
doctor-version-good = { $versions }
doctor-jetstream-good = 有回應的伺服器都已開啟
doctor-log-none = 還沒有：第一台中繼伺服器會建立它，之後才能試其餘的
doctor-access-good = 可以寫入、收聽和讀取
doctor-archive-answers = 封存在 { $after } 後回應
doctor-archive-none = 沒有執行：伺服器丟掉的訊息就沒有了，也沒有誰替不用 udpqq 的成員搜尋
doctor-archive-silent = 封存在，但沒有回應
doctor-do-archive = 請看封存的日誌，並把 udpqq relay permissions 列出的權限給中繼伺服器的金鑰
doctor-replicas-good = { $wanted } 份中 { $there } 份完整
doctor-replicas-missing = { $wanted } 份中只有 { $there } 份完整：其餘的不在，或者落後
doctor-log-settings-good = 與這台中繼伺服器的設定一致
doctor-appends = 試寫 { $count } 次都已保存，一般在 { $middle } 毫秒後，最慢 { $slowest } 毫秒
doctor-log-room = 已用 { $used } MB{ $most ->
    [0] { "" }
   *[other] ，上限 { $most } MB，超過時刪去最早的
}
doctor-clock-ahead = 記錄的時鐘比這裡快 { $apart } 毫秒
doctor-clock-behind = 記錄的時鐘比這裡慢 { $apart } 毫秒
doctor-room-file-good = { $path } 可以讀取
doctor-room-file-none = 還沒有 { $path }：中繼伺服器啟動時會建立
doctor-file-rights-good = { $mode }：只有執行中繼伺服器的使用者能讀
doctor-file-rights-open = { $mode }：這台機器上的其他人能讀
doctor-integrity-good = 完好
doctor-integrity-bad = 已損壞：{ $reason }
doctor-disk-room = 剩餘 { $free } MB{ $most ->
    [0] { "" }
   *[other] ，聊天室最多佔 { $most } MB
}
doctor-disk-closed = { $path } 不能寫入
doctor-disk-unknown = { $path } 不能使用：{ $code }
doctor-relay-answers = 在 { $address } 回應
doctor-relay-silent = { $address } 沒有回應
doctor-do-build = 請使用帶 NATS 建置的 udpqq：
doctor-do-servers = 啟動沒有回應的伺服器，讓它們的防火牆放行，或用 --cluster 寫出別的伺服器
doctor-do-access = 把金鑰交給中繼伺服器（--cluster-nkey、--cluster-creds），並在伺服器上給它的使用者下面列出的權限：
doctor-do-encryption = 伺服器用 tls:// 寫出，簽發其憑證的機構用 --cluster-ca 寫出
doctor-do-version = 把伺服器一台一台升級到 2.11 或更新版本：
doctor-do-jetstream = 在每台伺服器的設定裡寫上 jetstream 和 store_dir，如 assets/nats-server.conf
doctor-do-replicas = 啟動不在的伺服器，等它們跟上，或用 --replicas 減少份數
doctor-do-log-settings = 讓這台中繼伺服器的設定與其他的一致：--shards、--prefix、--replicas、--keep
doctor-do-log-room = 給伺服器更多空間（max_file 或帳戶的上限），或用 --keep-bytes 少保存一些
doctor-do-appends = 看看伺服器的磁碟和它們之間的網路：訊息要等這兩樣
doctor-do-clock = 讓所有機器的時鐘與網路同步：
doctor-do-room-file = 把 { $path } 移走，再匯入最近一次的匯出（udpqq relay history import）；別無他法
doctor-do-file-rights = 不讓其他人讀這個檔案：
doctor-do-file-was-open = 查一查是什麼讓別人也能存取它；他們可能已經讀過
doctor-do-disk-closed = 把 { $path } 交給執行中繼伺服器的使用者，並放在可以寫入的磁碟上
doctor-do-disk = 在 { $path } 所在的磁碟上騰出空間，或用 --keep-bytes 少保存一些

## store：歷史記錄，以及其檔案可能的問題

store-fault =
    { $fault ->
        [full] 磁碟已滿
        [io] 磁碟讀寫失敗
        [read-only] 檔案或所在資料夾為唯讀
        [busy] 檔案被其他程式占用
        [cannot-open] 無法開啟或建立檔案
        [damaged] 檔案已損壞
        [taken] 另一個程式同時寫入了它
        [foreign] history.db 由更新的版本或其他程式寫入
        [foreign-file] { $file } 由更新的版本或其他程式寫入
       *[other] { $code }
    }
store-cleared = 與 { $name } 的全部訊息已從歷史記錄中刪除
history-of-relays = /history 向中繼伺服器讀取聊天室的歷史記錄。這裡以前的內容：PgUp 或 /search
history-not-there = { $name } 不保留可供讀取的歷史記錄
history-not-in = 暫時連不上 { $name }
history-begun = 這裡是 { $name } 歷史記錄的開頭
history-reading = 已經在讀取 { $name } 的歷史記錄
history-disk-low = 磁碟快滿了：不讀取歷史記錄
store-not-cleared = 無法從歷史記錄中刪除這些訊息，它們仍然存在
store-not-kept = 未儲存：{ store-fault }
store-not-read = 無法讀取歷史記錄：{ store-fault }
store-not-imported = 未匯入任何內容：{ store-fault }
store-in-memory = 訊息和草稿只保留到 udpqq 結束：{ store-fault }
store-moved-aside = 歷史記錄已損壞，現移至 { $name }；已開始新的記錄。該檔案中的內容到期也不會移除：不再需要時請自行刪除
store-gone = 執行期間歷史記錄被刪除或改名；已用記憶體中還有的內容開始新的記錄
store-replaced = 歷史記錄被換成了另一個檔案，該檔案現移至 { $name }；已用記憶體中還有的內容開始新的記錄。該檔案中的內容到期也不會移除：不再需要時請自行刪除
store-index-damaged = 搜尋索引已損壞，正在重建
store-in-use = 另一個 udpqq 正在使用這個身分資料夾
store-in-use-by = 另一個 udpqq 正在使用這個身分資料夾：行程 { $pid }
store-no-lock = 無法鎖定歷史記錄：{ $code }
store-unlocked = 無法鎖定歷史記錄，訊息和草稿只保留到 udpqq 結束：{ $code }
room-log-not-opened = 無法開啟聊天室的記錄：{ store-fault }
room-log-not-read = 無法讀取聊天室的記錄：{ store-fault }
room-log-not-written = 聊天室的記錄沒有更動：{ store-fault }
room-log-in-use = 另一個中繼伺服器正在這裡保存聊天室的記錄
room-log-in-use-by = 另一個中繼伺服器正在這裡保存聊天室的記錄：行程 { $pid }
room-log-no-lock = 無法鎖定聊天室的記錄：{ $code }
room-log-busy = 正在執行的中繼伺服器在使用這些記錄，要先讓它結束
room-log-busy-by = 正在執行的中繼伺服器在使用這些記錄：行程 { $pid }；要先讓它結束

## search：搜尋條件的問題

search-too-long = 搜尋內容最多 { $limit } 位元組
search-too-many = 一次搜尋最多 { $limit } 個詞和條件
search-date = 「{ $part }」不是日期；可寫成 { $example }、2026-11、2026-11-21T10:30、今天或昨天

## relay：群組聊天中繼伺服器

cli-about-relay = 群組聊天的中繼伺服器：聊天室裡一人傳的訊息會轉給其他所有人
cli-about-relay-order = 告訴用此身分執行的中繼伺服器做什麼：請誰出去、不讓誰發言、聊天室怎樣管理
cli-about-relay-doctor = 檢查用這些設定的中繼伺服器能否運作，以及該怎麼辦
cli-about-relay-permissions = 列出中繼伺服器在 NATS 伺服器上需要的權限，可直接寫入其設定
cli-about-relay-archive = 保存一組中繼伺服器的聊天室訊息，比 NATS 伺服器保存得更久；NATS 伺服器上已經沒有的舊訊息，中繼伺服器向它要
cli-about-relay-operator = 指定中繼伺服器的成員裡誰是管理員。執行中的中繼伺服器立即知道
cli-about-relay-operator-add = 讓某人成為管理員，密碼由程式詢問或從標準輸入讀取；再次使用則換密碼
cli-about-relay-operator-remove = 取消管理員
cli-about-relay-operator-list = 列出管理員
cli-arg-order-words = kick 名字 · ban 名字 [時間] · unban 名字|位址 · mute 名字 [時間] · unmute 名字 · bans · slow 聊天室 秒數|off · moderated 聊天室 on|off · topic 聊天室 [文字] · close 聊天室 · open 聊天室 · remove 聊天室 位置…（訊息的位置見 udpqq relay history search） · password 聊天室（密碼由程式詢問，或從標準輸入讀取；留空則取消）；時間如 90m、12h 或 7d，不寫則為永久
cli-arg-relay-address = 監聽位置：6000、192.168.1.20:6000 或 [::]:6000（不寫則為所有位址的 6000 連接埠）
cli-arg-relay-open = 不驗證位址，誰都能進來。連得到中繼伺服器的人可以偽造位址，讓它把聊天室的訊息傳給從未要求過的主機；只適合教室
cli-arg-members = 成員數上限（不寫則為 4096）
cli-arg-rooms = 大廳（lobby）以外的聊天室數上限（不寫則為 256）
cli-arg-rate = 每個成員每秒的訊息數（不寫則為 20）
cli-arg-bytes = 每個成員每秒的位元組數（不寫則為 65536）
cli-arg-bandwidth = 傳給全部成員的每秒總位元組數（不寫則為 67108864）
cli-arg-silence = 成員靜默多少秒後離開（不寫則為 60）
cli-arg-relay-history = 保存聊天室裡的訊息，成員可以補看錯過的內容；啟動時的頭幾行會說明存放在哪裡、保存多久
cli-arg-keep = 訊息保存多久：30d、12h，或 all 表示一直保存（預設 30d）
cli-arg-keep-messages = 每個聊天室最多保存的訊息則數，或 all（預設 100000）
cli-arg-keep-bytes = 所有聊天室合計保存的位元組數：500MB，或 all（預設 1GB）
cli-arg-cluster = 把聊天室裡的訊息存到這些 NATS 伺服器（JetStream，2.11 或更新版本），寫著同樣伺服器的中繼伺服器共用：nats://n1:4222,n2 或 tls://n1,n2
cli-arg-cluster-ca = 簽發伺服器憑證的機構（PEM）
cli-arg-cluster-creds = 存有 JWT 及其金鑰的檔案，只有您能讀
cli-arg-cluster-nkey = 存有金鑰種子的檔案，只有您能讀
cli-arg-prefix = 伺服器上所有名稱的開頭：開頭不同的中繼伺服器互不相干（預設 udpqq）
cli-arg-replicas = 每則訊息存在幾台伺服器上（寫了三台以上則為 3，否則為 1）
cli-arg-shards = 分擔聊天室的串流數（1），同一叢集的各台中繼伺服器須一致；最多 64
cli-arg-for-archive = 給封存伺服器，而不是中繼伺服器
cli-arg-archive-cluster = 要保存哪一組中繼伺服器的聊天室：它們的 NATS 伺服器，寫作 nats://n1:4222,n2 或 tls://n1,n2
cli-arg-archive-keep = 訊息保存多久：3650d、12h，或 all 表示一直保存（預設 all）
cli-arg-archive-keep-messages = 每個聊天室保存多少則訊息，或 all 表示全部（預設 all）
cli-arg-archive-keep-bytes = 所有聊天室一共保存多少位元組：500MB，或 all 表示全部（預設 all）
cli-arg-public = 同一叢集其他中繼伺服器的成員從哪裡連到這一台，如 a.example 或 192.0.2.7:6000；別台停了，成員就到這裡來
cli-arg-operators = 寫明哪些成員是管理員的檔案，只有您能讀；不寫則用身分資料夾裡的 operators.key。叢集裡每台中繼伺服器各有一個，也可以是同一個檔案的副本
cli-arg-operator-name = /operator 後面輸入的名字：一個詞
cli-arg-tui = 在螢幕上顯示聊天室、成員和速率，而不寫記錄檔
cli-arg-metrics = 在 http://位址/metrics 提供 Prometheus 指標；只寫連接埠則只有本機能存取
cli-error-relay-place = 中繼伺服器不能在「{ $value }」監聽；應寫成 6000、192.168.1.20:6000 或 [::]:6000
cli-error-metrics = 不能在「{ $value }」提供指標；應寫成 9100 或 192.168.1.20:9100
cli-error-public = 「{ $value }」不是能連到中繼伺服器的位址；寫法如 a.example 或 192.0.2.7:6000，最多 8 個，用半形逗號隔開
cli-error-retention = 「{ $value }」不能用於 { $arg }：應為 { $kind ->
        [keep] 時間（至少 2m），如 30d、12h 或 90m
        [keep-messages] 從 1 起的整數
       *[keep-bytes] 大小，如 500MB 或 2GB
    }，或 all
relay-off = 設定中關閉了中繼伺服器；請指定連接埠，例如 udpqq relay 6000
relay-open = 任何人不必驗證位址就能加入（--open），也可以冒用別人的位址：別讓網際網路連得到這個連接埠
relay-no-terminal = --tui 需要終端機；不用它時，每個事件輸出一行記錄
relay-metrics = 指標在 http://{ $address }/metrics
relay-metrics-taken = 提供指標的 { $address } 已被其他程式占用。請用 --metrics 另選一個
relay-metrics-bind = 無法在 { $address } 提供指標：{ $code }
relay-no-log = 記錄檔已無法寫入；中繼伺服器繼續執行，不再寫記錄檔
relay-not-notified = 無法通知 systemd：{ $reason }
relay-history =
    聊天室裡的訊息保存{ $unit ->
        [all] 不限時間
        [m] { " " }{ $count } 分鐘
        [h] { " " }{ $count } 小時
       *[d] { " " }{ $count } 天
    }{ $messages ->
        [all] { "" }
       *[other] ，每個聊天室最多 { $messages } 則
    }{ $bytes ->
        [all] { "" }
       *[other] ，合計 { $bytes }
    }：{ $path }
relay-keeps-nothing = --keep、--keep-messages 和 --keep-bytes 說明聊天室訊息保存多少：請加上 --history
relay-history-nowhere = --history 需要一個資料夾來保存聊天室訊息，但這裡沒有家目錄：請指定一個，如 udpqq --profile DIR relay --history
cli-about-relay-history = 查看、搜尋、匯出、匯入和刪除中繼伺服器保存的聊天室訊息（--history）
cli-about-relay-history-list = 輸出聊天室，最近的在前
cli-about-relay-history-search = 輸出符合的訊息，最新的在前，每則帶有位置；沒有找到時結束狀態為 1
cli-about-relay-history-export = 把訊息輸出成 JSON Lines，或便於閱讀的文字
cli-about-relay-history-import = 匯入 export 寫出的訊息；中繼伺服器要先結束
cli-about-relay-history-remove = 徹底刪除一則訊息、一個聊天室或一名成員寫的全部訊息；中繼伺服器要先結束
cli-arg-room-words = 訊息裡要有的詞（比對詞首），以及篩選：from:名字、in:聊天室、after:日期（含當日起）、before:日期（不含當日）；日期如 2026-11、2026-11-21、今天、昨天
cli-arg-room = 只限這個聊天室
cli-arg-member = 成員用這個名字寫的訊息，不指定聊天室則為所有聊天室。名字沒有證明；ID（search --json 中的「member」）不論用什麼名字都只屬於一名成員
cli-arg-place = 這個位置上的訊息；位置寫在 search 每行的開頭
cli-arg-yes = 不再詢問
cli-error-one-of = 缺少 { $known } 中的一個
room-history-no-room = 沒有保存過聊天室「{ $name }」的訊息
room-history-until = 到 { $time }
room-history-imported = 新增 { $new } 則，已有 { $known } 則{ $moved ->
    [0] { "" }
   *[other] ；有些排在原有訊息之前，成員會重新讀取這些聊天室
}
room-history-ask = 徹底刪除 { $count } 則訊息嗎？y 或 n
room-history-not-removed = 什麼都沒有刪除
room-history-removed = 已徹底刪除 { $count } 則訊息
room-history-not-scrubbed = 它們在檔案閒置部分留下的痕跡還沒有覆寫：有程式正在讀取，或磁碟已滿。中繼伺服器下次啟動時會處理
room-history-not-yet = 已告知中繼伺服器，但它還沒有全部刪除：udpqq relay history list 可查看進度
relay-no-nats = 這個 udpqq 不能和其他中繼伺服器共用聊天室：需要帶 NATS 建置的版本，即 cargo build --release --features nats
relay-cluster = 聊天室裡的訊息保存在 NATS 伺服器 { $servers }，名稱以 { $prefix } 開頭
relay-cluster-plain = 與 { $server } 的通訊沒有加密：途中能監聽的人可以讀到聊天室裡的訊息。請用 tls://
relay-cluster-unnamed = 用哪些 NATS 伺服器？請用 --cluster 寫出
relay-public-unknown = 成員用來連到這台中繼伺服器的「{ $host }」查不到位址
relay-cluster-or-history = --history 把聊天室存在這台中繼伺服器的檔案裡，--cluster 存在多台中繼伺服器共用的伺服器上：只能選一個
relay-archive-of = 封存：NATS 伺服器 { $servers } 上的中繼伺服器，名稱以 { $prefix } 開頭
relay-archive-waits = 這些伺服器上還沒有中繼伺服器的記錄；封存會等著
relay-archive-follows = { $another ->
    [0] 開始跟隨記錄
   *[other] 記錄倒退了或是新建的；開始跟隨新的記錄，已經保存的仍然保留
}{ $shards ->
    [1] { "" }
   *[other] ：{ $shards } 個分片
}
relay-archive-level = 已跟上分片 { $shard }：收進 { $count } 則訊息
relay-archive-missed = 封存不在的時候，分片 { $shard } 刪除或丟掉了 { $count } 處的內容；這裡沒有保存
relay-archive-down = 連不上 NATS 伺服器
relay-archive-up = 又連上 NATS 伺服器了
relay-joined = { $name }（{ $address }）進入了 { $room }
relay-joined-framed = { $name }（{ $address }）用 udpqq 進入了 { $room }
relay-moved = { $name }（{ $address }）去了 { $room }
relay-renamed = { $old }（{ $address }）改名為 { $new }
relay-left = { $name }（{ $address }）離開了 { $room }
relay-left-silent = { $name }（{ $address }）離開了 { $room }：太久沒有動靜
relay-left-unreachable = { $name }（{ $address }）離開了 { $room }：那裡已沒有程式在監聽
relay-left-elsewhere = { $name }（{ $address }）離開了 { $room }：已轉到叢集的另一台中繼伺服器
relay-limited-members = { $address } 未能進入：成員已滿
relay-limited-rooms = { $address } 未能新建聊天室：聊天室數已達上限
relay-limited-rate = { $address } 傳的訊息太多
relay-limited-bytes = { $address } 傳的位元組太多
relay-limited-bandwidth = { $address } 的一則訊息未轉發：總流量已達上限
relay-limited-too-long = { $address } 的一則訊息太長
relay-limited-log = { $address } 的一則訊息沒有收下：聊天室的記錄現在寫不進去
relay-orders-taken = 無法在 { $path } 接收命令：{ $code }。可能由此身分的另一個中繼伺服器接收
relay-left-ordered = { $name }（{ $address }）被請出 { $room }
relay-limited-banned = 未讓 { $address } 進入：已被封鎖
relay-limited-closed = 未讓 { $address } 進入：聊天室已關閉
relay-limited-password = { $address } 未能進入：密碼不對
relay-claimed = { $address } { $name } 現在是管理員，身分 { $operator }
relay-claim-refused = { $address } 未能證明自己是管理員 { $operator }
relay-ordered-by = { $address } 管理員 { $operator } 下令：{ $order }
operators-unreadable = 無法讀取 { $path }：{ $reason }
operators-open = { $path } 含有金鑰，卻能被別人讀取（權限 { $mode }）：用 chmod 600 讓它只歸您
operators-line = { $path } 第 { $line } 行不是管理員；udpqq relay operator add NAME 會寫出這樣的一行
operators-missing = 沒有 { $path }：udpqq relay operator add NAME --operators FILE 會產生它
operators-name = 「{ $name }」不能作管理員的名字：要一個詞，不帶冒號
operators-nobody = 沒有叫 { $name } 的管理員
operators-no-password = 沒有輸入密碼：什麼都沒有改
operators-added = { $name } 已是 { $path } 裡的管理員：執行中的中繼伺服器立即生效
operators-removed = { $name } 不再是 { $path } 裡的管理員：執行中的中繼伺服器立即生效
relay-limited-muted = 未接收 { $address } 的訊息：管理者不讓發言
relay-order-unknown = 沒有「{ $order }」這個命令：可用 kick、ban、unban、mute、unmute、bans、slow、moderated、topic、close、open、password
relay-order-usage = 這個命令的寫法：{ $usage }
relay-order-topic-long = 話題最多 { $limit } 位元組
relay-order-lobby = 大廳 lobby 一直開放：人人都從那裡進來
relay-order-nobody = 沒有名為 { $name } 的成員
relay-order-passed-on = 這台中繼伺服器上沒有名為 { $name } 的成員；已告知叢集的其他中繼伺服器
relay-order-many = 這類設定已經太多
relay-order-no-ban = 沒有針對 { $name } 的限制
relay-order-kicked = { $name } 已被請出，一分鐘後可以回來
relay-order-banned =
    { $name } 已被請出並封鎖：{ $unit ->
        [all] 永久
        [m] { $count } 分鐘
        [h] { $count } 小時
       *[d] { $count } 天
    }
relay-order-muted =
    { $name } 已被禁言：{ $unit ->
        [all] 永久
        [m] { $count } 分鐘
        [h] { $count } 小時
       *[d] { $count } 天
    }
relay-order-unbanned = { $name } 可以再進來
relay-order-unmuted = { $name } 可以再發言
relay-order-slow = { $seconds ->
        [0] { $room } 不再限制發言間隔
       *[other] { $room } 裡每人每 { $seconds } 秒一則訊息
    }
relay-order-moderated = { $room } 裡只有管理者可以發言
relay-order-unmoderated = { $room } 裡人人可以發言
relay-order-topic = { $room } 的話題：{ $topic }
relay-order-no-topic = { $room } 沒有話題
relay-order-closed = { $room } 已關閉
relay-order-no-password = 沒有輸入密碼：什麼也沒有改變
relay-order-locked = { $room } 現在有密碼了：只有 udpqq 能進來
relay-order-unlocked = { $room } 不再有密碼
relay-order-password-long = 密碼最多 { $limit } 位元組
relay-order-password-unseen = 這裡會被看見，不能輸入密碼：請用 udpqq relay order password 聊天室
relay-order-opened = { $room } 已開放
relay-order-is-banned =
    { $name }（{ $address }）被封鎖：{ $unit ->
        [all] 永久
        [m] { $count } 分鐘
        [h] { $count } 小時
       *[d] { $count } 天
    }
relay-order-is-kicked =
    { $name }（{ $address }）已被請出：{ $unit ->
        [all] 永久
        [m] { $count } 分鐘
        [h] { $count } 小時
       *[d] { $count } 天
    }
relay-order-is-muted =
    { $name }（{ $address }）被禁言：{ $unit ->
        [all] 永久
        [m] { $count } 分鐘
        [h] { $count } 小時
       *[d] { $count } 天
    }
relay-order-no-bans = 沒有人被封鎖或禁言
relay-order-gone = 中繼伺服器沒有回答
relay-order-not-operator = 這裡只有管理員能下令
relay-order-only-there = 這個命令只能在中繼伺服器上下，密碼不經過網路：udpqq relay order { $order }
relay-order-more = …… 還有 { $count } 項
relay-order-no-log = 這台中繼伺服器不保存訊息，沒有可移除的
relay-order-log-busy = { $room }：有 { $count } 則訊息沒有移除：記錄目前無法寫入
relay-order-removed = { $room }：正在移除 { $count } 則訊息，移除後會告訴聊天室
relay-order-not-removed = { $room }：位置 { $place } 的訊息沒有移除：那裡沒有訊息，或記錄無法寫入
relay-order-no-relay = 沒有用此身分執行的中繼伺服器
relay-order-failed = 雙方沒能理解這個命令：{ $reason }
relay-lost = 此處缺少 { $count } 個事件：來得太快，來不及寫
relay-operators-read = 管理員名單已重新讀取：{ $count } 人
relay-log-up = 聊天室的記錄又能寫了
relay-log-apart = 連不上聊天室的記錄：在連上之前不收訊息
relay-log-full = 聊天室的記錄所在的磁碟滿了：騰出空間之前不收訊息
relay-log-denied = 聊天室的記錄不允許這台中繼伺服器寫入：不收訊息
relay-log-version = 聊天室的記錄的版本這台中繼伺服器不認識：不收訊息
relay-log-broken = 聊天室的記錄寫不進去：恢復之前不收訊息
nats-address = { $address } 不是 NATS 伺服器的位址；使用者名稱和密碼不要寫在裡面
nats-prefix = { $prefix } 不能作為前綴：最多 32 個字母、數字、- 和 _
nats-file = 無法讀取 { $path }：{ $code }
nats-open-to-others = 這台機器上的其他人能讀 { $path }：請 chmod 600
nats-unreachable = 沒有 NATS 伺服器回應：{ $servers }
nats-tls = 無法信任 NATS 伺服器：{ $reason }
nats-denied = NATS 伺服器不讓這台中繼伺服器進入：{ $reason }
nats-version = NATS 伺服器的版本是 { $version }；需要 2.11 或更新版本
nats-no-jetstream = NATS 伺服器不保存任何東西：那裡沒有開啟 JetStream
nats-few-servers = NATS 伺服器比要保存的份數少（--replicas）
nats-full = NATS 伺服器沒有空間了：{ $reason }
nats-differs = 叢集的記錄設定不同，{ $setting }：那裡是 { $there }，這裡是 { $wanted }
nats-echo = 已保存的訊息沒有從 { $subject } 傳回
nats-api = NATS 伺服器拒絕：{ $reason }
nats-no-leader = NATS 伺服器至今沒有選出主伺服器
relay-dropped = 到達時遺失 { $count } 個資料包：同時來得太多
## 中繼伺服器對明文成員說的話；每行前面會加上「* 」
relay-says-help =
    /nick 名字    換個名字
    /join 聊天室  換個聊天室
    /rooms        有哪些聊天室
    /who          這個聊天室裡有誰
    /lang 語言    中繼伺服器換一種語言說話：{ $languages }
    /ping         中繼伺服器在嗎？
    /leave        再見
    其他的都是傳給聊天室裡所有人的訊息。
relay-says-help-history = /history N    這個聊天室最近的 N 則訊息
relay-says-help-search = /history search 詞語    其中含有這些詞語的訊息
relay-says-search-usage = /history search 詞語：寫開頭即可，還可以用 from:名字、after:日期、before:日期，日期如 2026-11-21。
relay-says-nothing-found = 這個聊天室裡沒有人說過這些。
relay-says-more-found = 還有更早的：用 before:日期 查看。
relay-says-no-search = 這裡不能搜尋：這台中繼伺服器沒有封存。
relay-says-no-history = 這台中繼伺服器不保存訊息。
relay-says-empty-history = 這個聊天室裡還沒有人說過話。
relay-says-pong = pong
relay-says-goodbye = 您已離開。隨便寫點什麼就能回來。
relay-says-closing = 中繼伺服器要關閉了。再見。
relay-says-echo = 這是中繼伺服器剛剛送出的，所以沒有轉發。
relay-says-name-taken = 這個名字已經有人用了。
relay-says-challenge =
    這是中繼伺服器：您寫的會傳給聊天室裡的所有人。
    請先在 15 秒內把下一行單獨傳回來：
relay-says-challenge-short = 請把這行傳回來：
relay-says-silent = 您有 { $seconds } 秒沒有動靜，所以已離開聊天室。
relay-says-return = 隨便寫點什麼就能回來。
relay-says-return-by-proof = 要回來，隨便寫點什麼，或把下一行傳回來：
relay-says-welcome = 您是 { $name }，在 { $room } 裡，{ $count ->
    [0] 沒有別人
   *[other] 還有 { $count } 個成員
  }。/help 有更多說明。
relay-says-renamed = 您現在是 { $name }。
relay-says-bad-name = 名字要有 1 到 { $limit } 個看得見的字元，不含冒號，不以 / 或 * 開頭；聊天室的名字不含空格，也不含 /?#&=%。
relay-says-room = { $room }（{ $count } 個成員）
relay-says-more-lines = 還有 { $count } 行
relay-says-more-members = 還有 { $count } 人：/who { $next }
relay-says-full = 中繼伺服器已滿。
relay-says-no-room = 聊天室已經太多了。
relay-says-fast = 太快了：您的訊息沒有送出。
relay-says-much = 一次太多了：您的訊息沒有送出。
relay-says-busy = 中繼伺服器太忙：您的訊息沒有送出。
relay-says-no-log = 這台中繼伺服器現在無法保存訊息：您寫的沒有送出。
relay-says-kicked = 您被請了出去。請一分鐘後再來。
relay-says-banned = 您不能進來。
relay-says-closed = 這個聊天室已關閉。
relay-says-locked = 那個聊天室有密碼，要用 udpqq 才能證明您知道它。
relay-says-password = 這個聊天室現在有密碼了：要進來的人需要 udpqq。
relay-says-no-password = 這個聊天室不再有密碼。
relay-says-muted = 您現在不能在這裡發言：您的訊息沒有送出。
relay-says-moderated-refused = 這個聊天室只有管理者能發言：您的訊息沒有送出。
relay-says-slow-refused = 這裡每 { $seconds } 秒只能發一則：您的訊息沒有送出。
relay-says-too-long = 超過 { $limit } 位元組：您的訊息沒有送出。
relay-says-topic = 話題：{ $topic }
relay-says-no-topic = 這個聊天室不再有話題。
relay-says-slow = 這個聊天室裡每人每 { $seconds } 秒只能發一則訊息。
relay-says-not-slow = 這個聊天室不再限制發言間隔。
relay-says-moderated = 這個聊天室只有管理者能發言。
relay-says-unmoderated = 這個聊天室裡大家又都能發言了。
relay-says-removed = 管理者移除了一則訊息。
relay-says-languages = 選一種語言，例如 /lang zh-TW：{ $languages }
relay-says-no-language = 中繼伺服器不會說這種語言。有這些：{ $languages }
relay-says-language = 中繼伺服器現在對您說{ $name }。

relay-page-title = udpqq 中繼伺服器  { $address }
relay-page-up = 已運作 { $time }
relay-page-open = 誰都能進來
relay-page-proof = 需驗證位址
relay-page-history = 保存聊天室訊息
relay-page-totals = 聊天室 { $rooms } / { $rooms-limit }   成員 { $members } / { $members-limit }   收 { $in }/秒  { $bytes-in }B/秒   傳 { $out }/秒  { $bytes-out }B/秒
relay-page-troubles = 已拒絕  驗證 { $proofs } · 超速 { $limited } · 無法識別 { $malformed }   到達時遺失 { $overflowed } · 未送出 { $lost }
relay-page-name = 名字
relay-page-address = 位址
relay-page-client = 程式
relay-page-messages = 訊息
relay-page-last = 上次
relay-page-now = 剛才
relay-page-heard = { $time } 秒
relay-page-heard-minutes = { $time } 分
relay-page-heard-hours = { $time } 時
relay-page-framed = udpqq
relay-page-plain = 一般
relay-page-more = 還有 { $count } 個成員
relay-page-nobody = 還沒有人
relay-page-no-match = 沒有符合篩選的
relay-page-keys = ↑ ↓ 選擇  PgUp PgDn 翻頁  Enter 摺疊  / 篩選  k 請出  b 封鎖  m 禁言  : 命令  Ctrl-L 重繪  q 結束
relay-page-filter-keys = Enter 保留  Esc 全部
relay-page-order-keys = Enter 執行  Esc 放棄
relay-page-ending = 正在結束：通知各成員
## 聊天室：成員、進入和離開

list-rooms = 聊天室
reach-seeking = 正在連線…
header-here = { $count } 人在線上
header-heard = { $count } 人發過言
header-out = 不在這個聊天室：/join 可進入
joined-room = { $who } 加入了聊天室
room-left = 您不在 { $name } 中，訊息未傳送。/join 可進入
join-unknown = 「{ $name }」不是清單裡的聊天室，也不是位址；聊天室的寫法如 { EXAMPLES("group") }
join-no-room = { $address } 不是聊天室；/add 可將其新增為聯絡人
connect-no-connection = { $address } 沒有可保持的連線：只有 { SCHEMES("connects") } 位址才有
listen-unknown = 沒有「{ $name }」這種監聽；可用的有 { $known }
listen-form = 「{ $value }」不是監聽位置：應為連接埠、127.0.0.1:8081 這樣的位址或 off
leave-no-room = 只能離開聊天室；/remove 可從清單中移除聯絡人
flash-left = 已離開 { $name }。歷史記錄仍保留，直到被刪除
details-dialect = 通訊協定 | { $name }
details-encoding = 編碼 | { $name }（/encoding 可更改）
details-reach = 狀態 | { $state }
details-reach-up = 已連線
details-reach-unknown = 未知：明文通訊協定無法得知
details-reach-heard = 啟動以來收到過訊息
details-out = 狀態 | 不在這個聊天室
details-members-here = 成員 | { $here } 人在線上，共知 { $known } 人
details-members-crowd = 成員 | { $here } 人在線上：人數太多，只告知發言的人，共知 { $known } 人
details-members-heard = 成員 | 已知 { $known } 人；無法得知誰在線上
details-member-spoke = { $time } 發過言
details-member-silent = 未發言
details-member-here = 在線上
details-member-gone = 已離開
details-member-own = 您
details-comma = ，
details-sender = 聊天室中的名字 | { $name }
details-relayed = 經由 | { $source }
key-members = 誰在線上：對話詳情和成員
key-nudge = 傳送視窗震動
key-read-as-legacy = 用該行提示的編碼讀取此對方的非 UTF-8 文字
command-password = 輸入聊天室的密碼，或忘掉它
command-operator = 成為這台中繼伺服器的管理員，或不再是
command-order = 管理員：請人離開、放人進來、規定聊天室怎麼管理
command-kick = 管理員：請某人離開一分鐘
command-ban = 管理員：請某人離開並不再放進來，可加時間，如 10m
command-topic = 管理員：說明聊天室的話題
command-members = 誰在線上、何時發過言，以及對話的狀態
command-join = 進入聊天室；不寫位址則進入目前的聊天室，或這個網路的聊天室
command-leave = 離開這個聊天室；歷史記錄仍可閱讀
command-connect = 連線到這個 TCP 對方或指定的位址，斷線後自動重連
command-disconnect = 中斷與對方的連線
## reach：連線的對方為什麼不在

reach-closed = 離線
reach-failed =
    { $code ->
        [ECONNREFUSED] 離線：那裡沒有程式在監聽
       *[other] 離線：{ $code }
    }
reach-crowded = 連線太多，已中斷
reach-ourselves = 這是 udpqq 自己
## relay: 中繼伺服器上的聊天室

relay-no-answer = 中繼伺服器沒有回應
relay-closed = 中繼伺服器已停止執行
relay-now-at = 現在透過 { $relay }
relay-full = 中繼伺服器的成員已滿
relay-rooms-full = 中繼伺服器的聊天室已滿
relay-busy = 中繼伺服器正忙
relay-apart = 中繼伺服器現在無法保存訊息，所以不收
relay-kicked = 被請出此聊天室；用 /join 請求回來
relay-banned = 管理者不讓我們進入此聊天室
relay-room-closed = 此聊天室已關閉
room-password-wanted = 用 /password 輸入密碼
room-password-wrong = 這不是聊天室的密碼
room-password-none = { $name } 不要密碼
room-password-forgotten = 已忘掉這個聊天室的密碼：下次進入時要再輸入
room-password-not-known = 這裡不知道這個聊天室的密碼
room-password-not-kept = 無法保存聊天室的密碼：{ $path }：{ $reason }
operator-now = 您現在是這台中繼伺服器的管理員，身分 { $name }：用 /order 下令
operator-no-more = 您不再是這台中繼伺服器的管理員
operator-wrong = 這不是管理員 { $name } 的密碼
operator-wanted = 管理員 { $name } 的密碼換了：用 /operator { $name } 輸入
operator-later = 錯誤的密碼太多：過幾分鐘再用 /operator { $name }
operator-nobody = 這台中繼伺服器的成員裡沒有管理員
operator-forgotten = 已忘掉管理員的密碼
operator-not-known = 這裡不知道管理員的密碼
operator-needed = 這裡只有管理員能下令：用 /operator NAME 輸入密碼
operator-busy = 中繼伺服器還沒有回答之前的命令
operator-unanswered = 中繼伺服器沒有回答：不知道「{ $order }」是否已執行
operator-done = 已執行：{ $order }
operator-refused = 未執行：{ $order }
operator-no-room = { $name } 不是中繼伺服器的聊天室：沒有命令可下
header-operator = 管理員
order-password = 密碼只能在中繼伺服器上設，不經過網路：udpqq relay order password ROOM
relay-muted = 管理者目前不讓我們在這裡發言
relay-moderated = 此聊天室只有管理者可以發言
relay-unmoderated = 此聊天室又可以自由發言
relay-slowed = 離上一則訊息太近：此聊天室限制發言間隔
relay-slow = 此聊天室限制發言間隔：每人每 { $seconds } 秒一則訊息
relay-not-slow = 此聊天室不再限制發言間隔
relay-topic = 話題：{ $topic }
relay-no-topic = 此聊天室不再有話題
relay-history-unread = 這期間這裡說的話沒能從中繼伺服器讀到
relay-name-taken = 這個中繼伺服器上已有人用了您的名字；請用 --name 或在 config.toml 裡換一個
relay-bad-name = 中繼伺服器不接受您的名字；請用 --name 或在 config.toml 裡換一個
relay-refused = 中繼伺服器拒絕了我們
relay-no-socket = 無法為中繼伺服器開啟通訊端：{ $code }
relay-too-many = 同時最多只能加入 { $limit } 個中繼聊天室
relay-missed = 漏掉了 { $count } 則訊息或成員變動，中繼伺服器上也已不再保留
remove-not-in-log = 無法為所有人移除這則訊息：中繼伺服器沒有說明它在記錄裡的位置

# 檔案。
fault-files-to-everybody = 檔案只能傳給一個人，不能同時傳給所有人
fault-ourselves = 這個位址就是 udpqq 自己，傳出去沒有別人收得到。用 /listen 可以換一個連接埠
fault-not-offered = 對方不提供該檔案：它不認得這個請求，或已經結束
fault-broken-off = 對方在傳完之前關閉了連線
fault-peer-stopped = 對方已停止
fault-peer-disk = 對方的磁碟已滿或出錯
fault-stalled = 太久沒有收到資料
fault-malformed = 收到的內容不符合通訊協定
fault-changed = 檔案與當初送出時已不相同
fault-disk =
    { $code ->
        [ENOSPC] 磁碟已滿
        [EDQUOT] 您的磁碟配額已滿
        [ENOENT] 資料夾不存在，也無法建立；可用 /set downloads 換一個
        [EROFS] 資料夾為唯讀
        [EACCES] 您無權存取該資料夾或檔案
        [EFBIG] 磁碟不支援這麼大的檔案
        [EIO] 磁碟讀寫失敗
       *[other] 本機無法寫入或讀取（{ $code }）
    }
fault-no-room =
    { $lacking ->
        [unknown] 磁碟空間不足：可用 { $free }，須保留 { $reserved }
       *[other] 磁碟空間不足：可用 { $free }，須保留 { $reserved }，還差 { $lacking }
    }
details-read = 對方表示已有人開啟閱讀

## 區域網路裡的人、檔案的傳送與接收

peer-left = 已離開
peer-another = 此處現為 { $person }
send-no-seals = 無法向 { $name } 傳送密封訊息，沒有送出任何內容
trust-answer-first = { $name } 想和您聊天：請先用 /accept、/decline 或 /ignore 答覆
trust-changed = { $name } 的金鑰變了：在您用 /key 決定之前不會傳送任何內容
trust-blocked = { $name } 已被封鎖；用 /accept 可以重新允許對方聯絡您
trust-no-key = { $name } 沒有金鑰：只有 udpqq:// 對話是加密的
verify-nothing = { $name } 的金鑰沒有標記為已核對，無可取消；用 /verify 核對
trust-key-of-contact = 您已把這把金鑰新增為 { $other }：若是同一個人，請先刪除其中一個；若不是，請用 /key other
trust-nothing-to-decide = 目前沒有什麼需要對 { $name } 決定的
trust-key-replaced = 從這裡開始 { $name } 使用另一把金鑰：{ $now }（原為 { $before }），尚未核對
talk-not-there = { $name } 的程式或通訊協定不支援這個功能，沒有送出任何內容
talk-gone = 那則訊息已不在了
talk-unnamed = { $name } 無法知道指的是哪則訊息，沒有送出任何內容
talk-not-ours = 只能修改或收回自己寫的訊息
talk-too-old = 超過一天的訊息不能再修改或收回
talk-not-sent = 那則訊息沒有送出：請重新傳送，或收回
talk-former-key = 這則訊息傳給了該聯絡人以前的金鑰，只能在本機收回
talk-empty = 沒有文字了：請改為收回這則訊息
talk-no-emoji = 一則訊息下只能放一個表情符號
send-no-several = 不能這樣傳給 { $name }，沒有送出任何內容
offer-no-files = 不能向 { $name } 傳送檔案
offer-nothing = 沒有可以傳送的檔案
offer-too-many = 一則訊息不能帶 { $count } 個檔案，最多 { $limit } 個
offer-gone = 這些檔案已不在手邊，請用 /file 重新傳送
files-nothing-to-accept = 這裡沒有還能接收的檔案
files-nothing-to-decline = 這裡沒有還能拒絕的檔案
files-too-many = 等待接收的檔案不能超過 { $limit } 個
files-accepted = 依 contacts.toml 的設定，自動接收 { $name } 的 { $count } 個檔案
files-done = { $name } 的「{ $file }」已收到
files-done-at = { $name } 的「{ $file }」已收到，儲存為 { $path }
files-broken = { $name } 的「{ $file }」中斷了
files-broken-kept = { $name } 的「{ $file }」中斷了：已收到的部分保留著，再次接受即可繼續
files-skipped = 「{ $name }」中有 { $count } 項被略過：既不是檔案也不是資料夾，或者已經變動
history-sealed = （密封訊息，未拆）
history-unreadable = （加密訊息，udpqq 無法讀取）
history-deleted = （已收回）
history-edit = （修改了之前說的話）
history-deletion = （收回了之前說的話）
history-removal = （聊天室管理者移除了之前的一則訊息）
history-withdrawal = （收回了之前傳送的檔案）
history-reaction = （對之前一則訊息的回應）
history-no-reaction = （收回了表情符號）
history-answers = （回覆「{ $quote }」）
history-file = 檔案「{ $file }」，{ $size } 位元組：{ $fate }
history-folder = 資料夾「{ $file }」：{ $fate }
fate-offered = 待接收
fate-moving = 傳輸中
fate-done = 已完成
fate-done-at = 已完成，{ $path }
fate-declined = 已拒絕
fate-stopped = 已停止
fate-broken = 傳了 { $bytes } 位元組後中斷：{ $why }
fate-withdrawn = 已收回
files-busy = 還在查看其他檔案，請稍後再試
headless-no-receipt = 已交出；沒有人確認收到
headless-undelivered = { $seconds } 秒內沒有金鑰為 { $key } 的人回應，訊息已放棄
headless-undelivered-anywhere = { $seconds } 秒內在這個網路上沒有找到金鑰為 { $key } 的人，訊息已放棄。可用 udpqq://金鑰@主機 這樣的位址指明去處
headless-unacknowledged = 已交出，但 { $seconds } 秒內 { $key } 沒有確認已儲存：無法得知是否送達。對方若還不認得您的金鑰，須先接受
headless-key-secret = 秘密：誰有這些字母，在您的聯絡人眼裡誰就是您。請抄下來，不要給任何人看；udpqq key import 可用它還原
headless-key-sealed = 金鑰現在受這個密碼保護。忘記密碼後只能用 udpqq key export 抄下的字母還原；備份裡的舊副本不受影響
headless-key-unsealed = 金鑰現在沒有密碼
headless-key-type = 請輸入金鑰的字母，然後按 Enter 和 Ctrl-D
headless-receipt-elsewhere = 已從其他連接埠送出（平常的連接埠被本機另一個程式占用），所以收不到回條
chat-greeting = 正在與 { $name } 聊天：{ $lock }。每行傳送一則訊息；/help 列出指令，/quit 或 Ctrl-D 結束
chat-encrypted-compared = 已加密，金鑰已核對
chat-new = --- { $count } 則新訊息 ---
chat-deleted = [訊息已收回]
chat-file = { $name }：{ $fate }
chat-file-kept = 已保留 { $bytes } 位元組，存為 { $name }；/accept 請求其餘部分
chat-mark-waiting = [等待傳送]
chat-mark-sent = [已傳送]
chat-mark-delivered = [已送達]
chat-mark-read = [已讀]
chat-mark-failed = [未傳送：{ $why }]
chat-mark-doubtful = [{ $why }]
chat-gone = 這個對話已經不在了
chat-no-room = { $name } 是一個人：/members 用於聊天室
chat-elsewhere = 有其他人傳來訊息；會留在聊天介面裡，標為未讀
chat-shaken = { $name } 傳來了視窗震動
chat-still-waiting = 還有 { $count } 則傳給 { $name } 的訊息沒有送達
chat-unknown = 這裡沒有指令 /{ $name }：/help 列出可用的指令，其餘指令在聊天介面裡。要傳送以 / 開頭的內容，請以 // 開頭
chat-unknown-near = 這裡沒有指令 /{ $name }；是不是 /{ $near }？要傳送以 / 開頭的內容，請以 // 開頭
chat-members = { $count } 人在線上：{ $names }
chat-members-heard = { $count } 人發過言：{ $names }
chat-help-me = /me 文字：說說您在做什麼
chat-help-hex = /hex 48 65 …：按位元組傳送，每位元組兩位十六進位數
chat-help-file = /file 路徑：傳送檔案或資料夾
chat-help-accept = /accept：同意對方與您聊天，或接收最近傳來的檔案
chat-help-decline = /decline：拒絕對方的請求，或拒絕最近傳來的檔案
chat-help-members = /members：聊天室裡有誰
chat-help-help = /help：列出這些指令。其餘指令在聊天介面裡
chat-help-quit = /quit 或 Ctrl-D：等已寫的訊息交出後結束
listen-kind =
    { $kind ->
        [sealed] [密封，可在聊天介面裡拆開]
        [opened] [密封，已拆]
        [several] [群發]
        [everyone] [傳給所有人]
        [automatic] [自動回覆]
        [unreadable] [已加密，這裡無法閱讀]
        [edit] [修改之前的一則訊息]
        [deletion] [收回之前的一則訊息]
        [removal] [管理者移除了之前的一則訊息]
        [reaction] [回應之前的一則訊息]
       *[other] [{ $kind }]
    }
listen-answers = [回覆「{ $quote }」]
listen-file = [檔案 { $name }，{ $size } 位元組]
listen-folder = [資料夾 { $name }，{ $size } 位元組]
# IP Messenger（飛鴿傳書）。
notice-shake = { $name } 傳來了視窗震動 · 按 Alt-W 回震
notice-nudge = 您向 { $name } 傳送了視窗震動（對方程式支援時可見）
notice-renamed = { $before } 現在改名為 { $now }；金鑰不變
notice-nudge-came = 傳來了視窗震動
notify-command-failed = notify-command 無法執行：{ $reason }
notify-command-status = notify-command 沒有成功：結束狀態為 { $code }
notice-new-message = 有新訊息
notice-in-room = { $name }（{ $room }）
notice-another-person = { $address } 現在是 { $name }（{ $person }）在用，對方另有自己的對話；在這裡寫的內容不會傳給對方
notice-person-back = { $name } 又在 { $address } 了：在這裡寫的內容會傳給對方
notice-picture-lost = 圖片 { $id } 沒有收全，無法顯示
notice-bad-list = 這則訊息的附件清單有誤：其中的檔案都不能接收
notice-left-out = 這則訊息提供的檔案中有 { $count } 個無法使用，已略去
# 傳送檔案。
offer-missing = { $path } 不存在
offer-forbidden = 沒有讀取 { $path } 的權限
offer-unreadable = 無法讀取 { $path }（系統錯誤 { $number }）
offer-no-file = { $path } 既不是檔案也不是資料夾
offer-made-up = { $path } 自稱是空的，其實不是：系統在讀取時才產生它，所以無法傳送；可以先複製成一般檔案
offer-left-out = 有 { $count } 項未包含：連結和特殊檔案不會傳送
offer-too-many-files = 一則訊息最多只能傳送 { $limit } 個檔案；一個資料夾算一個
offer-too-much = 資料夾中的檔案和資料夾超過 { $limit } 個，一則訊息傳不了這麼多
offer-too-deep = 資料夾的層數超過 { $limit } 層，對方無法接收：{ $path }
## files: 訊息所附的檔案、密封訊息、離開狀態

file-waits = 尚未接收
file-offered = 待接收
file-queued = 排隊中
file-fetched = 對方已接收
file-done = 完成
file-declined = 已拒絕
file-stopped = 已停止
file-broken = 已中斷
file-withdrawn = 已收回
file-gone = 對方不再提供
file-stalled = 等待中
file-left = 剩餘 { $time }
file-saved = 已儲存為 { $path }
file-kept = 已保留 { $size }，存為 { $name }
file-goes-on = Ctrl-O Enter 請求其餘部分
file-tries-again = Ctrl-O Enter 重試
file-interrupted = 在本機中斷
offer-keys = Ctrl-O Enter 接收，d 拒絕
offer-keys-all =
    Ctrl-O Enter 接收{ $count ->
        [1] 剩下的一個
       *[other] 全部 { $count } 個
    }{ $size ->
        [none] { "" }
       *[other] （{ $size }）
    }，d 拒絕；Tab 選其中一個
picture-box = 圖片 { $width }x{ $height }
picture-too-large = 圖片 { $width }x{ $height } 像素太多，不顯示
picture-too-costly = 圖片占用的記憶體或時間過多，不顯示
picture-damaged = 圖片已損毀，無法顯示
picture-no-format = 不是已知格式的圖片（PNG、JPEG、GIF、WebP）
picture-gone = 圖片已無法讀取
picture-hidden = 圖片未顯示 · Ctrl-O Enter 顯示
picture-opening = 正在用外部程式開啟圖片
picture-no-window = 這裡無法開啟視窗；圖片在 { $path }
picture-not-opened = 無法開啟圖片：{ $reason }
offer-not-here = 無法向 { $name } 傳送檔案：這種連線不支援檔案
nudge-not-here = 只能向 IP Messenger 聯絡人傳送視窗震動，{ $name } 不是
nudge-too-soon = 剛向 { $name } 傳過視窗震動：每十秒最多一次
clipboard-elsewhere = 剪貼簿裡的圖片沒有傳送：現在開啟的是別處。/file 可再試
clipboard-no-picture = 剪貼簿中沒有圖片
clipboard-too-large = 剪貼簿中的圖片太大
clipboard-no-file = 無法寫出剪貼簿中的圖片
text-not-written = 無法將要傳送的文字寫成檔案：{ $reason }
clipboard-no-display = 要傳哪個檔案？輸入 /file PATH，Tab 自動完成。不寫 PATH 時傳送剪貼簿裡的圖片，那需要桌面環境，這裡沒有
clipboard-no-wl-paste = 要傳哪個檔案？輸入 /file PATH，Tab 自動完成。不寫 PATH 時傳送剪貼簿裡的圖片，那需要 wl-paste（wl-clipboard），尚未安裝
clipboard-no-xclip = 要傳哪個檔案？輸入 /file PATH，Tab 自動完成。不寫 PATH 時傳送剪貼簿裡的圖片，那需要 xclip，尚未安裝
offer-nothing-to-accept = 這裡沒有可以接收的檔案
offer-nothing-to-decline = 這裡沒有可以拒絕的檔案
offer-nothing-to-stop = 這裡沒有正在傳輸的檔案，您也沒有送出檔案
offer-file-not-open = 這個檔案已不提供，或已在傳輸中
offer-no-number = 「{ $given }」不是檔案的編號；第一個檔案是 1
offer-no-such-file = 沒有這個編號的檔案；這則訊息附有 { $count } 個
offer-end-not-held = 請先移到最新訊息（Alt-End）：最新的檔案不在畫面上
tag-sealed = 密封
tag-opened = 密封，已拆
tag-several = 群發
tag-everyone = 傳給所有人
tag-automatic = 自動回覆
tag-another-port = 來自另一個連接埠
scrollback-sealed = ▣ 密封訊息。按 Ctrl-O Enter 拆開，對方會收到已讀回條
scrollback-read = 已讀
scrollback-edited = 已修改
scrollback-change-failed = 修改未傳送：{ $why }。
scrollback-deletion-failed = 收回未能通知對方：{ $why }。
scrollback-withdrawal-failed = 收回檔案未能通知對方：{ $why }。
scrollback-reaction-failed = 表情符號未傳送：{ $why }。
scrollback-deleted = 訊息已收回
scrollback-removed = 訊息已被聊天室管理者移除
scrollback-reply-gone = 已不在這裡
scrollback-empty-message = （空訊息）
scrollback-unreadable-message = ▣ 加密方式不同，這裡無法閱讀
seal-not-here = 無法向 { $name } 傳送密封訊息：這種連線不支援
several-nobody = 這裡沒有可以群發的對象
several-not-there = 無法向 { $name } 群發
several-same-name = 有多人叫 { $name }；請先將所指的那位新增為聯絡人（Alt-C）
command-quote-open = 引號沒有成對
away-usual = 我暫時不在
header-typing = 正在輸入…
header-away = 離開
header-away-text = 離開：{ $text }
status-away = 您已離開：{ $text }
status-transfers = { $count } 個檔案
flash-several = 已傳給 { $count } 人
flash-several-group = { $group }：已傳給 { $count } 人{ $away ->
    [0] {""}
   *[other] ，其中 { $away } 人現在不在線
}{ $left ->
    [0] {""}
   *[other] ；有 { $left } 人因金鑰而未傳送
}
flash-away-hidden = 已設為離開；但您沒有在網路上公開自己，所以不會有人知道（/set visible true）
flash-away-off = 已設為離開；但 { $scheme } 已關閉，所以沒有人會知道
flash-visible-everybody = 這個網路上的所有人現在都看得到您
flash-visible-contacts = 現在只有知道您公鑰的人看得到您
flash-visible-nobody = 不再讓任何人知道您在線上
flash-reads-on = 您信任的人看得到您已讀，您也看得到對方已讀
flash-reads-off = 不再讓任何人知道您已讀，您也看不到對方已讀
flash-visible-off = { $scheme } 已關閉，別人看不到您；/set listen.{ $scheme } 可在下次啟動時開啟它
flash-away = 別人會看到您已離開。再用 /away 表示回來
flash-back = 別人會看到您已回來
flash-no-path = 沒有以此開頭的檔案或資料夾
hint-fetch = 接收
hint-link = 開啟連結
hint-copy-link = 複製連結
hint-picture = 查看圖片
hint-decline = 拒絕
hint-stop = 停止
hint-unseal = 拆開
hint-next-file = 選檔案
key-complete-back = 上一個自動完成
key-next-file = 逐個選擇訊息中的檔案
key-previous-file = 上一個檔案
key-take = 接收檔案、拆開密封訊息、顯示圖片或開啟連結；否則顯示全文
key-decline = 拒絕檔案；否則顯示詳情
command-file = 傳送檔案和資料夾，不寫路徑則傳送剪貼簿中的圖片；空格用引號或 \ 保留，Tab 自動完成
command-accept = 接收最近的檔案，或其中一個；或接受對方的聊天請求
command-auto-accept = 自動接收這個聯絡人不超過某個大小（如 20MB）的檔案；off 恢復詢問
auto-accept-up-to = { $name } 一次傳送不超過 { $size } 的檔案會自動接收
auto-accept-off = { $name } 的每個檔案都會先詢問您
auto-accept-contacts = 這個設定只隨已新增的聯絡人儲存：請先用 /add 或 Alt-C 新增 { $name }，再用 /auto-accept
command-keep = 此後在這裡說的話，本機副本過一段時間（如 7d、12h、30m）就刪除；off 則保留。對方保有自己的副本，也不會收到通知
keep-for =
    此後與 { $name } 說的話，本機存放 { $count } { $unit ->
        [m] 分鐘
        [h] 小時
       *[d] 天
    }後就刪除；對方保有自己的副本
keep-off = 此後與 { $name } 說的話都會保留
keep-contacts = 這個設定只隨已新增的聯絡人儲存：請先用 /add 或 Alt-C 新增 { $name }，再用 /keep
details-kept =
    本機副本 | 訊息存入 { $count } { $unit ->
        [m] 分鐘
        [h] 小時
       *[d] 天
    }後就刪除；對方保有自己的副本
details-expires = 本機副本 | { $time } 刪除
header-kept =
    保留 { $count } { $unit ->
        [m] 分鐘
        [h] 小時
       *[d] 天
    }
auto-accept-not-here = 無法證明檔案來自 { $name }，因此每個都會先詢問您
command-decline = 拒絕最近的檔案，或拒絕聊天請求
command-stop = 停止正在傳輸的檔案，或收回您最近送出的檔案
command-seal = 傳送密封訊息，對方拆開時您會收到已讀回條
command-everyone = 傳給這個網路上的所有人
command-to = 群發：分別傳給幾個人
command-away = 讓別人看到您已離開；不帶文字再用一次表示回來
command-nudge = 傳送視窗震動（飛秋等可見）
details-delivered-unverified = ✓✓ 已送達，未經驗證：對方這麼說，但無法證明對方是誰
details-sealed = 密封訊息：拆開時傳送者會收到已讀回條。
details-several = 群發：分別傳給了幾個人。
details-everyone = 傳給了這個網路上的所有人。
details-automatic = 由程式自動回覆，因為沒有人在。
details-answers = 回覆 | { $name }：{ $words }
details-answers-quote = 回覆 | { $words }
details-deleted = 收回於 | { $time }
details-removed = 被聊天室管理者移除於 | { $time }
details-deleted-here = 只在本機收回 | { $time }
details-version-first = 最初寫的 | { $words }
details-version = { $time } 改為 | { $words }
details-reactions = 表情符號 | { $list }
details-reaction-own = { $emoji }（您）
details-reaction = { $emoji }（{ $name }）
details-unreadable = 加密方式不同，這裡無法閱讀。
details-file = 檔案 | { $name }，{ $bytes } 位元組，{ $state }
details-reach-here = 在線上
details-reach-unseen = 尚未出現
details-name = 名字 | { $text }
details-group = 群組 | { $text }
details-user = 使用者 | { $text }
details-host = 主機 | { $text }
details-program = 程式 | { $text }
details-away = 離開 | { $text }
details-motto = 簽名 | { $text }

# 沒有名字的對話。
name-everybody = 所有人
name-network = 這個網路

# 說明中解釋的標記。
sign-waiting = 等待中：尚未交給網路
sign-sent = 已交給網路；明文無法得知更多
sign-delivered = 對方已收到：兩個 udpqq 之間有證明；在聊天室裡表示中繼伺服器已保存；其他程式則無法證明是誰說的
sign-failed = 失敗；原因寫在下方
sign-sealed = 密封：拆開之前看不到內容，拆開後對方會收到已讀回條
sign-files = 檔案和資料夾：Ctrl-O 選擇，Enter 接收，d 拒絕，x 停止；y 複製儲存位置
sign-here = 在線上，或啟動後收到過訊息
sign-writing = 正在給您寫訊息
sign-away = 在線上，但暫時離開
sign-left = 已離開，或對方的連接埠沒有程式在監聽
sign-unknown = 未知
sign-seeking = 正在連線
sign-out = 您不在這個聊天室
sign-unread = 傳給您的未讀訊息
sign-chatter = 聊天室裡的未讀訊息
sign-muted = 靜音（/mute）的未讀訊息：不計入總數
sign-folded = 已摺疊：點擊或用 /fold 展開

## keys
lock-inside = 在本程式內
lock-pinned = 已加密，未核對
lock-pinned-short = 金鑰未核對
lock-pinned-brief = 未核對
lock-verified = 已加密，已於 { $date } 核對
lock-verified-short = 已核對
lock-requested = 想和您聊天
lock-requested-brief = 請求
lock-changed = 金鑰已變 · 已停止傳送 · /key
lock-changed-short = 金鑰已變 · /key
lock-changed-brief = 金鑰已變
lock-blocked = 已封鎖：不接收也不傳送
lock-blocked-short = 已封鎖
header-present = 在線上
rule-waits = 等 { $name } 上線後送達
rule-to = 傳給 { $name }
rule-room = 傳給 { $name } 中的所有人
rule-requested = 傳給 { $name }：請先答覆
rule-requested-short = 請先答覆
rule-changed = 傳給 { $name }：已停止傳送
rule-changed-short = 已停止傳送
rule-blocked = 傳給 { $name }：已封鎖
rule-reply = ，回覆 { $name }
rule-reply-short = ，回覆
rule-editing = ，修改中
rule-typing = { $name } 正在輸入…
composer-no-reply = 取消回覆
composer-replace = 取代 · Esc 不改
composer-requested = /accept 接受   /decline 拒絕   /ignore 封鎖   Alt-N 對方是誰
composer-changed = 可以寫草稿，會保留在這裡
composer-blocked = /accept 可以重新允許對方聯絡您
notice-requested = 這把金鑰尚未核對。在您接受之前，對方不會得知任何事，包括您是否讀了這則訊息。
notice-blocked = 對方的訊息不會接收，也不能向對方傳送。
notice-changed = 有人用另一把金鑰自稱是 { $name }。在您決定之前不會傳送任何內容。
notice-changed-since = { $time } 起有另一把金鑰自稱是 { $name }。在您決定之前不會傳送任何內容。
notice-key-before = 原金鑰  { $key }
notice-key-compared = 原金鑰  { $key }  已於 { $date } 核對
notice-key-now = 新金鑰  { $key }
notice-key-from = 新金鑰  { $key }  來自 { $from }
notice-same = 是同一個人，換了金鑰
notice-other = 是另一個人
notice-ignore = 不理會新的金鑰
question-compare = 請與 { $name } 當面或透過語音核對這個號碼。如果中間沒有別人，雙方看到的應該相同：
question-compare-keys = s 相同 · x 不同 · Esc 以後再說
question-compare-first = PgDn 看其餘部分 · x 不同 · Esc 以後再說
question-compare-unseen = 未標記。請先看完整個號碼：按 PgDn，或放大視窗
flash-not-compared = 沒有標記：只有 s 表示號碼相同
question-differs = 您和 { $name } 之間可能有人竊聽。要封鎖這把金鑰嗎？之後既不讀取對方的內容，也不傳送給對方，直到用 /accept 解除。
flash-compared = 已標記為與 { $name } 核對過
flash-differs = { $name } 已封鎖：雙方之間可能有人竊聽。/accept 可解除
flash-declined = 已忘記 { $name }，本次執行期間對方不能再次請求
flash-key-copied = 已複製
flash-code-too-large = QR 碼需要 { $columns } 欄、{ $rows } 列：請放大視窗
code-no-room = 放不下 QR 碼
popup-code = 請掃描
popup-keys = 金鑰
key-own = 您的金鑰：
key-own-address = 您的位址，供別人新增：
key-of = { $name } 的金鑰：
key-no-own = 啟動時沒有開啟您的金鑰，沒有可核對的
key-not-changed = { $name } 的金鑰沒有變
details-trust = 信任 | { $state }
details-key = 金鑰 | { $key }
details-seen = 目前的位置 | { $from }
details-known = 第一則訊息 | { $date }
details-notices-all = 通知 | 開
details-notices-mention = 通知 | 只在提到您的名字時
details-notices-none = 通知 | 關
details-files-ask = 對方的檔案 | 每次詢問（contacts.toml 中的 accept）
details-files-up-to = 對方的檔案 | 一則訊息不超過 { $size } 時直接接收，不再詢問（contacts.toml 中的 accept）
details-authenticated = 已證實：由持有這個對話金鑰的人傳送。
help-locks = 名字旁的鎖
sign-pinned = 已加密；尚未核對金鑰（/verify）
sign-verified = 已加密，且已核對金鑰
sign-requested = 想和您聊天：/accept、/decline 或 /ignore
sign-changed = 有另一把金鑰自稱是此聯絡人：/key
sign-blocked = 已封鎖
command-verify = 核對雙方金鑰的號碼；off 取消
command-key = 查看雙方的金鑰；或處理變更的金鑰

## wire
wire-other = 不是 UTF-8；按 { $encoding }：{ $text }
wire-other-short = { $encoding }：{ $text }
wire-encrypted = 已加密（{ $scheme }）
wire-no-text = 不是文字（{ $scheme }）
wire-refused = 未送出：系統拒絕
wire-lost = 被 /lab 丟棄
wire-doubled = 被 /lab 重複
wire-late = 被 /lab 延後
wire-left-out = 封包太多，有 { $count } 個沒有顯示
wire-saved = { $count } 個封包已寫入 { $path }
wire-too-few = 限時內只經過 { $count } 個封包，需要 { $wanted } 個
wire-no-place = { $name } 沒有寫明位址，無法認出它的封包：請寫「IP:連接埠」，或用聯絡人的名字
help-wire = 在 /wire 頁面中
key-wire-pause = 暫停，再按繼續
key-wire-filter = 只顯示符合所有詞的：文字、位址、in、out、udp、tcp
key-wire-save = 把顯示的內容存給 Wireshark（pcap）
key-wire-clear = 清空已保留的內容
key-wire-bytes = 下方顯示位元組或文字
key-wire-whole = 完整顯示封包
key-wire-oldest = 第一個封包
key-wire-newest = 最後一個封包，並跟隨
hint-wire-pause = 暫停
hint-wire-filter = 篩選
hint-wire-bytes = 位元組或文字
hint-wire-save = 存為 pcap
hint-wire-save-short = 儲存
hint-wire-whole = 完整
hint-wire-newest = 跟隨
hint-wire-clear = 清空
hint-wire-keep = 確定
hint-wire-no-filter = 不篩選
hint-wire-write = 儲存
wire-title = 線路
wire-everybody = 所有人
wire-both-ways = 雙向
wire-in-only = 收到的
wire-out-only = 送出的
wire-running = 進行中
wire-paused = 已暫停
wire-packets = { $count } 個封包
wire-missing = 漏掉 { $count } 個
wire-no-filter = 篩選：無
wire-filter-is = 篩選：{ $filter }
wire-head-time = 時間
wire-head-place = 來自或傳往
wire-head-bytes = 位元組
wire-head-text = 文字
wire-nothing-yet = 開啟此頁後還沒有資料經過。加密的內容在這裡也是加密的。
wire-nothing-of = 開啟本頁以來，沒有與 { $name } 之間的資料經過。
wire-none-shown = 保留的內容中沒有符合篩選或屬於此聯絡人的。
wire-bytes-from = { $bytes } 位元組，來自 { $address }
wire-bytes-to = { $bytes } 位元組，傳往 { $address }
wire-byte-at = { $name } 在 { $at }
wire-filter-asked = 篩選：
wire-save-asked = 將 { $count } 個封包存為
wire-waiting = { $count ->
    [0] 已暫停
   *[other] 已暫停，又有 { $count } 個
}
wire-following = 跟隨中
wire-below = ↓ 還有 { $count } 個
wire-unknown = 沒有聯絡人「{ $name }」。/wire all 顯示全部
wire-nothing-to-save = 沒有可儲存的內容
flash-wire-kept = 已停止查看。{ $count } 個封包保留到 udpqq 結束為止，/wire 可再次顯示

## lab
lab-banner = 實驗：{ $name }
list-lab = 實驗
lab-counts = { $seen } 個中遺失 { $lost }，重複 { $doubled }，延後 { $late }
lab-on = 實驗：{ $name }，{ $settings }。{ $seen } 個資料包中遺失 { $lost }，重複 { $doubled }，延後 { $late }。/lab off 結束
lab-ended = { $name } 的網路已恢復正常。{ $seen } 個資料包中遺失 { $lost }，重複 { $doubled }，延後 { $late }
lab-none = 沒有進行中的實驗。/lab loss=20% delay=200ms dup=5% reorder=10% 在此對話中開始，雙向生效
lab-nothing = 這樣不會有任何效果：至少寫一項 loss=20% delay=200ms dup=5% reorder=10%
lab-unknown = 「{ $word }」：只有 loss=20% delay=200ms dup=5% reorder=10% 和 off
lab-no-share = 「{ $word }」：比例為 0 到 100，如 loss=20% 或 loss=0.5%
lab-no-delay = 「{ $word }」：延遲最多 10s，如 delay=200ms
lab-streams = { $name } 使用 TCP，不會遺失資料；實驗需要資料包
lab-no-place = 還不知道 { $name } 在哪裡：請先傳一則訊息，再用 /lab

## popup-key：彈窗下邊框裡的按鍵

popup-key-open = 開啟
popup-key-several = 選多人用 /to 傳送
popup-key-do = 執行
popup-key-take = 採用
popup-key-go = 前往
popup-key-choose = 選擇
popup-key-scroll = 捲動
popup-key-close = 關閉
popup-key-again = 重新檢查
popup-key-report = 複製結果
popup-key-compare = 核對
popup-key-copy-key = 複製金鑰
popup-key-copy-address = 複製位址
popup-key-code = QR 碼
popup-key-mute = 靜音
popup-key-pin = 置頂
popup-count = { $shown } / { $all }
popup-go-to-address = 按 Enter 開啟此位址
popup-help-hint = 輸入文字以尋找按鍵或指令
go-to-group = 群組 · { $count } 人
several-no-group = 這裡沒有人自稱屬於群組「{ $name }」
scrollback-nothing = 還沒有訊息
scrollback-reading = …
help-first = 入門
first-write = 傳送下方寫好的內容
first-choose = 沒有寫內容時選擇對話
first-go = 用名字的一部分前往任何人
first-add = 新增聯絡人，或把這個陌生人新增為聯絡人
first-select = 選一則訊息：複製、回覆、查看位元組
first-command = 邊輸入邊列出所有指令
first-file = 傳送檔案和資料夾
first-help = 本頁
first-quit = 結束

form-first-start-seen = { $count ->
    [one] 這個網路
   *[other] 這些網路
}（{ $where }）上使用 udpqq、IP Messenger、iptux 或飛秋的人會看到您，名字是「{ $name }」；您也看得到他們。
form-first-start-hidden = 不讓任何人知道您在線上，只有收到您訊息的人知道；您仍看得到別人。
form-first-start-alone = 目前沒有網路，連上之前沒有人看得到您。
form-own-name = 您的名字
form-colours = 配色
form-sample = 您好 Hello
form-hint-first = Enter 儲存 · ↑↓ 下一項 · ←→ 更改 · Esc 以後再問
flash-first-later = 下次啟動時再問；在那之前不讓任何人知道您在線上
theme-auto = 依終端機：{ $theme }
theme-dark = 深色
theme-light = 淺色
theme-classic = 經典
theme-mono = 無色彩
rule-all = { $count ->
    [0] 傳給 { $where } 上的所有人
   *[other] 傳給 { $where } 上的全部 { $count } 人
}
welcome-echo = 還沒有訊息。無論您寫什麼，{ $name } 都會回覆。
welcome-add = 依位址新增聯絡人：127.0.0.1:9000
welcome-go = 依名字的一部分前往任何人
welcome-join = 進入這個網路的聊天室
welcome-select = 選一則訊息：複製、回覆、查看位元組
welcome-help = 所有按鍵
welcome-quit = 離開
welcome-doctor = 說明可能是什麼在妨礙
sight-no-network = 沒有網路：任何資料都送不出去。/doctor 說明原因。
sight-hidden = 沒有人看得到您：/set visible true
sight-contacts = 只有知道您公鑰的人看得到您：/set visible true
sight-off = 沒有人看得到您：向別人公布您的功能已關閉。/doctor 說明原因。
sight-alone-first = 您在 { $where } 上可見，名字是「{ $name }」。還沒有人回應；有人在時會自動出現在「區域網路」下。
sight-alone = 在 { $where } 上可見，名字是「{ $name }」。自 { $time } 起沒有人回應。
sight-seen = 您在 { $where } 上可見，名字是「{ $name }」。還有誰在，請看清單。

## completion：輸入框上方的補全

completion-take = 採用
completion-choose = 選擇
completion-close = 關閉
completion-now = 目前值
setting-name = 別人看到的名字
setting-group = 您所屬的群組
setting-language = 介面語言
setting-visible = 此網路上誰能看到您
setting-theme = 配色
setting-list = 清單中每個名字占幾行：two 顯示最近一句
setting-pictures = 對話中的圖片用什麼方式顯示
setting-mouse = 用滑鼠點擊和捲動
setting-bell = 有訊息時響鈴
setting-hyperlinks = 讓連結可以點擊（OSC 8）
setting-title = 在視窗標題顯示未讀數
setting-notify = 您沒在看時終端機用什麼方式顯示通知
setting-notify-content = 通知寫明誰說了什麼
setting-notify-command = 您沒在看時有訊息就執行的一行 shell 指令
setting-typing = 讓信任的人看到您正在輸入
setting-reads = 讓信任的人看到您讀到哪裡
setting-greeting = 進入聊天室時傳送的話
setting-downloads = 檔案儲存到哪裡
setting-legacy-encoding = 未說明編碼的人所用的編碼
command-accept-request = 接受對方的聊天請求
command-decline-request = 拒絕聊天請求；對方不會得知
details-pinned = 清單 | 已置頂
setting-announce = 廣播到不了的地方，向哪些位址打招呼
value-true = 是
value-false = 否
value-visible-true = 此網路上所有人可見
value-visible-contacts = 只有知道您金鑰的人可見
value-visible-false = 無人可見
value-theme-auto = 隨終端機的深淺
value-theme-dark = 深色背景
value-theme-light = 淺色背景
value-theme-classic = 教學的配色
value-theme-mono = 不用顏色
value-list-auto = 螢幕夠大時占兩行
value-list-one = 每個名字占一行
value-list-two = 占兩行，第二行顯示最近一句
value-pictures-auto = 終端機支援的最佳方式
value-pictures-kitty = 用 Kitty 的協定
value-pictures-iterm2 = 用 iTerm2 的協定
value-pictures-sixel = 用 sixel
value-pictures-blocks = 用彩色方塊，任何終端機都行
value-pictures-off = 不顯示
value-notify-all = 全部提醒
value-notify-mention = 只提醒提到您名字的
value-notify-none = 都不提醒
value-notify-auto = 終端機支援的最佳方式
value-notify-osc9 = 用 OSC 9：iTerm2、WezTerm、ConEmu
value-notify-osc777 = 用 OSC 777：urxvt、foot、Ghostty
value-notify-osc99 = 用 OSC 99：Kitty
value-notify-bell = 只響鈴
value-notify-off = 不通知
value-encoding-auto = 取消所選編碼
value-utf-8 = 所有語言；通常用它
value-gbk = 簡體中文，Windows 常用
value-gb18030 = 全部漢字；相容 GBK
value-gb2312 = 簡體中文，最早的編碼
value-big5 = 繁體中文
value-shift_jis = 日文，Windows 常用
value-euc-kr = 韓文
value-newline-none = 訊息後面什麼也不加
value-newline-lf = 換行（0a），Unix 的寫法
value-newline-crlf = 0d 0a，Windows 和序列埠的寫法
value-newline-cr = 歸位（0d）
value-newline-nul = 零位元組（00），C 程式的寫法
value-newline-auto = 隨對方
value-forget = 這裡不再記得
value-order-kick = 請某人離開一分鐘
value-order-ban = 請某人離開並不再放進來：名字，可加時間，如 10m
value-order-unban = 重新放某人進來
value-order-mute = 某人只能聽不能寫：名字，可加時間，如 10m
value-order-unmute = 某人又能寫了
value-order-bans = 誰被封鎖或禁言
value-order-slow = 一個成員兩則訊息之間的秒數，或 off
value-order-moderated = 只有管理者能寫：on 或 off
value-order-topic = 聊天室的話題
value-order-close = 請所有人離開並關閉這個聊天室
value-order-open = 重新開啟關閉的聊天室
value-history-50 = 一兩個畫面
value-history-200 = 幾個畫面
value-history-1000 = 一次最多讀取的數量
value-keep-1h = 一小時後刪除本機副本
value-keep-1d = 一天後刪除本機副本
value-keep-7d = 一週後刪除本機副本
value-keep-30d = 三十天後刪除本機副本
value-keep-off = 保留本機副本
value-auto-accept-1MB = 1 MB 以內不再詢問
value-auto-accept-20MB = 20 MB 以內不再詢問
value-auto-accept-1GB = 1 GB 以內不再詢問
value-auto-accept-off = 每個檔案都詢問
value-lab-loss = 遺失的比例
value-lab-delay = 延遲的時間
value-lab-dup = 重複的比例
value-lab-reorder = 亂序的比例
value-lab-off = 結束模擬
value-verify-off = 不再算作已核對
value-announce-off = 只在自己的網路上公布
value-key-same = 是同一個人，換了金鑰
value-key-other = 是另一個人
value-key-ignore = 不理會新的金鑰
value-wire-all = 經過本機通訊端的全部資料
value-search-from = 誰寫的：from:alex
value-search-me = 自己寫的
value-search-in = 在哪個對話中：in:alex
value-search-after = 某天起：after:yesterday
value-search-before = 某天之前：before:2026-11-21
value-room-usual = 此網路上所有人
value-listen-usual = 通常的位置
value-listen-off = 不監聽
value-fold-section = 清單的一部分
value-fold-group = 一個同事群組
value-fold-host = 同一部機器的各個連接埠
