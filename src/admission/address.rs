//! Turns the text of an IP address or of a network into what the API server says is wrong with it.
//!
//! Old fields are read as Go once read addresses (`k8s.io/utils`, `internal/third_party/forked/golang/net`), which lets
//! leading zeros pass; from 1.36 on (`StrictIPCIDRValidation`) what the strict reader refuses is refused as well
//! (`k8s.io/apimachinery`, `pkg/util/validation/ip.go`).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};

use super::name::Messages;
use crate::version::Version;

/// `IsValidIPForLegacyField`.
pub(super) fn ip(value: &str, version: Version) -> Messages {
    if !is_sloppy_ip(value) {
        return one("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }
    match value.parse::<IpAddr>() {
        _ if !is_strict(version) => Messages::new(),
        Err(_) => one("must not have leading 0s"),
        Ok(address) if is_4in6(address) => one("must not be an IPv4-mapped IPv6 address"),
        Ok(_) => Messages::new(),
    }
}

/// `IsValidCIDRForLegacyField`.
pub(super) fn cidr(value: &str, version: Version) -> Messages {
    let parts = value.split_once('/').filter(|(address, length)| is_sloppy_network(address, length));
    let Some((address, length)) = parts else {
        return one("must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    };
    if !is_strict(version) {
        return Messages::new();
    }
    let is_short = length == "0" || !length.starts_with('0');
    match (address.parse::<IpAddr>(), length.parse::<u32>()) {
        (Ok(address), Ok(_)) if is_short && is_4in6(address) => one("must not have an IPv4-mapped IPv6 address"),
        (Ok(address), Ok(length)) if is_short && has_bits_beyond(address, length) => {
            one("must not have bits set beyond the prefix length")
        }
        (Ok(_), Ok(_)) if is_short => Messages::new(),
        _ => one("must not have leading 0s in IP or prefix length"),
    }
}

fn one(words: &'static str) -> Messages {
    vec![Cow::Borrowed(words)]
}

/// Whether `StrictIPCIDRValidation` is on.
fn is_strict(version: Version) -> bool {
    version.minor() >= 36
}

fn is_4in6(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some())
}

fn has_bits_beyond(address: IpAddr, length: u32) -> bool {
    let (bits, size) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let beyond = u128::MAX.checked_shr(128 - size + length).unwrap_or_default();
    bits & beyond != 0
}

/// `ParseIPSloppy`, for what is an address.
pub(super) fn is_sloppy_ip(value: &str) -> bool {
    match value.bytes().find(|byte| matches!(byte, b'.' | b':')) {
        Some(b'.') => is_sloppy_ipv4(value),
        Some(_) => is_sloppy_ipv6(value),
        None => false,
    }
}

/// `ParseCIDRSloppy`, for what is a network.
fn is_sloppy_network(address: &str, length: &str) -> bool {
    let most = if is_sloppy_ipv4(address) {
        32
    } else if is_sloppy_ipv6(address) {
        128
    } else {
        return false;
    };
    number(length, 10).is_some_and(|length| length <= most)
}

fn is_sloppy_ipv4(value: &str) -> bool {
    let mut octets = 0;
    value.split('.').all(|octet| {
        octets += 1;
        number(octet, 10).is_some_and(|octet| octet <= 0xff)
    }) && octets == 4
}

/// Without the zeros that lead its numbers, an address is what every reader reads.
fn is_sloppy_ipv6(value: &str) -> bool {
    let mut short = String::new();
    let mut digits = 0;
    for (at, character) in value.char_indices() {
        let is_digit = character.is_ascii_hexdigit();
        let next_is_digit = value.as_bytes().get(at + 1).is_some_and(u8::is_ascii_hexdigit);
        if character == '0' && digits == 0 && next_is_digit {
            continue;
        }
        digits = if is_digit { digits + 1 } else { 0 };
        short.push(character);
    }
    short.parse::<Ipv6Addr>().is_ok()
}

/// The number that these digits are; `None` where anything else is there, and for numbers that are out of all ranges.
fn number(digits: &str, radix: u32) -> Option<u32> {
    digits.chars().try_fold(None, |number: Option<u32>, digit| {
        let number = number.unwrap_or(0).checked_mul(radix)?.checked_add(digit.to_digit(radix)?)?;
        (number < 0xff_ffff).then_some(Some(number))
    })?
}

#[cfg(test)]
mod tests {
    use super::*;

    const IP: &str = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    const CIDR: &str = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    #[test]
    fn addresses_are_read_as_the_api_server_reads_them() {
        for (value, old, new) in [
            ("10.9.8.7", "", ""),
            ("010.009.08.07", "", "must not have leading 0s"),
            ("2001:db8::ffff", "", ""),
            ("FE80:0:0:0:0:0:0:0abc", "", ""),
            ("fe80::00000abc", "", "must not have leading 0s"),
            ("::", "", ""),
            ("::ffff:1.2.3.4", "", "must not be an IPv4-mapped IPv6 address"),
            ("::ffff:01.2.3.4", "", "must not have leading 0s"),
            ("1::2::3", IP, IP),
            ("1:2:3:4:5:6:7:8:9", IP, IP),
            ("1:2:3:4:5:6:7:1.2.3.4", IP, IP),
            ("1:2:3:4:5:6:7:10000", IP, IP),
            ("fe80::1%eth0", IP, IP),
            ("10.9.8", IP, IP),
            ("10.9.8.256", IP, IP),
            ("10.9.8.+7", IP, IP),
            ("10.9.8.7.", IP, IP),
            ("", IP, IP),
            ("db", IP, IP),
        ] {
            assert_eq!(ip(value, Version::OLDEST).join("|"), old, "{value}");
            assert_eq!(ip(value, Version::NEWEST).join("|"), new, "{value}");
        }
    }

    #[test]
    fn networks_are_read_as_the_api_server_reads_them() {
        for (value, old, new) in [
            ("10.9.8.0/24", "", ""),
            ("0.0.0.0/0", "", ""),
            ("::/0", "", ""),
            ("10.9.8.7/32", "", ""),
            ("2001:db8::/64", "", ""),
            ("10.9.8.7/24", "", "must not have bits set beyond the prefix length"),
            ("2001:db8::1/64", "", "must not have bits set beyond the prefix length"),
            ("10.9.8.0/024", "", "must not have leading 0s in IP or prefix length"),
            ("010.9.8.0/24", "", "must not have leading 0s in IP or prefix length"),
            ("::ffff:1.2.3.0/120", "", "must not have an IPv4-mapped IPv6 address"),
            ("10.9.8.0/33", CIDR, CIDR),
            ("2001:db8::/129", CIDR, CIDR),
            ("10.9.8.0", CIDR, CIDR),
            ("10.9.8.0/", CIDR, CIDR),
            ("10.9.8.0/+8", CIDR, CIDR),
            ("10.9.8.0/8/8", CIDR, CIDR),
        ] {
            assert_eq!(cidr(value, Version::OLDEST).join("|"), old, "{value}");
            assert_eq!(cidr(value, Version::NEWEST).join("|"), new, "{value}");
        }
    }
}
