//! The binary: hands over to the library.

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let args: Vec<String> = std::env::args().collect();
        let session = udpqq::runtime::Session::start(udpqq::runtime::Options {
            profile: args.get(1).map(Into::into),
            interface: Some("lo".into()),
            listen: None,
            fallback: true,
            interactive: true,
        })?;
        udpqq::tui::run(session, Default::default()).await?;
        Ok(())
    })
}
