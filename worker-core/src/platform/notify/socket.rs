//! The socket on which systemd listens: a path, or on Linux an abstract name after an `@`.

#[cfg(not(unix))]
pub(super) use elsewhere::Socket;
#[cfg(unix)]
pub(super) use unix::Socket;

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::net::{SocketAddr, UnixDatagram};

    /// Where datagrams go.
    ///
    /// It never waits: a full queue is an error, and a runtime thread goes on.
    #[derive(Debug)]
    pub(in super::super) struct Socket {
        socket: UnixDatagram,
        address: SocketAddr,
    }

    impl Socket {
        pub(in super::super) fn open(address: &OsStr) -> io::Result<Self> {
            let address = parse(address)?;
            let socket = UnixDatagram::unbound()?;
            socket.set_nonblocking(true)?;
            Ok(Self { socket, address })
        }

        pub(in super::super) fn send(&self, text: &str) -> io::Result<()> {
            // Not connected, so that a listener that comes again at the same address is heard.
            self.socket.send_to_addr(text.as_bytes(), &self.address)?;
            Ok(())
        }
    }

    fn parse(address: &OsStr) -> io::Result<SocketAddr> {
        match address.as_bytes() {
            [b'/', ..] => SocketAddr::from_pathname(address),
            #[cfg(target_os = "linux")]
            [b'@', name @ ..] => {
                use std::os::linux::net::SocketAddrExt as _;
                SocketAddr::from_abstract_name(name)
            }
            _ => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "it must be an absolute path, or a name after an @",
            )),
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::ffi::OsStr;
    use std::io;

    /// There is no systemd here.
    #[derive(Debug)]
    pub(in super::super) enum Socket {}

    impl Socket {
        pub(in super::super) fn open(_: &OsStr) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in super::super) fn send(&self, _: &str) -> io::Result<()> {
            match *self {}
        }
    }
}
