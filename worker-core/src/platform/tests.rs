//! A manager and a metadata endpoint that are played by the tests.
#![cfg(unix)]

use std::io;
use std::os::unix::net::UnixDatagram;

use tempfile::TempDir;
use tokio::time::timeout;

use super::*;

/// The manager's end of the notifications.
struct Systemd {
    socket: UnixDatagram,
    _folder: Option<TempDir>,
}

impl Systemd {
    fn listen() -> (Self, OsString) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_nonblocking(true).unwrap();
        let systemd = Self {
            socket,
            _folder: Some(folder),
        };
        (systemd, path.into())
    }

    /// What has come since the last look, line by line.
    fn heard(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.socket.recv(&mut buffer) {
                Ok(length) => {
                    let text = std::str::from_utf8(&buffer[..length]).unwrap();
                    lines.extend(text.lines().map(str::to_owned));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return lines,
                Err(error) => panic!("{error}"),
            }
        }
    }
}

async fn platform(pairs: &[(&str, &OsString)]) -> Platform {
    let find = |name: &str| {
        let pair = pairs.iter().find(|(key, _)| *key == name)?;
        Some(pair.1.clone())
    };
    Platform::detect_from(find).await
}

/// Lets the platform attend for a while.
async fn attended(platform: &Platform, shutdown: &ShutdownHandle, seconds: u64) {
    let attending = platform.attend(shutdown);
    let cut = timeout(Duration::from_secs(seconds), attending).await;
    assert!(cut.is_err(), "it attends for ever");
}

fn shutdown() -> ShutdownHandle {
    ShutdownHandle::new(Default::default(), Default::default())
}

#[tokio::test(start_paused = true)]
async fn a_drain_asks_systemd_for_more_time_before_the_last_time_is_over() {
    let (systemd, address) = Systemd::listen();
    let platform = platform(&[("NOTIFY_SOCKET", &address)]).await;
    let shutdown = shutdown();
    shutdown.drain();

    attended(&platform, &shutdown, 100).await;

    let heard = systemd.heard();
    assert_eq!(
        heard[..5],
        [
            "READY=1",
            "STATUS=polling for tasks",
            "STOPPING=1",
            "STATUS=draining: 0 tasks in progress",
            "EXTEND_TIMEOUT_USEC=60000000",
        ]
    );
    let extension = |line: &&String| line.starts_with("EXTEND_TIMEOUT_USEC=60");
    // At 0, 15, 30, 45, 60, 75 and 90 seconds.
    assert_eq!(heard.iter().filter(extension).count(), 7, "{heard:?}");
}

#[tokio::test(start_paused = true)]
async fn an_early_drain_does_not_start_the_clock_of_systemd() {
    let (systemd, address) = Systemd::listen();
    let platform = platform(&[("NOTIFY_SOCKET", &address)]).await;
    let shutdown = shutdown();
    let going_down = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        shutdown.drain_early();
        tokio::time::sleep(Duration::from_secs(20)).await;
        let early = systemd.heard();
        shutdown.drain();
        tokio::time::sleep(Duration::from_secs(1)).await;
        (early, systemd.heard())
    };
    let (early, late) = tokio::select! {
        heard = going_down => heard,
        () = platform.attend(&shutdown) => panic!("it attends for ever"),
    };

    assert!(early.contains(&"STATUS=draining early: 0 tasks in progress".to_owned()));
    let counts = |line: &String| line.starts_with("STOPPING") || line.starts_with("EXTEND");
    assert!(!early.iter().any(counts), "{early:?}");
    assert_eq!(late[0], "STOPPING=1");
}

#[tokio::test(start_paused = true)]
async fn the_watchdog_hears_of_the_worker_at_half_of_its_patience() {
    let (systemd, address) = Systemd::listen();
    let usec = OsString::from("10000000");
    let variables = [("NOTIFY_SOCKET", &address), ("WATCHDOG_USEC", &usec)];
    let platform = platform(&variables).await;

    attended(&platform, &shutdown(), 21).await;

    let heard = systemd.heard();
    let beats = heard.iter().filter(|line| *line == "WATCHDOG=1").count();
    assert_eq!(beats, 4, "{heard:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn an_abstract_address_is_understood() {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::SocketAddr;

    let name = format!("sfn-worker-core-{}", std::process::id());
    let socket = SocketAddr::from_abstract_name(&name).unwrap();
    let socket = UnixDatagram::bind_addr(&socket).unwrap();
    socket.set_nonblocking(true).unwrap();
    let systemd = Systemd {
        socket,
        _folder: None,
    };
    let platform = platform(&[("NOTIFY_SOCKET", &format!("@{name}").into())]).await;
    assert_eq!(platform.host(), Host::SystemdNotify);

    attended(&platform, &shutdown(), 1).await;

    assert_eq!(systemd.heard()[0], "READY=1");
}

#[tokio::test(start_paused = true)]
async fn readiness_is_told_again_while_nobody_can_take_it() {
    let (systemd, address) = Systemd::listen();
    let platform = platform(&[("NOTIFY_SOCKET", &address)]).await;
    let notifier = platform.notifier.as_ref().unwrap();
    // Far more than the queue of a datagram socket holds.
    for _ in 0..10_000 {
        notifier.tell(&[Notice::Watchdog]);
    }
    let ready = notifier.ready("up".to_owned());
    let reader = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before = systemd.heard();
        assert!(!before.contains(&"READY=1".to_owned()));
    };
    tokio::join!(ready, reader);
    assert_eq!(systemd.heard(), ["READY=1", "STATUS=up"]);
}

#[tokio::test(start_paused = true)]
async fn an_address_of_no_use_is_no_obstacle() {
    for address in ["vsock:2:1234", "relative"] {
        let platform = platform(&[("NOTIFY_SOCKET", &address.into())]).await;
        assert_eq!(platform.host(), Host::Unknown, "{address}");
    }
    let nobody = OsString::from("/nonexistent/notify");
    let platform = platform(&[("NOTIFY_SOCKET", &nobody)]).await;
    attended(&platform, &shutdown(), 5).await;
}

#[cfg(feature = "ecs")]
mod ecs {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio::task::JoinSet;
    use tokio::time::Instant;

    use super::*;
    use crate::worker::Phase;

    const RUNNING: &str = r#"{"Cluster":"orders","TaskARN":
        "arn:aws:ecs:eu-west-1:123456789012:task/orders/158d1c8083dd49d6b527399fd6414f5c",
        "Family":"worker","Revision":"5","DesiredStatus":"RUNNING","KnownStatus":"RUNNING",
        "LaunchType":"FARGATE","Containers":[{"Name":"worker","Limits":{"CPU":2}}]}"#;

    /// A metadata endpoint on a free port, which gives one answer after another and then the
    /// last one for ever; it ends with the set.
    async fn endpoint(answers: &'static [&'static str]) -> (OsString, JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(async move {
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    request.push(stream.read_u8().await.unwrap());
                }
                let request = String::from_utf8(request).unwrap();
                assert!(request.starts_with("GET /v4/abc/task HTTP/1.1\r\n"));
                let answer = answers[answers.len().min(number + 1) - 1];
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        (format!("http://{address}/v4/abc").into(), server)
    }

    fn ok(body: &str) -> &'static str {
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").leak()
    }

    async fn on_ecs(answers: Vec<&'static str>) -> (Platform, JoinSet<()>) {
        let (uri, server) = endpoint(answers.leak()).await;
        let platform = platform(&[("ECS_CONTAINER_METADATA_URI_V4", &uri)]).await;
        (platform, server)
    }

    #[tokio::test]
    async fn the_endpoint_tells_the_launch_type_and_a_name() {
        let (platform, _server) = on_ecs(vec![ok(RUNNING)]).await;
        assert_eq!(platform.host(), Host::Fargate);
        let name = platform.worker_name().unwrap();
        assert_eq!(name.as_str(), "orders/158d1c8083dd49d6b527399fd6414f5c");
        let window = platform.stop_window(None);
        assert_eq!(window.limit(), Some(Duration::from_secs(30)));
    }

    #[tokio::test]
    async fn a_name_too_long_for_a_worker_is_the_id_alone() {
        let long = RUNNING.replace("task/orders", &format!("task/{}", "c".repeat(200)));
        let (platform, _server) = on_ecs(vec![ok(&long)]).await;
        let name = platform.worker_name().unwrap();
        assert_eq!(name.as_str(), "158d1c8083dd49d6b527399fd6414f5c");
    }

    #[tokio::test]
    async fn the_worker_drains_early_when_ecs_stops_its_task() {
        let stopping = RUNNING.replace(
            r#""DesiredStatus":"RUNNING""#,
            r#""DesiredStatus":"STOPPED""#,
        );
        let broken = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        let (platform, _server) =
            on_ecs(vec![ok(RUNNING), ok(RUNNING), broken, ok(&stopping)]).await;
        let platform = platform.with_watch(Some(Duration::from_millis(5)));
        let shutdown = shutdown();
        let drained = async { shutdown.draining().cancelled().await };
        let drained = async {
            tokio::select! {
                () = platform.attend(&shutdown) => {}
                () = drained => {}
            }
        };
        timeout(Duration::from_secs(30), drained).await.unwrap();
        assert_eq!(shutdown.phase(), Phase::DrainingEarly);
    }

    #[tokio::test]
    async fn whatever_the_endpoint_answers_it_is_ecs_all_the_same() {
        for answer in [
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            "not HTTP at all",
            "",
            ok("[]"),
            ok("{}"),
            ok(r#"{"TaskARN":"task","LaunchType":"EC2"}"#),
        ] {
            let (platform, _server) = on_ecs(vec![answer]).await;
            assert_eq!(platform.host(), Host::Ecs, "{answer:?}");
            assert_eq!(platform.worker_name(), None);
        }
        for uri in ["https://127.0.0.1/v4", "/v4", "http://", "::"] {
            let uri = OsString::from(uri);
            let platform = platform(&[("ECS_CONTAINER_METADATA_URI_V4", &uri)]).await;
            assert_eq!(platform.host(), Host::Ecs);
        }
    }

    /// Nothing is expected of the socket, so the clock may be paused.
    #[tokio::test(start_paused = true)]
    async fn an_endpoint_that_says_nothing_holds_the_start_for_two_seconds() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/v4", listener.local_addr().unwrap()).into();
        let begun = Instant::now();
        let platform = platform(&[("ECS_CONTAINER_METADATA_URI_V4", &uri)]).await;
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
        assert_eq!(platform.host(), Host::Ecs);
    }
}
