//! `sfn-worker local`: a Step Functions engine on this machine.

mod calls;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::pin;

use anyhow::{Context as _, anyhow};
use sfn_local_engine::{DirectoryObjects, Engine};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::args::LocalArgs;
use crate::exit::{Exit, Failed};
use crate::output;

/// Runs the engine until a signal ends it.
pub(crate) fn run(args: &LocalArgs) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("failed to start the runtime")
        .map_err(Exit::Failure.with())?
        .block_on(serve(args))
}

async fn serve(args: &LocalArgs) -> Result<(), Failed> {
    // Before anything is said to be ready: a signal must never find the default action.
    let shutdown = end_on_signal()
        .context("failed to listen for signals")
        .map_err(Exit::Failure.with())?;
    let mut builder = Engine::builder()
        .account(&args.account)
        .region(&args.region)
        .abandoned_polls(args.abandoned_polls.into())
        .express_history(args.express_history);
    if let Some(directory) = &args.objects {
        check_objects(directory).map_err(Exit::File.with())?;
        builder = builder.objects(DirectoryObjects::new(directory));
    }
    if let Some(limit) = args.keep_closed {
        builder = builder.keep_closed(limit);
    }
    let engine = calls::answered(builder, &args.calls, &args.region)?
        .build()
        .map_err(|error| Exit::Usage.with()(error.into()))?;
    let (listener, address) = listen(args).await.map_err(Exit::Address.with())?;
    if let Some(file) = &args.port_file {
        write_port(file, address.port()).map_err(Exit::File.with())?;
    }
    announce(address)
        .context("failed to print the address")
        .map_err(Exit::Failure.with())?;

    let token = CancellationToken::new();
    let mut serving = pin!(engine.serve(listener, token.clone()));
    let served = tokio::select! {
        served = &mut serving => served,
        () = shutdown => {
            token.cancel();
            serving.await
        }
    };
    served
        .context("failed to serve")
        .map_err(Exit::Failure.with())
}

/// A directory that is not there would be taken for one without buckets.
fn check_objects(directory: &Path) -> Result<(), anyhow::Error> {
    if directory.is_dir() {
        return Ok(());
    }
    Err(anyhow!(
        "{} is not a directory (choose one with --objects; its sub-directories are the buckets)",
        directory.display()
    ))
}

async fn listen(args: &LocalArgs) -> Result<(TcpListener, SocketAddr), anyhow::Error> {
    let wanted = SocketAddr::new(args.host, args.port);
    let advice = |error: &io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            "the port is in use: choose another one with --port, or --port 0 for any free one"
        }
        io::ErrorKind::PermissionDenied => "ports below 1024 need rights: choose a higher --port",
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have the address: choose another --host"
        }
        _ => "choose another --host or --port",
    };
    let bound = TcpListener::bind(wanted).await;
    let listener = bound.map_err(|error| {
        let advice = advice(&error);
        anyhow!(error).context(format!("failed to listen on {wanted} ({advice})"))
    })?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Writes the port in one step: whoever sees the file sees the whole number.
fn write_port(file: &Path, port: u16) -> Result<(), anyhow::Error> {
    let failed = || {
        format!(
            "failed to write the port to {} (choose a file in a folder that exists and can be \
             written with --port-file)",
            file.display()
        )
    };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut written = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
    io::Write::write_all(&mut written, format!("{port}\n").as_bytes()).with_context(failed)?;
    written.persist(file).with_context(failed)?;
    Ok(())
}

fn announce(address: SocketAddr) -> io::Result<()> {
    output::line(&format!(
        "Step Functions engine on http://{address}, Ctrl-C ends it"
    ))?;
    output::line(&format!("AWS_ENDPOINT_URL_SFN=http://{address}"))
}

/// Waits for Ctrl-C or SIGTERM, from now on.
#[cfg(unix)]
fn end_on_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn end_on_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
