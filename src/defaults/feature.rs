//! Says which features an API server has where nobody says otherwise.

use crate::version::Version;

/// A feature that decides about a field, that not every known version has on, and that nobody can set here
/// (`pkg/features/kube_features.go`); for those that a person can set, see [`crate::version::FeatureGate`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Feature {
    AtomicWriteVolumeUserFields,
    ClusterTrustBundleProjection,
    ContainerRestartRules,
    ContainerStopSignals,
    CrossNamespaceVolumeDataSource,
    DynamicResourceAllocation,
    EmptyDirVolumeMode,
    EnvFiles,
    EvictionRequestApi,
    GenericWorkload,
    GrpcContainerProbeTls,
    H2cContainerProbe,
    HostnameOverride,
    ImageVolume,
    PodCertificateRequest,
    PodLevelResources,
    VolumeAttributesClass,
    VolumeBindMountOptions,
}

impl Feature {
    /// Whether it is on in that version; one that does not exist yet decides about fields that do not either.
    pub(super) fn is_on(self, version: Version) -> bool {
        self.since().is_some_and(|minor| version.minor() >= minor)
    }

    /// The minor version from which on it is on.
    fn since(self) -> Option<u8> {
        match self {
            Self::DynamicResourceAllocation | Self::PodLevelResources | Self::VolumeAttributesClass => Some(34),
            Self::ContainerRestartRules | Self::EnvFiles | Self::HostnameOverride | Self::ImageVolume => Some(35),
            Self::ClusterTrustBundleProjection | Self::PodCertificateRequest => Some(37),
            Self::AtomicWriteVolumeUserFields
            | Self::ContainerStopSignals
            | Self::CrossNamespaceVolumeDataSource
            | Self::EmptyDirVolumeMode
            | Self::EvictionRequestApi
            | Self::GenericWorkload
            | Self::GrpcContainerProbeTls
            | Self::H2cContainerProbe
            | Self::VolumeBindMountOptions => None,
        }
    }
}
