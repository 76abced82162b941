//! One stream of quinn over loopback, from memory into memory, with raw keys and wide windows: as fast as QUIC is here
//! when nothing else is done.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{ClientConfig, Endpoint, RecvStream, ServerConfig, TransportConfig, VarInt};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::{default_provider, sign::any_eddsa_type};
use rustls::crypto::verify_tls13_signature_with_raw_key;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::sign::CertifiedKey;
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use udpqq::net::KeyPair;

/// Before an ed25519 key and before its seed (RFC 8410, sections 4 and 7).
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PRIVATE: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const ALPN: &[u8] = b"bare";
/// More than loopback ever has on its way.
const WINDOW: u32 = 18 << 20;
const CHUNK: usize = 1 << 20;
/// Read and written at once.
const PIECE: usize = 128 << 10;

#[derive(Debug)]
struct Anybody;

/// So many bytes from a client to a server that knows nothing else, and how long that took from the first of them.
pub(crate) async fn carry(pair: &KeyPair, size: usize) -> Duration {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Endpoint::server(server_config(pair), here).unwrap();
    let at = server.local_addr().unwrap();
    let taking = tokio::spawn(async move {
        let connection = server.accept().await.unwrap().await.unwrap();
        let mut stream = connection.accept_uni().await.unwrap();
        let mut taken = 0;
        while let Some(chunk) = stream.read_chunk(CHUNK, true).await.unwrap() {
            taken += chunk.bytes.len();
        }
        taken
    });
    let client = Endpoint::client(here).unwrap();
    let connection = client.connect_with(client_config(), at, "bare").unwrap().await.unwrap();
    let mut stream = connection.open_uni().await.unwrap();
    let chunk = vec![7; CHUNK];
    let start = Instant::now();
    for _ in 0..size / CHUNK {
        stream.write_all(&chunk).await.unwrap();
    }
    stream.finish().unwrap();
    assert_eq!(taking.await.unwrap(), size);
    start.elapsed()
}

/// A file from disk to disk over one stream: read, hashed, carried, hashed, written, as who uses quinn would write it.
pub(crate) async fn carry_file(pair: &KeyPair, from: &Path, to: &Path) -> Duration {
    let here = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Endpoint::server(server_config(pair), here).unwrap();
    let (at, target) = (server.local_addr().unwrap(), to.to_path_buf());
    let taking = tokio::spawn(async move {
        let connection = server.accept().await.unwrap().await.unwrap();
        let mut stream = connection.accept_uni().await.unwrap();
        let (mut file, mut hasher) = (File::create(&target).unwrap(), blake3::Hasher::new());
        let mut buffer = vec![0; PIECE];
        while let Some(length) = fill(&mut stream, &mut buffer).await {
            hasher.update(&buffer[..length]);
            file.write_all(&buffer[..length]).unwrap();
        }
        file.sync_data().unwrap();
        hasher.finalize()
    });
    let client = Endpoint::client(here).unwrap();
    let connection = client.connect_with(client_config(), at, "bare").unwrap().await.unwrap();
    let mut stream = connection.open_uni().await.unwrap();
    let start = Instant::now();
    let (mut file, mut hasher) = (File::open(from).unwrap(), blake3::Hasher::new());
    let mut buffer = vec![0; PIECE];
    loop {
        let length = file.read(&mut buffer).unwrap();
        if length == 0 {
            break;
        }
        hasher.update(&buffer[..length]);
        stream.write_all(&buffer[..length]).await.unwrap();
    }
    stream.finish().unwrap();
    assert_eq!(taking.await.unwrap(), hasher.finalize());
    let took = start.elapsed();
    std::fs::remove_file(to).unwrap();
    took
}

/// As much as fits; `None`: nothing more comes.
async fn fill(stream: &mut RecvStream, buffer: &mut [u8]) -> Option<usize> {
    let mut length = 0;
    while let Some(more) = stream.read(&mut buffer[length..]).await.unwrap() {
        length += more;
        if length == buffer.len() {
            break;
        }
    }
    (length > 0).then_some(length)
}

fn transport() -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    transport.receive_window(VarInt::from_u32(WINDOW)).stream_receive_window(VarInt::from_u32(WINDOW));
    transport.send_window(u64::from(WINDOW));
    Arc::new(transport)
}

fn server_config(pair: &KeyPair) -> ServerConfig {
    let seed = [PRIVATE.as_slice(), pair.seed()].concat();
    let signing = any_eddsa_type(&PrivatePkcs8KeyDer::from(seed.as_slice())).unwrap();
    let public = CertificateDer::from([PUBLIC.as_slice(), pair.public().as_bytes()].concat());
    let certified = Arc::new(CertifiedKey::new(vec![public], signing));
    let mut tls = rustls::ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified)));
    tls.alpn_protocols = vec![ALPN.to_vec()];
    let mut config = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).unwrap()));
    config.transport_config(transport());
    config
}

fn client_config() -> ClientConfig {
    let mut tls = rustls::ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody))
        .with_no_client_auth();
    tls.alpn_protocols = vec![ALPN.to_vec()];
    let mut config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).unwrap()));
    config.transport_config(transport());
    config
}

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.3 only".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(cert.as_ref());
        let algorithms = default_provider().signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &key, signed, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
