//! The tables of `wasi:sockets/tcp`, `/udp`, and of what makes sockets.

use falkirk_component::Handle;

use super::network::{IpAddressFamily, IpSocketAddress, NetError};
use super::options::*;
use super::tcp::{
    self, ShutdownType, Tcp, accept, create_tcp_socket, finish_connect, finish_listen, is_listening, keep_alive_count,
    keep_alive_enabled, keep_alive_idle_time, keep_alive_interval, set_keep_alive_count, set_keep_alive_enabled,
    set_keep_alive_idle_time, set_keep_alive_interval, set_listen_backlog_size, shutdown, start_connect, start_listen,
};
use super::udp::{
    self, IncomingDatagram, OutgoingDatagram, Udp, check_send, create_udp_socket, receive, send, stream,
    subscribe_incoming, subscribe_outgoing,
};
use crate::preview2::Result;
use crate::preview2::table::interface;

interface! {
    /// What makes TCP sockets.
    TcpCreateSocket = "wasi:sockets/tcp-create-socket" {
        /// Makes one.
        "create-tcp-socket" = create_tcp_socket(family: IpAddressFamily) -> Result<Handle, NetError>;
    }
}

interface! {
    /// What makes UDP sockets.
    UdpCreateSocket = "wasi:sockets/udp-create-socket" {
        /// Makes one.
        "create-udp-socket" = create_udp_socket(family: IpAddressFamily) -> Result<Handle, NetError>;
    }
}

interface! {
    /// TCP sockets.
    TcpSockets = "wasi:sockets/tcp" {
        resource "tcp-socket" = Tcp;
        /// Begins to bind it to an address.
        "[method]tcp-socket.start-bind"
            = tcp::start_bind(this: Handle, network: Handle, local: IpSocketAddress) -> Result<(), NetError>;
        /// Says whether it is bound.
        "[method]tcp-socket.finish-bind" = tcp::finish_bind(this: Handle) -> Result<(), NetError>;
        /// Begins to connect to an address.
        "[method]tcp-socket.start-connect"
            = start_connect(this: Handle, network: Handle, remote: IpSocketAddress) -> Result<(), NetError>;
        /// Says whether it is connected, and gives the streams.
        "[method]tcp-socket.finish-connect" = finish_connect(this: Handle) -> Result<(Handle, Handle), NetError>;
        /// Begins to wait for connections.
        "[method]tcp-socket.start-listen" = start_listen(this: Handle) -> Result<(), NetError>;
        /// Says whether it waits for connections.
        "[method]tcp-socket.finish-listen" = finish_listen(this: Handle) -> Result<(), NetError>;
        /// Accepts a connection: its socket, and the streams.
        "[method]tcp-socket.accept" = accept(this: Handle) -> Result<(Handle, Handle, Handle), NetError>;
        /// Gives the address that it is bound to.
        "[method]tcp-socket.local-address" = tcp::local_address(this: Handle) -> Result<IpSocketAddress, NetError>;
        /// Gives the address that it is connected to.
        "[method]tcp-socket.remote-address" = tcp::remote_address(this: Handle) -> Result<IpSocketAddress, NetError>;
        /// Says whether it waits for connections.
        "[method]tcp-socket.is-listening" = is_listening(this: Handle) -> bool;
        /// Says which kind of addresses it has.
        "[method]tcp-socket.address-family" = address_family::<Tcp>(this: Handle) -> IpAddressFamily;
        /// Sets how many connections may wait to be accepted.
        "[method]tcp-socket.set-listen-backlog-size"
            = set_listen_backlog_size(this: Handle, value: u64) -> Result<(), NetError>;
        /// Says whether the other end is asked now and then if it is there.
        "[method]tcp-socket.keep-alive-enabled" = keep_alive_enabled(this: Handle) -> Result<bool, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-keep-alive-enabled"
            = set_keep_alive_enabled(this: Handle, value: bool) -> Result<(), NetError>;
        /// Gives the nanoseconds before it is asked.
        "[method]tcp-socket.keep-alive-idle-time" = keep_alive_idle_time(this: Handle) -> Result<u64, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-keep-alive-idle-time"
            = set_keep_alive_idle_time(this: Handle, value: u64) -> Result<(), NetError>;
        /// Gives the nanoseconds before it is asked again.
        "[method]tcp-socket.keep-alive-interval" = keep_alive_interval(this: Handle) -> Result<u64, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-keep-alive-interval"
            = set_keep_alive_interval(this: Handle, value: u64) -> Result<(), NetError>;
        /// Gives how often it is asked.
        "[method]tcp-socket.keep-alive-count" = keep_alive_count(this: Handle) -> Result<u32, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-keep-alive-count"
            = set_keep_alive_count(this: Handle, value: u32) -> Result<(), NetError>;
        /// Gives how many machines a packet may go through.
        "[method]tcp-socket.hop-limit" = hop_limit::<Tcp>(this: Handle) -> Result<u8, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-hop-limit" = set_hop_limit::<Tcp>(this: Handle, value: u8) -> Result<(), NetError>;
        /// Gives how many bytes the host keeps until they are read.
        "[method]tcp-socket.receive-buffer-size" = receive_buffer_size::<Tcp>(this: Handle) -> Result<u64, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-receive-buffer-size"
            = set_receive_buffer_size::<Tcp>(this: Handle, value: u64) -> Result<(), NetError>;
        /// Gives how many bytes the host keeps until they are sent.
        "[method]tcp-socket.send-buffer-size" = send_buffer_size::<Tcp>(this: Handle) -> Result<u64, NetError>;
        /// Sets that.
        "[method]tcp-socket.set-send-buffer-size"
            = set_send_buffer_size::<Tcp>(this: Handle, value: u64) -> Result<(), NetError>;
        /// Gives a pollable: what is in progress can go on.
        "[method]tcp-socket.subscribe" = tcp::subscribe(this: Handle) -> Handle;
        /// Ends a connection, in one direction or both.
        "[method]tcp-socket.shutdown" = shutdown(this: Handle, shutdown_type: ShutdownType) -> Result<(), NetError>;
    }
}

interface! {
    /// UDP sockets.
    UdpSockets = "wasi:sockets/udp" {
        resource "udp-socket" = Udp;
        resource "incoming-datagram-stream" = Incoming;
        resource "outgoing-datagram-stream" = Outgoing;
        /// Begins to bind it to an address.
        "[method]udp-socket.start-bind"
            = udp::start_bind(this: Handle, network: Handle, local: IpSocketAddress) -> Result<(), NetError>;
        /// Says whether it is bound.
        "[method]udp-socket.finish-bind" = udp::finish_bind(this: Handle) -> Result<(), NetError>;
        /// Gives streams of datagrams, to and from somebody or everybody.
        "[method]udp-socket.stream"
            = stream(this: Handle, remote: Option<IpSocketAddress>) -> Result<(Handle, Handle), NetError>;
        /// Gives the address that it is bound to.
        "[method]udp-socket.local-address" = udp::local_address(this: Handle) -> Result<IpSocketAddress, NetError>;
        /// Gives the address that it speaks with.
        "[method]udp-socket.remote-address" = udp::remote_address(this: Handle) -> Result<IpSocketAddress, NetError>;
        /// Says which kind of addresses it has.
        "[method]udp-socket.address-family" = address_family::<Udp>(this: Handle) -> IpAddressFamily;
        /// Gives how many machines a packet may go through.
        "[method]udp-socket.unicast-hop-limit" = hop_limit::<Udp>(this: Handle) -> Result<u8, NetError>;
        /// Sets that.
        "[method]udp-socket.set-unicast-hop-limit"
            = set_hop_limit::<Udp>(this: Handle, value: u8) -> Result<(), NetError>;
        /// Gives how many bytes the host keeps until they are received.
        "[method]udp-socket.receive-buffer-size" = receive_buffer_size::<Udp>(this: Handle) -> Result<u64, NetError>;
        /// Sets that.
        "[method]udp-socket.set-receive-buffer-size"
            = set_receive_buffer_size::<Udp>(this: Handle, value: u64) -> Result<(), NetError>;
        /// Gives how many bytes the host keeps until they are sent.
        "[method]udp-socket.send-buffer-size" = send_buffer_size::<Udp>(this: Handle) -> Result<u64, NetError>;
        /// Sets that.
        "[method]udp-socket.set-send-buffer-size"
            = set_send_buffer_size::<Udp>(this: Handle, value: u64) -> Result<(), NetError>;
        /// Gives a pollable: the socket is ready.
        "[method]udp-socket.subscribe" = udp::subscribe(this: Handle) -> Handle;
        /// Receives datagrams that are there.
        "[method]incoming-datagram-stream.receive"
            = receive(this: Handle, max_results: u64) -> Result<Vec<IncomingDatagram>, NetError>;
        /// Gives a pollable: a datagram is there.
        "[method]incoming-datagram-stream.subscribe" = subscribe_incoming(this: Handle) -> Handle;
        /// Says how many datagrams may be sent.
        "[method]outgoing-datagram-stream.check-send" = check_send(this: Handle) -> Result<u64, NetError>;
        /// Sends as many datagrams as were permitted.
        "[method]outgoing-datagram-stream.send"
            = send(this: Handle, datagrams: Vec<OutgoingDatagram>) -> Result<u64, NetError>;
        /// Gives a pollable: a datagram can be sent.
        "[method]outgoing-datagram-stream.subscribe" = subscribe_outgoing(this: Handle) -> Handle;
    }
}
