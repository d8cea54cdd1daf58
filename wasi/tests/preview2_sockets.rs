//! Preview 2's sockets: a guest that speaks with itself and with the host, at addresses of this machine only.

mod support;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};

use falkirk_component::Component;
use falkirk_wasi::network::{AddressPattern, NameSet};
use falkirk_wasi::{WasiCtx, WasiCtxBuilder};
use support::forwarder;
use support::script::Script;

/// Guests that are granted something of the network, one for each engine.
fn guests(grant: impl Fn(&mut WasiCtxBuilder)) -> Vec<Script> {
    let scripts = support::engines().into_iter().map(|engine| {
        let component = Component::new(&engine, forwarder::component(12, |_| true)).expect("it is valid");
        let mut builder = WasiCtx::builder();
        grant(&mut builder);
        Script::new(&engine, &component, builder.build().expect("nothing is wrong with it"))
    });
    scripts.collect()
}

/// Every port of this machine.
fn loopback(builder: &mut WasiCtxBuilder) {
    let pattern: AddressPattern = "127.0.0.1:*".parse().expect("a pattern");
    builder.tcp_connect(pattern).tcp_listen(pattern).udp(pattern);
}

/// The port of a socket.
fn port(script: &mut Script, function: &str, socket: &str) -> u16 {
    let value = script.call(function, &[socket.to_owned()]).expect("it does not trap").expect("a result").to_string();
    let port = value.split("port: ").nth(1).and_then(|rest| rest.split(',').next());
    port.and_then(|port| port.parse().ok()).unwrap_or_else(|| panic!("no port in {value}"))
}

fn address(port: u16) -> String {
    format!("ipv4({{port: {port}, address: (127, 0, 0, 1)}})")
}

/// A socket that listens, `$server`; its port.
fn listen(script: &mut Script) -> u16 {
    script.expect(&format!(
        "instance-network instance-network -> @net
         tcp-create-socket create-tcp-socket ipv4 -> ok(@server)
         tcp tcp-socket-local-address $server -> err(invalid-state)
         tcp tcp-socket-start-listen $server -> err(invalid-state)
         tcp tcp-socket-finish-bind $server -> err(not-in-progress)
         tcp tcp-socket-start-bind $server $net {} -> ok
         tcp tcp-socket-start-bind $server $net {} -> err(concurrency-conflict)
         tcp tcp-socket-finish-bind $server -> ok
         tcp tcp-socket-start-bind $server $net {} -> err(invalid-state)
         tcp tcp-socket-set-listen-backlog-size $server 0 -> err(invalid-argument)
         tcp tcp-socket-set-listen-backlog-size $server 5 -> ok
         tcp tcp-socket-finish-listen $server -> err(not-in-progress)
         tcp tcp-socket-accept $server -> err(invalid-state)
         tcp tcp-socket-start-listen $server -> ok
         tcp tcp-socket-is-listening $server -> false
         tcp tcp-socket-finish-listen $server -> ok
         tcp tcp-socket-is-listening $server -> true
         tcp tcp-socket-address-family $server -> ipv4
         tcp tcp-socket-subscribe $server -> @incoming
         poll pollable-ready $incoming -> false
         tcp tcp-socket-accept $server -> err(would-block)",
        address(0),
        address(0),
        address(0),
    ));
    port(script, "tcp-tcp-socket-local-address", "$server")
}

#[test]
fn a_guest_connects_to_itself() {
    for mut script in guests(loopback) {
        let port = listen(&mut script);
        let to = address(port);
        script.expect(&format!(
            "tcp-create-socket create-tcp-socket ipv4 -> ok(@client)
             tcp tcp-socket-finish-connect $client -> err(not-in-progress)
             tcp tcp-socket-remote-address $client -> err(invalid-state)
             tcp tcp-socket-shutdown $client both -> err(invalid-state)
             tcp tcp-socket-start-connect $client $net {to} -> ok
             tcp tcp-socket-subscribe $client -> @connected
             poll poll [$connected] -> [0]
             tcp tcp-socket-finish-connect $client -> ok((@client_in, @client_out))
             tcp tcp-socket-finish-connect $client -> err(not-in-progress)
             tcp tcp-socket-start-connect $client $net {to} -> err(invalid-state)
             tcp tcp-socket-remote-address $client -> ok({to})
             poll pollable-block $incoming -> nothing
             tcp tcp-socket-accept $server -> ok((@peer, @peer_in, @peer_out))
             tcp tcp-socket-local-address $peer -> ok({to})
             streams input-stream-read $peer_in 10 -> ok([])
             streams output-stream-check-write $client_out -> ok(65536)
             streams output-stream-write $client_out b\"ping\" -> ok
             streams input-stream-subscribe $peer_in -> @something
             poll pollable-block $something -> nothing
             streams input-stream-blocking-read $peer_in 10 -> ok(b\"ping\")
             streams output-stream-blocking-write-and-flush $peer_out b\"pong\" -> ok
             streams input-stream-blocking-read $client_in 10 -> ok(b\"pong\")
             tcp tcp-socket-shutdown $client send -> ok
             streams output-stream-check-write $client_out -> err(closed)
             streams input-stream-blocking-read $peer_in 10 -> err(closed)
             streams output-stream-blocking-splice $peer_out $client_in 0 -> ok(0)
             tcp tcp-socket-shutdown $client receive -> ok
             streams input-stream-read $client_in 10 -> err(closed)
             drop input-stream $client_in -> nothing
             drop output-stream $client_out -> nothing
             drop pollable $connected -> nothing
             drop tcp-socket $client -> nothing
             drop tcp-socket $peer -> trap: before its children",
        ));
    }
}

#[test]
fn options_of_sockets_can_be_set() {
    for mut script in guests(loopback) {
        script.expect(
            "tcp-create-socket create-tcp-socket ipv4 -> ok(@tcp)
             tcp tcp-socket-keep-alive-enabled $tcp -> ok(false)
             tcp tcp-socket-set-keep-alive-enabled $tcp true -> ok
             tcp tcp-socket-keep-alive-enabled $tcp -> ok(true)
             tcp tcp-socket-set-keep-alive-idle-time $tcp 0 -> err(invalid-argument)
             tcp tcp-socket-set-keep-alive-idle-time $tcp 1500000000 -> ok
             tcp tcp-socket-keep-alive-idle-time $tcp -> ok(2000000000)
             tcp tcp-socket-set-keep-alive-interval $tcp 0 -> err(invalid-argument)
             tcp tcp-socket-set-keep-alive-interval $tcp 1 -> ok
             tcp tcp-socket-keep-alive-interval $tcp -> ok(1000000000)
             tcp tcp-socket-set-keep-alive-count $tcp 0 -> err(invalid-argument)
             tcp tcp-socket-set-keep-alive-count $tcp 4294967295 -> ok
             tcp tcp-socket-keep-alive-count $tcp -> ok(127)
             tcp tcp-socket-set-hop-limit $tcp 0 -> err(invalid-argument)
             tcp tcp-socket-set-hop-limit $tcp 42 -> ok
             tcp tcp-socket-hop-limit $tcp -> ok(42)
             tcp tcp-socket-set-receive-buffer-size $tcp 0 -> err(invalid-argument)
             tcp tcp-socket-set-receive-buffer-size $tcp 65536 -> ok
             tcp tcp-socket-receive-buffer-size $tcp -> ok(65536)
             tcp tcp-socket-set-send-buffer-size $tcp 0 -> err(invalid-argument)
             tcp tcp-socket-set-send-buffer-size $tcp 65536 -> ok
             tcp tcp-socket-send-buffer-size $tcp -> ok(65536)
             udp-create-socket create-udp-socket ipv4 -> ok(@udp)
             udp udp-socket-address-family $udp -> ipv4
             udp udp-socket-set-unicast-hop-limit $udp 0 -> err(invalid-argument)
             udp udp-socket-set-unicast-hop-limit $udp 7 -> ok
             udp udp-socket-unicast-hop-limit $udp -> ok(7)
             udp udp-socket-set-receive-buffer-size $udp 0 -> err(invalid-argument)
             udp udp-socket-set-receive-buffer-size $udp 65536 -> ok
             udp udp-socket-receive-buffer-size $udp -> ok(65536)
             udp udp-socket-set-send-buffer-size $udp 0 -> err(invalid-argument)
             udp udp-socket-set-send-buffer-size $udp 65536 -> ok
             udp udp-socket-send-buffer-size $udp -> ok(65536)",
        );
    }
}

#[test]
fn addresses_that_are_none_to_speak_with_are_refused() {
    for mut script in guests(|builder| {
        builder.tcp_connect(AddressPattern::ANY).tcp_listen(AddressPattern::ANY).udp(AddressPattern::ANY);
    }) {
        script.expect(
            "instance-network instance-network -> @net
             tcp-create-socket create-tcp-socket ipv4 -> ok(@tcp)
             udp-create-socket create-udp-socket ipv4 -> ok(@udp)",
        );
        let refused = [
            "ipv4({port: 80, address: (224, 0, 0, 1)})",
            "ipv4({port: 80, address: (255, 255, 255, 255)})",
            "ipv6({port: 80, flow-info: 0, address: (0, 0, 0, 0, 0, 0, 0, 1), scope-id: 0})",
        ];
        for address in refused {
            script.expect(&format!(
                "tcp tcp-socket-start-bind $tcp $net {address} -> err(invalid-argument)
                 tcp tcp-socket-start-connect $tcp $net {address} -> err(invalid-argument)"
            ));
        }
        // Datagrams may be for several hosts, but not of another family.
        script.expect(&format!(
            "udp udp-socket-start-bind $udp $net {} -> err(invalid-argument)
             udp udp-socket-start-bind $udp $net ipv4({{port: 0, address: (224, 0, 0, 1)}}) -> ok
             udp-create-socket create-udp-socket ipv6 -> ok(@six)
             udp udp-socket-start-bind $six $net ipv6({{port: 0, flow-info: 0, address: (0, 0, 0, 0, 0, 65535, 32512, 1), scope-id: 0}}) -> err(invalid-argument)",
            refused[2]
        ));
        let any = "ipv4({port: 80, address: (0, 0, 0, 0)})";
        script.expect(&format!(
            "tcp tcp-socket-start-connect $tcp $net {any} -> err(invalid-argument)
             tcp tcp-socket-start-connect $tcp $net {} -> err(invalid-argument)
             tcp tcp-socket-start-bind $tcp $net ipv4({{port: 0, address: (192, 0, 2, 1)}}) -> err(address-not-bindable)",
            address(0)
        ));
    }
}

#[test]
fn a_connection_that_nobody_accepts_is_refused() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    for mut script in guests(loopback) {
        script.expect(&format!(
            "instance-network instance-network -> @net
             tcp-create-socket create-tcp-socket ipv4 -> ok(@tcp)
             tcp tcp-socket-start-connect $tcp $net {} -> ok
             tcp tcp-socket-subscribe $tcp -> @done
             poll pollable-block $done -> nothing
             tcp tcp-socket-finish-connect $tcp -> err(connection-refused)
             tcp tcp-socket-start-connect $tcp $net {} -> err(invalid-state)
             tcp tcp-socket-hop-limit $tcp -> err(invalid-state)",
            address(port),
            address(port)
        ));
    }
}

#[test]
fn a_connection_that_is_reset_fails_with_a_code() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let to = address(listener.local_addr().expect("it is bound").port());
    for mut script in guests(loopback) {
        script.expect(&format!(
            "instance-network instance-network -> @net
             tcp-create-socket create-tcp-socket ipv4 -> ok(@tcp)
             tcp tcp-socket-start-connect $tcp $net {to} -> ok
             tcp tcp-socket-subscribe $tcp -> @done
             poll pollable-block $done -> nothing
             tcp tcp-socket-finish-connect $tcp -> ok((@in, @out))
             streams output-stream-blocking-write-and-flush $out b\"unread\" -> ok"
        ));
        let (peer, _) = listener.accept().expect("it has connected");
        peer.peek(&mut [0]).expect("it was sent");
        // What was sent and not read is lost, and the guest is to know.
        drop(peer);
        script.expect(
            "streams input-stream-blocking-read $in 10 -> err(last-operation-failed(@error))
             network network-error-code $error -> some(connection-reset)
             types filesystem-error-code $error -> none
             streams input-stream-blocking-read $in 10 -> err(closed)",
        );
    }
}

#[test]
fn more_than_a_connection_takes_at_once_arrives_all_the_same() {
    for mut script in guests(loopback) {
        let port = listen(&mut script);
        let reader = std::thread::spawn(move || {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
            let mut all = Vec::new();
            stream.write_all(b"go").expect("it is connected");
            stream.read_to_end(&mut all).expect("it is connected");
            all.len()
        });
        script.expect(
            "poll pollable-block $incoming -> nothing
             tcp tcp-socket-accept $server -> ok((@peer, @in, @out))
             streams input-stream-blocking-read $in 10 -> ok(b\"go\")
             streams output-stream-subscribe $out -> @room",
        );
        let mut written = 0;
        while written < 16 << 20 {
            script.expect("poll pollable-block $room -> nothing");
            let may = script.call("streams-output-stream-check-write", &["$out".into()]).expect("no trap").expect("it");
            let may: usize = may.to_string().trim_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number");
            assert!(may > 0, "the pollable was ready");
            script.expect(&format!("streams output-stream-write-zeroes $out {may} -> ok"));
            written += may;
        }
        script.expect("tcp tcp-socket-shutdown $peer send -> ok");
        assert_eq!(reader.join().expect("it does not panic"), written);
    }
}

#[test]
fn datagrams() {
    for mut script in guests(loopback) {
        let host = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let to = address(host.local_addr().expect("it is bound").port());
        script.expect(&format!(
            "instance-network instance-network -> @net
             udp-create-socket create-udp-socket ipv4 -> ok(@udp)
             udp udp-socket-stream $udp none -> err(invalid-state)
             udp udp-socket-finish-bind $udp -> err(not-in-progress)
             udp udp-socket-local-address $udp -> err(invalid-state)
             udp udp-socket-start-bind $udp $net {} -> ok
             udp udp-socket-finish-bind $udp -> ok
             udp udp-socket-remote-address $udp -> err(invalid-state)
             udp udp-socket-stream $udp none -> ok((@in, @out))
             udp outgoing-datagram-stream-send $out [] -> ok(0)
             udp outgoing-datagram-stream-subscribe $out -> @room
             poll pollable-block $room -> nothing
             udp outgoing-datagram-stream-check-send $out -> ok(16)
             udp outgoing-datagram-stream-send $out [{{data: [104, 105], remote-address: none}}] -> err(invalid-argument)
             udp outgoing-datagram-stream-send $out [{{data: [104, 105], remote-address: some({to})}}] -> ok(1)",
            address(0)
        ));
        let mut buffer = [0; 10];
        let (len, guest) = host.recv_from(&mut buffer).expect("it was sent");
        assert_eq!(&buffer[..len], b"hi");
        host.send_to(b"one", guest).and_then(|_| host.send_to(b"two", guest)).expect("it can be sent");
        script.expect(&format!(
            "udp incoming-datagram-stream-receive $in 0 -> ok([])
             udp incoming-datagram-stream-subscribe $in -> @something
             udp udp-socket-subscribe $udp -> @ready
             poll pollable-block $something -> nothing
             poll pollable-block $ready -> nothing
             udp incoming-datagram-stream-receive $in 1 -> ok([{{data: b\"one\", remote-address: {to}}}])
             poll pollable-block $something -> nothing
             udp incoming-datagram-stream-receive $in 100 -> ok([{{data: b\"two\", remote-address: {to}}}])
             udp incoming-datagram-stream-receive $in 100 -> ok([])
             drop pollable $something -> nothing
             drop pollable $room -> nothing
             drop incoming-datagram-stream $in -> nothing
             drop outgoing-datagram-stream $out -> nothing
             udp udp-socket-stream $udp some({to}) -> ok((@in, @out))
             udp udp-socket-remote-address $udp -> ok({to})
             udp outgoing-datagram-stream-check-send $out -> ok(16)
             udp outgoing-datagram-stream-send $out [{{data: [51], remote-address: none}}] -> ok(1)
             udp outgoing-datagram-stream-send $out [{{data: [51], remote-address: some({})}}] -> err(invalid-argument)
             udp udp-socket-stream $udp none -> trap: before it has dropped the old ones",
            address(1)
        ));
    }
}

#[test]
fn datagrams_that_were_not_permitted() {
    for mut script in guests(loopback) {
        script.expect(&format!(
            "instance-network instance-network -> @net
             udp-create-socket create-udp-socket ipv4 -> ok(@udp)
             udp udp-socket-start-bind $udp $net {} -> ok
             udp udp-socket-finish-bind $udp -> ok
             udp udp-socket-stream $udp none -> ok((@in, @out))
             udp outgoing-datagram-stream-send $out [{{data: [1], remote-address: none}}] -> trap: more than `check-send`",
            address(0)
        ));
    }
}

#[test]
fn names() {
    for mut script in guests(|builder| _ = builder.names(NameSet::Some(vec!["localhost".into()]))) {
        script.expect(
            "instance-network instance-network -> @net
             ip-name-lookup resolve-addresses $net \"127.0.0.1\" -> ok(@literal)
             ip-name-lookup resolve-address-stream-resolve-next-address $literal -> ok(some(ipv4((127, 0, 0, 1))))
             ip-name-lookup resolve-address-stream-resolve-next-address $literal -> ok(none)
             ip-name-lookup resolve-addresses $net \"::1\" -> ok(@six)
             ip-name-lookup resolve-address-stream-resolve-next-address $six -> ok(some(ipv6((0, 0, 0, 0, 0, 0, 0, 1))))
             ip-name-lookup resolve-addresses $net \"\" -> err(invalid-argument)
             ip-name-lookup resolve-addresses $net \"a b\" -> err(invalid-argument)
             ip-name-lookup resolve-addresses $net \"example.org\" -> err(access-denied)
             ip-name-lookup resolve-addresses $net \"localhost\" -> ok(@name)
             ip-name-lookup resolve-address-stream-subscribe $name -> @done
             poll pollable-block $done -> nothing
             drop resolve-address-stream $literal -> nothing",
        );
        let call = "ip-name-lookup-resolve-address-stream-resolve-next-address";
        let mut found = Vec::new();
        loop {
            match script.call(call, &["$name".into()]).expect("no trap").expect("a result").to_string() {
                end if end == "ok(none)" => break,
                address => found.push(address),
            }
        }
        let known = ["ok(some(ipv4((127, 0, 0, 1))))", "ok(some(ipv6((0, 0, 0, 0, 0, 0, 0, 1))))"];
        assert!(!found.is_empty() && found.iter().all(|address| known.contains(&&**address)), "{found:?}");
    }
}

/// A grant in one writing is for names in all of them, and what is no name is nobody's.
#[test]
fn names_of_all_alphabets_are_understood() {
    let granted = vec!["b\u{fc}cher.invalid".into(), "localhost".into()];
    for mut script in guests(|builder| _ = builder.names(NameSet::Some(granted.clone()))) {
        script.expect("instance-network instance-network -> @net");
        for name in ["b\u{fc}cher.invalid", "B\u{dc}CHER.invalid", "xn--bcher-kva.invalid", "bu\u{308}cher.invalid."] {
            script.expect(&format!(
                "ip-name-lookup resolve-addresses $net \"{name}\" -> ok(@found)
                 ip-name-lookup resolve-address-stream-subscribe $found -> @done
                 poll pollable-block $done -> nothing
                 drop pollable $done -> nothing"
            ));
            let call = "ip-name-lookup-resolve-address-stream-resolve-next-address";
            let found = script.call(call, &["$found".into()]).expect("no trap").expect("a result").to_string();
            assert!(found.ends_with("resolver-failure)") || found == "err(name-unresolvable)", "{found}");
        }
        let addresses = [("[::1]", "ipv6((0, 0, 0, 0, 0, 0, 0, 1))"), ("\u{ff11}27.0.0.1", "ipv4((127, 0, 0, 1))")];
        for (name, address) in addresses {
            script.expect(&format!(
                "ip-name-lookup resolve-addresses $net \"{name}\" -> ok(@found)
                 ip-name-lookup resolve-address-stream-resolve-next-address $found -> ok(some({address}))"
            ));
        }
        for name in ["b\u{fc}cher", "xn--bcher-kva", "bucher.invalid", "localhost.localhost"] {
            script.expect(&format!("ip-name-lookup resolve-addresses $net \"{name}\" -> err(access-denied)"));
        }
        let long = "x".repeat(64);
        for name in [
            "",
            ".",
            "[127.0.0.1]",
            "[lo]",
            "a..b",
            ".a",
            "a b",
            "a/b",
            "a:80",
            "http://a",
            "a%2eb",
            "u@h",
            "xn--0",
            "::1%lo",
            &long,
        ] {
            script.expect(&format!("ip-name-lookup resolve-addresses $net \"{name}\" -> err(invalid-argument)"));
        }
    }
}

#[test]
fn nothing_is_reached_that_was_not_granted() {
    for mut script in guests(|_| ()) {
        script.expect(&format!(
            "instance-network instance-network -> @net
             tcp-create-socket create-tcp-socket ipv4 -> ok(@tcp)
             tcp tcp-socket-start-connect $tcp $net {0} -> err(access-denied)
             tcp tcp-socket-start-bind $tcp $net {0} -> err(access-denied)
             udp-create-socket create-udp-socket ipv4 -> ok(@udp)
             udp udp-socket-start-bind $udp $net {0} -> err(access-denied)
             udp udp-socket-start-bind $udp $net ipv4({{port: 0, address: (0, 0, 0, 0)}}) -> err(access-denied)
             ip-name-lookup resolve-addresses $net \"example.org\" -> err(access-denied)",
            address(80)
        ));
        let denials: Vec<String> = script.store.data().report.denials().map(ToString::to_string).collect();
        let expected = [
            "denied: TCP connection to 127.0.0.1:80; add --tcp-connect 127.0.0.1:80",
            "denied: listening for TCP at 127.0.0.1:80; add --tcp-listen 127.0.0.1:80",
            "denied: UDP with 0.0.0.0:0; add --udp=0.0.0.0:0",
            "denied: UDP with 127.0.0.1:80; add --udp=127.0.0.1:80",
            "denied: looking up \"example.org\"; add --allow-ip-name-lookup=example.org",
        ];
        assert_eq!(denials, expected);
    }
}

#[test]
fn whoever_is_not_granted_is_neither_sent_to_nor_heard() {
    let (friend, stranger) =
        (UdpSocket::bind("127.0.0.1:0").expect("a port"), UdpSocket::bind("127.0.0.1:0").expect("a port"));
    let (friend_address, stranger_address) =
        (friend.local_addr().expect("it is bound"), stranger.local_addr().expect("it is bound"));
    for mut script in guests(|builder| _ = builder.udp(friend_address)) {
        script.expect(&format!(
            "instance-network instance-network -> @net
             udp-create-socket create-udp-socket ipv4 -> ok(@udp)
             udp udp-socket-start-bind $udp $net ipv4({{port: 0, address: (0, 0, 0, 0)}}) -> ok
             udp udp-socket-finish-bind $udp -> ok
             udp udp-socket-stream $udp some({stranger}) -> err(access-denied)
             udp udp-socket-stream $udp none -> ok((@in, @out))
             udp outgoing-datagram-stream-check-send $out -> ok(16)
             udp outgoing-datagram-stream-send $out [{{data: [1], remote-address: some({stranger})}}] -> err(access-denied)
             udp incoming-datagram-stream-subscribe $in -> @something",
            stranger = address(stranger_address.port()),
        ));
        let guest = ("127.0.0.1", port(&mut script, "udp-udp-socket-local-address", "$udp"));
        stranger.send_to(b"psst", guest).expect("it can be sent");
        friend.send_to(b"hello", guest).expect("it can be sent");
        script.expect(&format!(
            "poll pollable-block $something -> nothing
             udp incoming-datagram-stream-receive $in 16 -> ok([{{data: b\"hello\", remote-address: {}}}])",
            address(friend_address.port())
        ));
    }
}
