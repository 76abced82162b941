//! Serves the figures over HTTP: `GET /metrics` and `GET /healthz` and nothing else, to few at a time, each for a short
//! time.
//!
//! Knows nothing of the relay but how to look at it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::exposition::{self, exposition};
use super::{OpenError, Viewer};
use crate::net::bind::{self, StreamListener};
use crate::net::ifaces::NetInterface;

/// Connections at a time: a few scrapers and a person. More wait in the kernel's queue, which is as long.
const MAX_CONNECTIONS: usize = 8;
const BACKLOG: i32 = 8;
/// Time for one connection, which is one request: a scraper's own patience is ten seconds as a rule.
const MAX_TIME: Duration = Duration::from_secs(10);
/// Bytes of a request's head: the least that hyper works with.
const MAX_HEAD: usize = 8 * 1024;
/// After an error of the system, such as too many open files, which will not be better at once.
const PAUSE: Duration = Duration::from_millis(200);

/// Opens the port. Must be called inside a tokio runtime with I/O.
pub(super) fn listen(
    wanted: SocketAddr,
    interface: Option<&NetInterface>,
) -> Result<StreamListener, OpenError> {
    // What listens on loopback is heard by this machine alone; kept to another interface it would be heard by none.
    let interface = interface.filter(|_| !wanted.ip().is_loopback());
    bind::open_listener(wanted, BACKLOG, interface).map_err(|error| OpenError::from_bind(wanted, &error))
}

/// Runs until it is dropped.
pub(super) async fn serve(listener: TcpListener, viewer: Viewer) {
    let mut open = JoinSet::new();
    loop {
        // Both branches are cancel-safe: a connection is taken only in the poll that returns it.
        tokio::select! {
            Some(_ended) = open.join_next() => {}
            accepted = listener.accept(), if open.len() < MAX_CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    open.spawn(attend(stream, viewer.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
        }
    }
}

async fn attend(stream: TcpStream, viewer: Viewer) {
    let answer = service_fn(|request: Request<hyper::body::Incoming>| {
        let viewer = viewer.clone();
        async move { Ok::<_, Infallible>(answer(request.method(), request.uri().path(), &viewer).await) }
    });
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(MAX_HEAD)
        // The limit for the whole connection is the only one, and a tighter one.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), answer);
    // A failure is the scraper's business.
    let _served = tokio::time::timeout(MAX_TIME, connection).await.is_ok_and(|served| served.is_ok());
}

async fn answer(method: &Method, path: &str, viewer: &Viewer) -> Response<String> {
    let mut response = Response::new(String::new());
    let is_health = path == "/healthz";
    if path != "/metrics" && !is_health {
        *response.status_mut() = StatusCode::NOT_FOUND;
    } else if method != Method::GET {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
    } else if let Some(snapshot) = viewer.look(0).await {
        let format = if is_health { exposition::PLAIN } else { exposition::CONTENT_TYPE };
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(format));
        if is_health {
            let (is_well, word) = exposition::health(&snapshot);
            if !is_well {
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            }
            word.clone_into(response.body_mut());
        } else {
            *response.body_mut() = exposition(&snapshot);
        }
    } else {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}
