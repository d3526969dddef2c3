//! Turns what a probe or a hook does into what the API server refuses in it.

use super::super::super::check::Check;
use super::super::super::field::Field;
use super::super::super::go::BadValue;
use super::super::super::name;

/// `validateHandler`, of a probe (`handlerFromProbe`).
pub(super) fn of_probe(check: &mut Check, probe: &Field<'_, '_>) {
    one_of(check, probe, &["exec", "httpGet", "tcpSocket", "grpc"], 0);
}

/// `validateHandler`, of a hook (`handlerFromLifecycle`). The grace period is the pod's, in seconds.
pub(super) fn of_hook(check: &mut Check, hook: &Field<'_, '_>, grace_period: i64) {
    one_of(check, hook, &["exec", "httpGet", "tcpSocket", "sleep"], grace_period);
}

fn one_of(check: &mut Check, handler: &Field<'_, '_>, kinds: &[&str], grace_period: i64) {
    let mut is_there = false;
    for kind in kinds {
        let action = handler.child(kind);
        if !action.exists() {
            continue;
        }
        if is_there {
            check.forbidden(&action, "may not specify more than 1 handler type");
            continue;
        }
        is_there = true;
        match *kind {
            "exec" => exec(check, &action),
            "httpGet" => http_get(check, &action),
            "sleep" => sleep(check, &action, grace_period),
            _ => port(check, &action.child("port"), *kind == "grpc"),
        }
    }
    if !is_there {
        check.required(handler, "must specify a handler type");
    }
}

/// `validateExecAction`.
fn exec(check: &mut Check, action: &Field<'_, '_>) {
    let command = action.child("command");
    if command.is_empty() {
        check.required(&command, "");
    }
}

/// `validateHTTPGetAction`; absent, the path is `/` and the scheme `HTTP`. The gate of `protocol` is off, which drops it.
fn http_get(check: &mut Check, action: &Field<'_, '_>) {
    port(check, &action.child("port"), false);
    let scheme = action.child("scheme");
    if !matches!(scheme.text(), "" | "HTTP" | "HTTPS") {
        check.not_supported(&scheme, BadValue::Typed(scheme.text()), &["HTTP", "HTTPS"]);
    }
    let headers = action.child("httpHeaders");
    for header in headers.items() {
        let header_name = header.child("name").text();
        check.invalid_each(&headers, header_name, name::http_header_name(header_name));
    }
}

/// `ValidatePortNumOrName`: a number or, unless it is gRPC's, the name of a port.
fn port(check: &mut Check, port: &Field<'_, '_>, is_grpc: bool) {
    let number = port.int();
    if number.is_some() || is_grpc || !port.exists() {
        let number = number.unwrap_or_default();
        check.invalid_each(port, number, name::port_number(number));
    } else {
        check.invalid_each(port, port.text(), name::port_name(port.text()));
    }
}

/// `validateSleepAction`.
fn sleep(check: &mut Check, action: &Field<'_, '_>, grace_period: i64) {
    let seconds = action.child("seconds").int().unwrap_or_default();
    if seconds < 0 || seconds > grace_period {
        let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace_period})");
        check.invalid(action, seconds, &detail);
    }
}
