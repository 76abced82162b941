//! Hands what relays ask to whoever answers it, and the answers back.

use std::time::Duration;

use async_nats::{Client, Message};
use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::{ArchiveRequest, decode_question, encode_answer};

/// Of several archives one answers.
const GROUP: &str = "archive";
/// Answers on their way. What comes beyond it waits, and its relay only for so long.
const MAX_ANSWERS: usize = 16;
const PAUSE: Duration = Duration::from_millis(250);

/// Until nobody answers any more. What is no question gets no answer.
pub(super) async fn serve(client: Client, subject: String, requests: mpsc::Sender<ArchiveRequest>) {
    let mut answers = JoinSet::new();
    loop {
        let Ok(mut asked) = client.queue_subscribe(subject.clone(), GROUP.to_owned()).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        while let Some(message) = asked.next().await {
            while answers.len() >= MAX_ANSWERS {
                answers.join_next().await;
            }
            while answers.try_join_next().is_some() {}
            let Message { reply: Some(to), payload, .. } = message else { continue };
            let Some(question) = decode_question(&payload) else { continue };
            let (reply, answer) = oneshot::channel();
            if requests.send(ArchiveRequest { question, reply }).await.is_err() {
                return;
            }
            let client = client.clone();
            answers.spawn(async move {
                let Ok(answer) = answer.await else { return };
                let _sent: Result<(), _> = client.publish(to, encode_answer(&answer).into()).await;
            });
        }
        tokio::time::sleep(PAUSE).await;
    }
}
