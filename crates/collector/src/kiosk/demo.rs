//! Enrolment by return, for demonstrations only: whoever can reach the port can enrol a device.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use urna_core::seal::{Enrolment, EnrolmentRequest, SealError, SecretKey, Signer};
use urna_core::{DeviceId, PrecinctId};

use super::Kiosk;
use crate::campaign::Campaign;

/// The authority's secret key, where there is nothing to lose.
pub struct DemoAuthority(SecretKey);

impl DemoAuthority {
    /// Reads `authority.key` in `dir`.
    ///
    /// # Errors
    /// The file is missing, is no key, or is the key of another authority.
    pub fn load(dir: &Path, campaign: &Campaign) -> anyhow::Result<Self> {
        let file = dir.join("authority.key");
        let pem = std::fs::read_to_string(&file)
            .with_context(|| format!("reading {}", file.display()))?;
        let key = SecretKey::from_pem(&pem).with_context(|| format!("in {}", file.display()))?;
        ensure!(key.public_key() == campaign.root, "{} is another authority's key", file.display());
        Ok(DemoAuthority(key))
    }
}

impl std::fmt::Debug for DemoAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DemoAuthority({})", self.0.public_key().fingerprint())
    }
}

#[derive(Deserialize)]
pub(super) struct Place {
    precinct: PrecinctId,
    device: DeviceId,
}

/// Answers a sealed enrolment request with a sealed enrolment.
pub(super) async fn enrol(
    State(kiosk): State<Arc<Kiosk>>,
    Query(place): Query<Place>,
    request: Bytes,
) -> Result<Vec<u8>, (StatusCode, String)> {
    let refused = |why: &str| (StatusCode::UNPROCESSABLE_ENTITY, format!("{why}\n"));
    let by_seal = |fault: SealError| refused(&fault.to_string());
    let demo = kiosk.demo.as_ref().ok_or_else(|| refused("there is no authority here"))?;
    let (request, device_key) = EnrolmentRequest::open(&request).map_err(by_seal)?;
    let campaign = &kiosk.campaign;
    if request.package != campaign.package_digest() {
        return Err(refused("the request is for another election package"));
    }
    if campaign.precinct(&place.precinct).is_none() {
        return Err(refused("there is no such precinct"));
    }
    if !place.device.is_well_formed() {
        return Err(refused("a device's name has 1 to 64 letters, digits, - _ ."));
    }
    tracing::warn!(precinct = %place.precinct, device = %place.device, "demonstration enrolment");
    let enrolment = Enrolment {
        election: campaign.definition().id.clone(),
        package: request.package,
        device: place.device,
        precinct: place.precinct,
        device_key: device_key.to_sec1(),
    };
    enrolment.seal(&demo.0).map_err(by_seal)
}
