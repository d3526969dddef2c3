//! Turns the text of an IP address or of a network into what the API server says is wrong with it.
//!
//! Old fields are read as Go once read addresses (`k8s.io/utils`, `internal/third_party/forked/golang/net`), which lets
//! leading zeros pass; from 1.36 on (`StrictIPCIDRValidation`) what the strict reader refuses is refused as well
//! (`k8s.io/apimachinery`, `pkg/util/validation/ip.go`).

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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

/// Whether an address is of the newer family (`IsIPv6String` of `k8s.io/utils/net`).
pub(super) fn is_v6(value: &str) -> bool {
    sloppy_ip(value).is_some_and(|address| address.to_canonical().is_ipv6())
}

/// `ValidateEndpointIP` of `pkg/apis/core/validation`.
pub(super) fn of_endpoint(value: &str) -> Messages {
    let mut messages = Messages::new();
    let Some(address) = sloppy_ip(value).map(|address| address.to_canonical()) else {
        return one("must be a valid IP address");
    };
    let (is_link_local, is_link_local_multicast) = match address {
        IpAddr::V4(address) => (address.is_link_local(), address.octets().starts_with(&[224, 0, 0])),
        IpAddr::V6(address) => (address.is_unicast_link_local(), address.segments()[0] & 0xff0f == 0xff02),
    };
    if address.is_unspecified() {
        messages.push(format!("may not be unspecified ({value})").into());
    }
    if address.is_loopback() {
        messages.push("may not be in the loopback range (127.0.0.0/8, ::1/128)".into());
    }
    if is_link_local {
        messages.push("may not be in the link-local range (169.254.0.0/16, fe80::/10)".into());
    }
    if is_link_local_multicast {
        messages.push("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)".into());
    }
    messages
}

/// What is said of an address that is read, but not as it should be written (`GetWarningsForIP`).
pub(super) fn ip_warning(value: &str, version: Version) -> Option<String> {
    let sloppy = sloppy_ip(value)?;
    match value.parse::<IpAddr>() {
        Ok(address) if !is_4in6(address) => {
            let canonical = address.to_string();
            (address.is_ipv6() && canonical != value)
                .then(|| format!("IPv6 address \"{value}\" should be in RFC 5952 canonical format (\"{canonical}\")"))
        }
        _ => {
            Some(format!("non-standard IP address \"{value}\" {}: use \"{}\"", refusal(version), sloppy.to_canonical()))
        }
    }
}

/// What is said of a network that is read, but not as it should be written (`GetWarningsForCIDR`).
pub(super) fn cidr_warnings(value: &str, version: Version) -> Vec<String> {
    let mut warnings = Vec::new();
    let Some((address, length)) = value.split_once('/').filter(|(address, length)| is_sloppy_network(address, length))
    else {
        return warnings;
    };
    let (Some(sloppy), Some(bits)) = (sloppy_ip(address), number(length, 10)) else { return warnings };
    let network = masked(sloppy, bits);
    let size = if sloppy.is_ipv4() { 32 } else { 128 };
    // A network of addresses that stand for IPv4 ones is written as one of these.
    let short = if is_4in6(network) { bits.saturating_sub(96) } else { bits };
    let written = format!("{}/{short}", network.to_canonical());
    if network != sloppy {
        let single = format!("{}/{size}", sloppy.to_canonical());
        warnings.push(format!(
            "CIDR value \"{value}\" is ambiguous in this context (should be \"{written}\" or \"{single}\"?)"
        ));
    }
    match address.parse::<IpAddr>() {
        Ok(strict) if !is_4in6(strict) && (length == "0" || !length.starts_with('0')) => {
            let canonical = format!("{strict}/{bits}");
            if warnings.is_empty() && strict.is_ipv6() && canonical != value {
                warnings.push(format!(
                    "IPv6 CIDR value \"{value}\" should be in RFC 5952 canonical format (\"{canonical}\")"
                ));
            }
        }
        _ => warnings.push(format!("non-standard CIDR value \"{value}\" {}: use \"{written}\"", refusal(version))),
    }
    warnings
}

fn refusal(version: Version) -> &'static str {
    if is_strict(version) { "is invalid" } else { "will be considered invalid in a future Kubernetes release" }
}

/// The address with nothing behind the first `bits`.
fn masked(address: IpAddr, bits: u32) -> IpAddr {
    let kept = |size: u32| u128::MAX.checked_shl(size.saturating_sub(bits)).unwrap_or_default();
    match address {
        IpAddr::V4(address) => {
            Ipv4Addr::from_bits(address.to_bits() & u32::try_from(kept(32) & 0xffff_ffff).unwrap_or(0)).into()
        }
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & kept(128)).into(),
    }
}

/// `ParseIPSloppy`, for what is an address.
pub(super) fn is_sloppy_ip(value: &str) -> bool {
    sloppy_ip(value).is_some()
}

/// `ParseIPSloppy`.
fn sloppy_ip(value: &str) -> Option<IpAddr> {
    match value.bytes().find(|byte| matches!(byte, b'.' | b':'))? {
        b'.' => sloppy_ipv4(value).map(IpAddr::V4),
        _ => sloppy_ipv6(value).map(IpAddr::V6),
    }
}

/// `ParseCIDRSloppy`, for what is a network.
fn is_sloppy_network(address: &str, length: &str) -> bool {
    let most = if sloppy_ipv4(address).is_some() {
        32
    } else if sloppy_ipv6(address).is_some() {
        128
    } else {
        return false;
    };
    number(length, 10).is_some_and(|length| length <= most)
}

fn sloppy_ipv4(value: &str) -> Option<Ipv4Addr> {
    let mut octets = value.split('.').map(|octet| number(octet, 10).and_then(|octet| u8::try_from(octet).ok()));
    let address = Ipv4Addr::new(octets.next()??, octets.next()??, octets.next()??, octets.next()??);
    octets.next().is_none().then_some(address)
}

/// Without the zeros that lead its numbers, an address is what every reader reads.
fn sloppy_ipv6(value: &str) -> Option<Ipv6Addr> {
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
    short.parse().ok()
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

    #[test]
    fn what_is_read_otherwise_than_it_is_written_is_warned_of() {
        for (value, minor, want) in [
            ("1.2.3.4", 33, None),
            ("2001:db8::1", 37, None),
            (
                "01.2.3.4",
                35,
                Some(
                    "non-standard IP address \"01.2.3.4\" will be considered invalid in a future Kubernetes release: use \"1.2.3.4\"",
                ),
            ),
            ("::ffff:1.2.3.4", 36, Some("non-standard IP address \"::ffff:1.2.3.4\" is invalid: use \"1.2.3.4\"")),
            (
                "2001:DB8:0::1",
                37,
                Some("IPv6 address \"2001:DB8:0::1\" should be in RFC 5952 canonical format (\"2001:db8::1\")"),
            ),
        ] {
            let version: Version = format!("1.{minor}").parse().expect("a known version");
            assert_eq!(ip_warning(value, version).as_deref(), want, "{value} in 1.{minor}");
        }
        for (value, want) in [
            ("10.0.0.0/8", &[][..]),
            (
                "10.0.0.1/8",
                &[
                    "CIDR value \"10.0.0.1/8\" is ambiguous in this context (should be \"10.0.0.0/8\" or \"10.0.0.1/32\"?)",
                ],
            ),
            ("010.0.0.0/8", &["non-standard CIDR value \"010.0.0.0/8\" is invalid: use \"10.0.0.0/8\""]),
            (
                "2001:DB8::/32",
                &["IPv6 CIDR value \"2001:DB8::/32\" should be in RFC 5952 canonical format (\"2001:db8::/32\")"],
            ),
        ] {
            assert_eq!(cidr_warnings(value, Version::NEWEST), want, "{value}");
        }
    }
}
