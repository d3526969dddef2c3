//! Holds which faults an update may keep because the object that is there already has them.

/// A fault of a pod template that the API server lets pass in the next one (`PodValidationOptions` of
/// `pkg/apis/core/validation`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub(super) enum Inherited {
    /// The annotation `pod-deletion-cost` holds no number.
    DeletionCost = 1,
    /// An amount of huge pages is no multiple of a page.
    PartOfHugePage = 1 << 1,
    /// A selector in the affinity to pods is none.
    AffinitySelector = 1 << 2,
    /// The required affinity to nodes asks for what no label can have.
    NodeAffinityValue = 1 << 3,
    /// A selector in the topology spread constraints is none.
    SpreadSelector = 1 << 4,
    /// Label keys in the topology spread constraints stand in the selector as well.
    SpreadLabelKey = 1 << 5,
    /// A kernel parameter of the node's own space.
    HostSysctl = 1 << 6,
    /// A path of a token that leads out of its volume.
    TokenPath = 1 << 7,
    /// A policy on the labels of files (`seLinuxChangePolicy`); up to 1.36 only `Recursive` may be set first.
    SelinuxPolicy = 1 << 8,
    /// A toleration that compares numbers.
    Comparison = 1 << 9,
    /// Containers with block devices in a user namespace.
    DeviceInUserNamespace = 1 << 10,
    /// The host's network in a user namespace.
    HostNetworkInUserNamespace = 1 << 11,
    /// A volume of an image that is not named.
    EmptyImageReference = 1 << 12,
    /// An init container that ends is to be restarted when it is resized.
    RestartOfInitContainer = 1 << 13,
    /// A container that may not gain privileges is given `CAP_SYS_ADMIN`.
    SysAdmin = 1 << 14,
}

/// All of them that an object has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Inheritance(u32);

impl Inheritance {
    /// Adds the fault where it is so.
    pub(super) fn add_if(&mut self, is_so: bool, fault: Inherited) {
        if is_so {
            self.0 |= fault as u32;
        }
    }

    pub(super) fn has(self, fault: Inherited) -> bool {
        self.0 & fault as u32 != 0
    }
}
