//! What `udpqq send` sends: a text, or bytes as they are.

use std::sync::Arc;

use super::CommandError;
use super::input::{read_bytes, text_of};
use crate::app::Intent;
use crate::model::hex_digits::{HexError, bytes_of};
use crate::model::{Address, ConversationId, Phrase};
use crate::runtime::decode;

/// Where the text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextSource {
    /// Exactly this.
    Given(String),
    /// Standard input up to its end; of a text without the line end (LF or CR LF) of its last line.
    Stdin,
}

/// What it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PayloadForm {
    #[default]
    Text,
    /// Bytes, two digits each.
    Hex,
    /// The bytes themselves.
    Raw,
}

/// What is sent, read once.
#[derive(Clone, Debug)]
pub(super) enum Payload {
    Text(String),
    Bytes(Arc<[u8]>),
}

impl Payload {
    pub(super) async fn read(source: TextSource, form: PayloadForm) -> Result<Self, CommandError> {
        let bytes = match source {
            TextSource::Given(text) => text.into_bytes(),
            TextSource::Stdin => {
                let bytes = read_bytes().await?;
                if form == PayloadForm::Raw { bytes } else { text_of(bytes)?.into_bytes() }
            }
        };
        let payload = match form {
            PayloadForm::Raw => Self::Bytes(bytes.into()),
            PayloadForm::Hex => {
                let digits = String::from_utf8_lossy(&bytes);
                Self::Bytes(bytes_of(&digits).map_err(HexError::phrase)?.into())
            }
            PayloadForm::Text => Self::Text(text_of_given(bytes)?),
        };
        if payload.is_empty() { Err(Phrase::new("headless-nothing-to-send").into()) } else { Ok(payload) }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
        }
    }

    /// How the app is asked to send it there.
    pub(super) fn intent(
        &self,
        conversation: ConversationId,
        to: Option<&Address>,
    ) -> Result<Intent, Phrase> {
        let bytes = match self {
            Self::Text(text) => return Ok(Intent::Send { conversation, text: text.clone() }),
            Self::Bytes(bytes) => Arc::clone(bytes),
        };
        let there = to.filter(|to| to.scheme.caps.bytes).ok_or_else(|| {
            Phrase::new("hex-not-here").text("name", to.map(Address::authority).unwrap_or_default())
        })?;
        let (text, _) = decode(there, &bytes);
        Ok(Intent::SendBytes { conversation, text, bytes })
    }
}

/// What the command line gives is a text already.
fn text_of_given(bytes: Vec<u8>) -> Result<String, Phrase> {
    String::from_utf8(bytes).map_err(|_never| Phrase::new("headless-broken"))
}
