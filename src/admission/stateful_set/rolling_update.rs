//! Turns the update strategy of a StatefulSet into what the API server refuses in it.

use super::super::check::Check;
use super::super::field::Field;
use super::super::go_value::{GoValue, Member};
use super::super::int_or_percent::{
    int_or_percent_value, not_more_than_100_percent, not_negative, positive_int_or_percent,
};
use crate::version::FeatureGate;

/// What `ValidateStatefulSetSpec` asks of `updateStrategy`; an absent type is `RollingUpdate`.
pub(super) fn strategy(check: &mut Check, strategy: &Field<'_, '_>, knows_recreate: bool) {
    let (kind, rolling_update) = (strategy.child("type"), strategy.child("rollingUpdate"));
    match kind.text() {
        "" | "RollingUpdate" => budget(check, &rolling_update),
        "OnDelete" => only_for_rolling_update(check, &rolling_update),
        "Recreate" if knows_recreate => only_for_rolling_update(check, &rolling_update),
        _ => {
            let supported = if knows_recreate {
                "must be 'RollingUpdate', 'OnDelete', or 'Recreate'"
            } else {
                "must be 'RollingUpdate' or 'OnDelete'"
            };
            let value = strategy_value(check, strategy);
            let pointed = kind.node().map_or(*strategy, |node| strategy.pointing_at(node));
            check.invalid(&pointed, value, supported);
        }
    }
}

fn only_for_rolling_update(check: &mut Check, rolling_update: &Field<'_, '_>) {
    if rolling_update.exists() {
        let value = rolling_update_value(check, rolling_update);
        check.invalid(rolling_update, value, "only allowed for updateStrategy 'RollingUpdate'");
    }
}

/// `validateRollingUpdateStatefulSet`; without its gate the server drops `maxUnavailable` before it looks.
fn budget(check: &mut Check, rolling_update: &Field<'_, '_>) {
    not_negative(check, &rolling_update.child("partition"));
    let unavailable = rolling_update.child("maxUnavailable");
    if !check.version.has(FeatureGate::MaxUnavailableStatefulSet) || !unavailable.exists() {
        return;
    }
    positive_int_or_percent(check, &unavailable);
    if int_or_percent_value(&unavailable) == 0 {
        check.invalid(&unavailable, GoValue::int_or_string(&unavailable), "cannot be 0");
    }
    not_more_than_100_percent(check, &unavailable);
}

/// `apps.StatefulSetUpdateStrategy`.
fn strategy_value<'t>(check: &Check, strategy: &Field<'_, 't>) -> GoValue<'t> {
    let rolling_update = strategy.child("rollingUpdate");
    let go_type = "*apps.RollingUpdateStatefulSetStrategy";
    let pointer = if rolling_update.exists() {
        GoValue::Pointer(go_type, Box::new(rolling_update_value(check, &rolling_update)))
    } else {
        GoValue::Nil(go_type)
    };
    let kind = GoValue::Text(strategy.child("type").text());
    GoValue::Struct(
        "apps.StatefulSetUpdateStrategy",
        vec![Member::new("Type", kind), Member::new("RollingUpdate", pointer)],
    )
}

/// `apps.RollingUpdateStatefulSetStrategy`.
fn rolling_update_value<'t>(check: &Check, rolling_update: &Field<'_, 't>) -> GoValue<'t> {
    let unavailable = rolling_update.child("maxUnavailable");
    let go_type = "*intstr.IntOrString";
    let pointer = if check.version.has(FeatureGate::MaxUnavailableStatefulSet) && unavailable.exists() {
        GoValue::Pointer(go_type, Box::new(GoValue::int_or_string(&unavailable)))
    } else {
        GoValue::Nil(go_type)
    };
    let partition = GoValue::Int(rolling_update.child("partition").int().unwrap_or(0));
    GoValue::Struct(
        "apps.RollingUpdateStatefulSetStrategy",
        vec![Member::new("Partition", partition), Member::new("MaxUnavailable", pointer)],
    )
}
