//! Orders of whoever runs the relay, over a socket of this machine: one line of words, answered by one line of sentences.
//!
//! Both ends are udpqq. Words and sentences go as JSON; a sentence travels as a key and its arguments, so that whoever
//! orders reads it in their own language. Only the user that runs the relay, and root, is heard.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::dialects::relay::order_texts::order_sentence;
use crate::model::Phrase;
use crate::model::phrase::Value;

/// Bytes of an order, and of an answer: all bans there can be.
const MAX_ORDER: u64 = 8 * 1_024;
const MAX_ANSWER: u64 = 4 * 1_024 * 1_024;
/// Time for one of them: it is answered between two datagrams.
const MAX_TIME: Duration = Duration::from_secs(5);
/// After an error of the system, such as too many open files, which will not be better at once.
const PAUSE: Duration = Duration::from_millis(200);

/// What an order came to: sentences, or why nothing was done.
pub type OrderOutcome = Result<Vec<Phrase>, Phrase>;

/// An order on its way to the relay.
#[derive(Debug)]
pub(super) struct OrderRequest {
    pub(super) words: Vec<String>,
    pub(super) reply: oneshot::Sender<OrderOutcome>,
}

/// An answer as it goes over the socket.
#[derive(Serialize, Deserialize)]
struct AnswerLine {
    done: bool,
    said: Vec<SentenceLine>,
}

#[derive(Serialize, Deserialize)]
struct SentenceLine {
    key: String,
    args: Vec<(String, ArgLine)>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum ArgLine {
    Number(i64),
    Text(String),
}

impl From<&Phrase> for SentenceLine {
    fn from(phrase: &Phrase) -> Self {
        let arg = |value: &Value| match value {
            Value::Number(number) => ArgLine::Number(*number),
            Value::Text(text) => ArgLine::Text(text.clone()),
        };
        let args = phrase.args.iter().map(|(name, value)| ((*name).to_owned(), arg(value)));
        Self { key: phrase.key.to_owned(), args: args.collect() }
    }
}

impl SentenceLine {
    /// `None`: another udpqq says what this one has no text for.
    fn phrase(self) -> Option<Phrase> {
        let value = |value| match value {
            ArgLine::Number(number) => Value::Number(number),
            ArgLine::Text(text) => Value::Text(text),
        };
        order_sentence(&self.key, self.args.into_iter().map(|(name, arg)| (name, value(arg))))
    }
}

fn encode(outcome: &OrderOutcome) -> String {
    let said = match outcome {
        Ok(said) => said.iter().map(SentenceLine::from).collect(),
        Err(why) => vec![SentenceLine::from(why)],
    };
    // Plain structs of texts and numbers always serialise.
    serde_json::to_string(&AnswerLine { done: outcome.is_ok(), said }).unwrap_or_default() + "\n"
}

fn decode(line: &str) -> Option<OrderOutcome> {
    let AnswerLine { done, said } = serde_json::from_str(line).ok()?;
    let mut said = said.into_iter().map(SentenceLine::phrase).collect::<Option<Vec<Phrase>>>()?;
    if done { Some(Ok(said)) } else { said.pop().map(Err) }
}

fn failed(error: &impl ToString) -> Phrase {
    Phrase::new("relay-order-failed").text("reason", error.to_string())
}

/// The socket while it is open.
#[derive(Debug)]
pub(super) struct OrderSocket {
    #[cfg(unix)]
    listener: tokio::net::UnixListener,
    /// Kept by whoever outlasts the task that serves it.
    pub(super) file: Option<SocketFile>,
}

/// The file of the socket, which goes with it.
#[derive(Debug)]
pub(super) struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0).is_ok();
    }
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::PermissionsExt as _;

    use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::unix::UCred;
    use tokio::net::{UnixListener, UnixStream};

    use super::{
        MAX_ANSWER, MAX_ORDER, MAX_TIME, OrderOutcome, OrderRequest, OrderSocket, PAUSE, Path, Phrase,
        SocketFile, decode, encode, failed, mpsc, oneshot,
    };

    impl OrderSocket {
        /// Opens it. Must be called inside a tokio runtime with I/O.
        ///
        /// # Errors
        /// Another relay hears orders there, or there can be no socket.
        pub(in super::super) async fn open(path: &Path) -> io::Result<Self> {
            // Of a relay that was killed.
            if UnixStream::connect(path)
                .await
                .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
            {
                fs::remove_file(path)?;
            }
            let listener = UnixListener::bind(path)?;
            fs::set_permissions(path, Permissions::from_mode(0o600))?;
            Ok(Self { listener, file: Some(SocketFile(path.to_owned())) })
        }

        /// Hands on one order after the other, until it is dropped.
        pub(in super::super) async fn serve(self, orders: mpsc::Sender<OrderRequest>) {
            loop {
                match self.listener.accept().await {
                    Ok((stream, _)) => {
                        // A failure is that of whoever ordered.
                        let _done = tokio::time::timeout(MAX_TIME, attend(stream, orders.clone())).await;
                    }
                    Err(_too_many_open_files) => tokio::time::sleep(PAUSE).await,
                }
            }
        }
    }

    async fn attend(stream: UnixStream, orders: mpsc::Sender<OrderRequest>) -> io::Result<()> {
        let own = rustix::process::geteuid();
        let is_ours = |peer: UCred| peer.uid() == own.as_raw() || peer.uid() == 0;
        if !stream.peer_cred().is_ok_and(is_ours) {
            return Ok(());
        }
        let (reader, mut writer) = stream.into_split();
        let mut line = String::new();
        BufReader::new(reader).take(MAX_ORDER).read_line(&mut line).await?;
        let Ok(words) = serde_json::from_str(&line) else {
            let unknown = Phrase::new("relay-order-unknown").text("order", "…");
            return writer.write_all(encode(&Err(unknown)).as_bytes()).await;
        };
        let (reply, answer) = oneshot::channel();
        let gone = || Phrase::new("relay-order-gone");
        let outcome = match orders.send(OrderRequest { words, reply }).await {
            Ok(()) => answer.await.unwrap_or_else(|_gone| Err(gone())),
            Err(_gone) => Err(gone()),
        };
        writer.write_all(encode(&outcome).as_bytes()).await
    }

    /// Orders something of the relay that listens there.
    pub(super) async fn send(path: &Path, words: &[String]) -> OrderOutcome {
        let mut stream =
            UnixStream::connect(path).await.map_err(|_none| Phrase::new("relay-order-no-relay"))?;
        let order = serde_json::to_string(words).unwrap_or_default() + "\n";
        stream.write_all(order.as_bytes()).await.map_err(|error| failed(&error))?;
        let mut answer = String::new();
        let mut reader = BufReader::new(stream).take(MAX_ANSWER);
        reader.read_line(&mut answer).await.map_err(|error| failed(&error))?;
        decode(&answer).unwrap_or_else(|| Err(failed(&answer.trim())))
    }
}

#[cfg(not(unix))]
mod unix {
    use super::{OrderOutcome, OrderRequest, OrderSocket, Path, Phrase, mpsc};

    impl OrderSocket {
        pub(in super::super) async fn open(_path: &Path) -> std::io::Result<Self> {
            Err(std::io::ErrorKind::Unsupported.into())
        }

        pub(in super::super) async fn serve(self, _orders: mpsc::Sender<OrderRequest>) {
            std::future::pending().await
        }
    }

    pub(super) async fn send(_path: &Path, _words: &[String]) -> OrderOutcome {
        Err(Phrase::new("relay-order-no-relay"))
    }
}

/// Orders something of the relay that listens there: words as [`crate::dialects::relay::server::RelayOrder::parse`] reads
/// them.
pub async fn send_order(path: &Path, words: &[String]) -> OrderOutcome {
    match tokio::time::timeout(MAX_TIME, unix::send(path, words)).await {
        Ok(outcome) => outcome,
        Err(_too_long) => Err(Phrase::new("relay-order-gone")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_as_it_was_given() {
        let banned =
            Phrase::new("relay-order-banned").text("name", "ann\u{1b}").number("count", 2).text("unit", "h");
        for outcome in [
            Ok(vec![banned.clone(), Phrase::new("relay-order-no-bans")]),
            Ok(Vec::new()),
            Err(Phrase::new("relay-order-nobody").text("name", "二")),
        ] {
            let line = encode(&outcome);
            assert!(line.ends_with('\n') && !line.trim_end().chars().any(char::is_control), "{line:?}");
            assert_eq!(decode(&line), Some(outcome));
        }
        for odd in
            ["", "{}", r#"{"done":true,"said":[{"key":"evil","args":[]}]}"#, r#"{"done":false,"said":[]}"#]
        {
            assert_eq!(decode(odd), None, "{odd}");
        }
    }
}
