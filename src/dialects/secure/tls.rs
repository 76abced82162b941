//! TLS 1.3 (RFC 8446) with raw ed25519 keys (RFC 7250) instead of certificates: nobody checks their names and dates.
//!
//! Who dials knows the key that has to answer; who is dialled learns the key of the dialler and judges it. Nothing here asks
//! a clock: keys have no dates, and there is no resumption.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use quinn_proto::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::ring::cipher_suite::{
    TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256,
};
use rustls::crypto::ring::{default_provider, kx_group::X25519, sign::any_eddsa_type};
use rustls::crypto::{CryptoProvider, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::time_provider::TimeProvider;
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
};
use zeroize::Zeroizing;

use crate::model::PublicKey;
use crate::wire::KeyPair;

/// The application protocol (RFC 7301): its number changes with what a peer of before could not understand.
const ALPN: &[u8] = b"udpqq/1";

/// What stands before an ed25519 key in a `SubjectPublicKeyInfo` and before its seed in PKCS #8 (RFC 8410, sections 4, 7).
const PUBLIC_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PRIVATE_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Who may finish a handshake with us; shared with the verifier of every connection that comes.
#[derive(Clone, Debug, Default)]
pub(super) struct Admission(Arc<Mutex<AdmissionList>>);

#[derive(Debug, Default)]
struct AdmissionList {
    blocked: BTreeSet<PublicKey>,
    /// Nobody else may; `None`: anybody who is not blocked.
    only: Option<BTreeSet<PublicKey>>,
}

impl Admission {
    pub(super) fn block(&self, key: PublicKey) {
        if let Ok(mut list) = self.0.lock() {
            list.blocked.insert(key);
        }
    }

    pub(super) fn unblock(&self, key: &PublicKey) {
        if let Ok(mut list) = self.0.lock() {
            list.blocked.remove(key);
        }
    }

    /// A list that cannot be read admits nobody.
    fn admits(&self, key: &PublicKey) -> bool {
        self.0.lock().is_ok_and(|list| {
            !list.blocked.contains(key) && list.only.as_ref().is_none_or(|only| only.contains(key))
        })
    }
}

/// Makes the configurations of TLS for both roles of one key.
#[derive(Debug)]
pub(super) struct Tls {
    provider: Arc<CryptoProvider>,
    certified: Arc<CertifiedKey>,
    own: PublicKey,
}

impl Tls {
    pub(super) fn new(pair: &KeyPair) -> Result<Self, Error> {
        let pkcs8 = Zeroizing::new([PRIVATE_PREFIX.as_slice(), pair.seed()].concat());
        let signing = any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8.as_slice()))?;
        let certified = CertifiedKey::new(vec![certificate(&pair.public())], signing);
        let provider = CryptoProvider {
            // Initial packets need AES-128 in any case; machines without AES in hardware choose the last.
            cipher_suites: vec![
                TLS13_AES_128_GCM_SHA256,
                TLS13_AES_256_GCM_SHA384,
                TLS13_CHACHA20_POLY1305_SHA256,
            ],
            kx_groups: vec![X25519],
            ..default_provider()
        };
        Ok(Self { provider: Arc::new(provider), certified: Arc::new(certified), own: pair.public() })
    }

    /// For a dial to whoever has exactly this key.
    pub(super) fn client(&self, expected: PublicKey) -> Result<QuicClientConfig, Error> {
        let config = self.dialler(expected)?;
        QuicClientConfig::try_from(config).map_err(|error| Error::General(error.to_string()))
    }

    fn dialler(&self, expected: PublicKey) -> Result<ClientConfig, Error> {
        let verifier = KeyVerifier { provider: Arc::clone(&self.provider), judge: Judge::Exactly(expected) };
        let resolver = AlwaysResolvesClientRawPublicKeys::new(Arc::clone(&self.certified));
        let mut config = ClientConfig::builder_with_details(Arc::clone(&self.provider), Arc::new(NoClock))
            .with_protocol_versions(&[&TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_cert_resolver(Arc::new(resolver));
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.enable_sni = false;
        config.resumption = Resumption::disabled();
        Ok(config)
    }

    /// For whoever dials us.
    pub(super) fn server(&self, admission: Admission) -> Result<QuicServerConfig, Error> {
        let config = self.listener(admission)?;
        QuicServerConfig::try_from(config).map_err(|error| Error::General(error.to_string()))
    }

    fn listener(&self, admission: Admission) -> Result<ServerConfig, Error> {
        let judge = Judge::Admitted { own: self.own, admission };
        let verifier = KeyVerifier { provider: Arc::clone(&self.provider), judge };
        let resolver = AlwaysResolvesServerRawPublicKeys::new(Arc::clone(&self.certified));
        let mut config = ServerConfig::builder_with_details(Arc::clone(&self.provider), Arc::new(NoClock))
            .with_protocol_versions(&[&TLS13])?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_cert_resolver(Arc::new(resolver));
        config.alpn_protocols = vec![ALPN.to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }
}

/// TLS wants a name. It is never sent, but tokens for a next connection are kept by it, so it is that of the peer.
pub(super) fn server_name(key: &PublicKey) -> String {
    format!("{key}.udpqq.invalid")
}

/// A raw public key takes the place of the certificate.
fn certificate(key: &PublicKey) -> CertificateDer<'static> {
    CertificateDer::from([PUBLIC_PREFIX.as_slice(), key.as_bytes()].concat())
}

/// The key that a peer showed as its certificate, as the handshake gives it out.
pub(super) fn shown_key(certificate: &[u8]) -> Option<PublicKey> {
    let key = certificate.strip_prefix(PUBLIC_PREFIX.as_slice())?;
    PublicKey::from_bytes(key.try_into().ok()?).ok()
}

/// Which keys are good.
#[derive(Debug)]
enum Judge {
    /// The one that was dialled.
    Exactly(PublicKey),
    /// Whoever is admitted; never our own, or our packets could be turned back on us.
    Admitted { own: PublicKey, admission: Admission },
}

struct KeyVerifier {
    provider: Arc<CryptoProvider>,
    judge: Judge,
}

impl fmt::Debug for KeyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyVerifier").field("judge", &self.judge).finish_non_exhaustive()
    }
}

impl KeyVerifier {
    fn judge(&self, shown: &CertificateDer<'_>) -> Result<(), Error> {
        let key = shown_key(shown).ok_or(CertificateError::BadEncoding)?;
        let good = match &self.judge {
            Judge::Exactly(expected) => key == *expected,
            Judge::Admitted { own, admission } => key != *own && admission.admits(&key),
        };
        if good { Ok(()) } else { Err(CertificateError::ApplicationVerificationFailure.into()) }
    }

    fn verify_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(shown.as_ref());
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &key, signature, algorithms)
    }
}

fn no_older_tls() -> Error {
    Error::PeerIncompatible(rustls::PeerIncompatible::Tls12NotOffered)
}

impl ServerCertVerifier for KeyVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(end_entity).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_older_tls())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for KeyVerifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.judge(end_entity).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(no_older_tls())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

/// Raw keys have no dates, so no jump of a clock changes what is trusted.
#[derive(Debug)]
struct NoClock;

impl TimeProvider for NoClock {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(std::time::Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use rustls::quic::{ClientConnection, Connection, ServerConnection, Version};

    use super::*;

    fn pair(number: u8) -> KeyPair {
        KeyPair::from_seed(Zeroizing::new([number; 32])).expect("a key")
    }

    /// Passes on what both say until they are done, or one of them refuses.
    fn shake_hands(config: ClientConfig, listener: ServerConfig) -> Result<(), Error> {
        let name = ServerName::from(std::net::Ipv4Addr::LOCALHOST);
        let dialler = ClientConnection::new(Arc::new(config), Version::V1, name, Vec::new())?;
        let listener = ServerConnection::new(Arc::new(listener), Version::V1, Vec::new())?;
        let mut ends = [Connection::Client(dialler), Connection::Server(listener)];
        for turn in 0..10 {
            let [one, other] = &mut ends;
            let (from, to) = if turn % 2 == 0 { (one, other) } else { (other, one) };
            loop {
                let mut bytes = Vec::new();
                let more = from.write_hs(&mut bytes).is_some();
                to.read_hs(&bytes)?;
                if !more && bytes.is_empty() {
                    break;
                }
            }
        }
        assert!(ends.iter().all(|end| !end.is_handshaking()), "still shaking hands");
        Ok(())
    }

    /// The first dials whoever has the second key, and the third answers.
    fn meet(dialler: u8, expected: u8, answers: u8) -> Result<(), Error> {
        let config = Tls::new(&pair(dialler))?.dialler(pair(expected).public())?;
        shake_hands(config, Tls::new(&pair(answers))?.listener(Admission::default())?)
    }

    #[test]
    fn only_the_key_that_was_dialled_is_good_and_never_our_own() {
        assert_eq!(meet(1, 2, 2), Ok(()));
        for (dialler, expected, answers) in [(1, 2, 3), (1, 2, 1), (1, 1, 1)] {
            assert!(meet(dialler, expected, answers).is_err(), "{dialler} {expected} {answers}");
        }
    }

    /// Has the first key's seed, and shows the second key.
    fn impostor(seed: u8, shown: u8) -> Tls {
        let tls = Tls::new(&pair(seed)).expect("a key");
        let signing = Arc::clone(&tls.certified.key);
        let certified = CertifiedKey::new(vec![certificate(&pair(shown).public())], signing);
        Tls { certified: Arc::new(certified), own: pair(shown).public(), ..tls }
    }

    /// Who has got hold of our own secret can be us, and still nobody else towards us (E9).
    #[test]
    fn a_key_is_proved_by_its_own_secret_and_by_no_other() {
        for seed in [1, 9] {
            let (ours, other) = (Tls::new(&pair(1)).expect("a key"), impostor(seed, 2));
            let dials = other.dialler(pair(1).public()).expect("a configuration");
            let answers = ours.listener(Admission::default()).expect("a configuration");
            assert_eq!(
                shake_hands(dials, answers),
                Err(CertificateError::BadSignature.into()),
                "{seed} dials"
            );
            let dials = ours.dialler(pair(2).public()).expect("a configuration");
            let answers = other.listener(Admission::default()).expect("a configuration");
            assert_eq!(
                shake_hands(dials, answers),
                Err(CertificateError::BadSignature.into()),
                "{seed} answers"
            );
        }
    }

    /// What the peer says is bound to the version that both speak (E9).
    #[test]
    fn whoever_speaks_another_version_or_none_is_refused() {
        for spoken in [vec![b"udpqq/2".to_vec()], vec![b"h3".to_vec()], Vec::new()] {
            let (here, there) = (Tls::new(&pair(1)).expect("a key"), Tls::new(&pair(2)).expect("a key"));
            let mut dialler = here.dialler(pair(2).public()).expect("a configuration");
            dialler.alpn_protocols.clone_from(&spoken);
            let listener = there.listener(Admission::default()).expect("a configuration");
            assert_eq!(shake_hands(dialler, listener), Err(Error::NoApplicationProtocol), "{spoken:?}");
        }
    }

    #[test]
    fn whoever_is_blocked_is_refused() {
        let admission = Admission::default();
        admission.block(pair(1).public());
        let dialler = Tls::new(&pair(1)).and_then(|tls| tls.dialler(pair(2).public()));
        let listener = Tls::new(&pair(2)).and_then(|tls| tls.listener(admission));
        assert!(shake_hands(dialler.expect("a key"), listener.expect("a key")).is_err());
    }
}
