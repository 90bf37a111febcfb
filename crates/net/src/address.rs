//! What can be read from an address.

use std::net::{Ipv4Addr, Ipv6Addr};

use libp2p::{Multiaddr, PeerId, multiaddr::Protocol};

use crate::news::Route;

/// The address without `/p2p/…` at its end, and the peer that stood there.
pub(crate) fn split(address: &Multiaddr) -> (Multiaddr, Option<PeerId>) {
    let mut bare = address.clone();
    match bare.pop() {
        Some(Protocol::P2p(peer)) => (bare, Some(peer)),
        _ => (address.clone(), None),
    }
}

/// Over what an address leads to a peer.
pub(crate) fn route(address: &Multiaddr) -> Route {
    if address.iter().any(|part| part == Protocol::P2pCircuit) {
        return Route::Relay;
    }
    match address.iter().next() {
        Some(Protocol::Ip4(ip)) if near_v4(ip) => Route::SameNetwork,
        Some(Protocol::Ip6(ip)) if near_v6(ip) => Route::SameNetwork,
        _ => Route::Direct,
    }
}

fn near_v4(ip: Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_private() || ip.is_link_local()
}

fn near_v6(ip: Ipv6Addr) -> bool {
    let mapped = ip.to_ipv4_mapped().is_some_and(near_v4);
    mapped || ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
}

/// Whether a transport of ours can call it: TCP or QUIC, by number or by name.
pub(crate) fn callable(address: &Multiaddr) -> bool {
    let (bare, _) = split(address);
    let parts = bare.iter().collect::<Vec<_>>();
    match parts.as_slice() {
        [Protocol::Ip4(ip), Protocol::Tcp(port) | Protocol::Udp(port), ..] if ip.is_unspecified() || *port == 0 => {
            false
        }
        [Protocol::Ip6(ip), Protocol::Tcp(port) | Protocol::Udp(port), ..] if ip.is_unspecified() || *port == 0 => {
            false
        }
        [host, Protocol::Tcp(_)] | [host, Protocol::Udp(_), Protocol::QuicV1] => matches!(
            host,
            Protocol::Ip4(_) | Protocol::Ip6(_) | Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_)
        ),
        _ => false,
    }
}

/// Whether an address that a peer announced on the local network is worth a call. Link-local IPv6 needs a zone, which
/// such an announcement cannot carry.
pub(crate) fn worth_a_call(address: &Multiaddr) -> bool {
    let link_local = matches!(address.iter().next(), Some(Protocol::Ip6(ip)) if ip.is_unicast_link_local());
    let by_number = matches!(address.iter().next(), Some(Protocol::Ip4(_) | Protocol::Ip6(_)));
    by_number && !link_local && callable(address)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    #[test]
    fn routes() {
        for (text, expected) in [
            ("/ip4/127.0.0.1/tcp/1", Route::SameNetwork),
            ("/ip4/192.168.4.5/tcp/1", Route::SameNetwork),
            ("/ip4/169.254.4.5/udp/1/quic-v1", Route::SameNetwork),
            ("/ip6/fe80::1/tcp/1", Route::SameNetwork),
            ("/ip6/fd00::1/tcp/1", Route::SameNetwork),
            ("/ip6/2a00::1/tcp/1", Route::Direct),
            ("/ip4/9.9.9.9/tcp/1", Route::Direct),
            ("/dns4/chapter.example/tcp/1", Route::Direct),
            ("/ip4/192.168.4.5/tcp/1/p2p-circuit", Route::Relay),
        ] {
            assert_eq!(route(&address(text)), expected, "{text}");
        }
    }

    #[test]
    fn which_addresses_can_be_called() {
        let peer = format!("/p2p/{}", PeerId::random());
        for (text, can, announced) in [
            ("/ip4/10.0.0.1/tcp/4001", true, true),
            ("/ip4/10.0.0.1/udp/4001/quic-v1", true, true),
            ("/dns/chapter.example/tcp/4001", true, false),
            ("/ip6/fe80::1/tcp/4001", true, false),
            ("/ip4/0.0.0.0/tcp/4001", false, false),
            ("/ip4/10.0.0.1/tcp/0", false, false),
            ("/ip4/10.0.0.1/udp/4001", false, false),
            ("/memory/7", false, false),
            ("/ip4/10.0.0.1/tcp/4001/ws", false, false),
        ] {
            for text in [text.to_owned(), format!("{text}{peer}")] {
                assert_eq!((callable(&address(&text)), worth_a_call(&address(&text))), (can, announced), "{text}");
            }
        }
        let (bare, named) = split(&address(&format!("/ip4/10.0.0.1/tcp/4001{peer}")));
        assert_eq!((bare, named.is_some()), (address("/ip4/10.0.0.1/tcp/4001"), true));
    }
}
