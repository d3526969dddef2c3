//! Turns what the StatefulSet controller sees into what it does: one reconcile step as one pure function.
//!
//! [`step::step`] follows `sync` and `updateStatefulSet` of `k8s.io/kubernetes`, `pkg/controller/statefulset`, for the
//! minors 1.33 to 1.37 ([`profile::Profile`]). It reads a [`state::State`], changes nothing, and answers with a
//! [`action::Outcome`]: the ordered calls to the API server, the status it writes, and which pod it waits for.
//!
//! # How a simulator uses it
//!
//! ```
//! use stslint::controller::{profile::Profile, state::{Set, State}, step::step};
//! use stslint::version::Version;
//!
//! let mut state = State::new(Set { replicas: 3, ..Set::default() });
//! let profile = Profile::of(Version::NEWEST);
//! for now in 0..10 {
//!     let outcome = step(&profile, &state, now);
//!     state.apply(&outcome); // the API server: pods appear, terminate or go, claims and revisions are stored
//!     for ordinal in state.pod_ordinals().collect::<Vec<_>>() {
//!         state.change_pod(ordinal, |pod| pod.make_ready(now)); // the rest of the cluster: here, all goes well
//!     }
//! }
//! assert_eq!(state.status.available_replicas, 3);
//! ```
//!
//! A step costs O(u · log n), where u counts the pods that are not settled: missing, not ready, terminating, or in
//! need of repair. [`state::State`] keeps the settled ones as ranges and counts, so a roll-out of 10,000 pods, one
//! after another, is 30,000 cheap steps. Two rules keep it so: change pods and claims one by one through `State`
//! ([`state::State::change_set`] looks at every pod again, so call it once per edit), and let what happens at the
//! same instant happen before the next step, as the controller's own queue does.
//!
//! # What it leaves out
//!
//! Events, conflicts and a lagging cache: a step sees all earlier writes. Errors of reading, which only a broken cache
//! gives. Pods whose names have leading zeros (`web-007`), or that the set owns under a name that is not its own: there
//! is one pod to an ordinal. Within a batch of a Parallel set the controller keeps no order; here it is ascending.

pub mod action;
mod batch;
mod claims;
mod condemned;
mod index;
pub mod names;
mod pass;
pub mod profile;
mod ranges;
mod replica;
mod revisions;
mod rolling;
mod server;
pub mod state;
mod status;
pub mod step;
