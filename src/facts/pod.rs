//! Turns a StatefulSet into the pods that the controller makes of it, in words.

use crate::manifest::Object;
use crate::pod::Ordinals;

crate::record! {
    /// The pods that the controller makes of the StatefulSet.
    pub struct Pods<'a> as "pods" at node {
        /// The name of the one with the lowest ordinal; empty if there is none.
        first "first": String,
        /// The name of the one with the highest ordinal; empty if there is none.
        last "last": String,
        /// All of them in words: `db-0`, `db-0 and db-1`, `db-0 … db-2`; `its pods` if there is none.
        text "text": String,
        /// How many there are.
        count "count": i64,
        /// How many characters the longest of their names has; 0 if there is none.
        longest_name "longestName": i64,
    }
}

/// The names of the pods of `set`.
pub(super) fn of<'a>(set: &'a Object<'a>) -> Pods<'a> {
    let ordinals = Ordinals::of(set);
    let name = |ordinal: i64| format!("{}-{ordinal}", set.name);
    let (first, last) = if ordinals.count > 0 && !set.name.is_empty() {
        (name(ordinals.first), name(ordinals.last()))
    } else {
        (String::new(), String::new())
    };
    let text = match ordinals.count {
        _ if first.is_empty() => "its pods".to_owned(),
        1 => first.clone(),
        2 => format!("{first} and {last}"),
        _ => format!("{first} … {last}"),
    };
    Pods {
        node: set.get(&["spec", "replicas"]),
        longest_name: i64::try_from(last.len()).unwrap_or(i64::MAX),
        first,
        last,
        text,
        count: ordinals.count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::testing;

    fn set(spec: &str) -> String {
        format!("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {spec}\n")
    }

    #[test]
    fn pods_are_named_after_their_ordinals() {
        for (spec, text, longest_name) in [
            ("{}", "db-0", 4),
            ("{replicas: 2}", "db-0 and db-1", 4),
            ("{replicas: 11}", "db-0 … db-10", 5),
            ("{replicas: 3, ordinals: {start: 9}}", "db-9 … db-11", 5),
            ("{replicas: 0}", "its pods", 0),
            ("{replicas: -1}", "db-0", 4),
            ("{replicas: \"3\"}", "db-0", 4),
            ("{replicas: 9999999999999999999}", "db-0", 4),
        ] {
            testing::with(&set(spec), |object, _| {
                let pods = of(object);
                assert_eq!((pods.text.as_str(), pods.longest_name), (text, longest_name), "{spec}");
            });
        }
    }
}
