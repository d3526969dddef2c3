//! What is true of each StatefulSet in view, in a form that rules can ask.

mod value;

pub use value::{Fact, Field, Lazy, List, Record, RecordType, Type, Value, lazy};

use crate::yaml::Node;

crate::record! {
    /// The Service that `spec.serviceName` names.
    pub struct Service<'a> as "service" at node {
        /// Whether it is in view.
        found "found": bool,
        /// Its name.
        name "name": &'a str,
        /// Its ports.
        ports "ports": Vec<i64>,
        /// The object.
        object "object": Option<Node<'a>>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn records_answer_by_number() {
        let service = Service { node: None, found: true, name: "db", ports: vec![1, 2], object: None };
        let record: &dyn Record = &service;
        let number = record.record_type().field("found").unwrap();
        assert!(matches!(record.get(number), Value::Bool(true)));
    }
}
