//! Opens the object store that the environment describes.
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::S3Storage;
use super::error::root_cause;

/// Why an object store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// The address is not of the form `s3://bucket/prefix`.
    #[error("not of the form s3://bucket/prefix")]
    BadAddress,
    /// The environment has no credentials.
    #[error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")]
    MissingKeys,
    /// Another error, in the client's words.
    #[error("{0}")]
    Client(String),
}

impl S3Storage {
    /// Opens `s3://bucket/prefix`. Failed requests are retried for the duration `retry_for`.
    ///
    /// # Errors
    /// [`S3Error::BadAddress`], [`S3Error::MissingKeys`], or [`S3Error::Client`] when the client cannot be built.
    pub fn open(address: &str, retry_for: Duration) -> Result<Self, S3Error> {
        let rest = address.strip_prefix("s3://").ok_or(S3Error::BadAddress)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(S3Error::BadAddress);
        }
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let others = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_SKIP_SIGNATURE"];
        let keys = set("AWS_ACCESS_KEY_ID") && set("AWS_SECRET_ACCESS_KEY");
        if !keys && !others.into_iter().any(set) {
            return Err(S3Error::MissingKeys);
        }
        // The provider is global to the process; installing it again fails harmlessly.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = std::env::var("AWS_ENDPOINT_URL").or_else(|_| std::env::var("AWS_ENDPOINT")).unwrap_or_default();
        let mut options = ClientOptions::new().with_timeout(Duration::from_secs(900));
        options = options.with_connect_timeout(Duration::from_secs(10));
        // Plain HTTP is allowed only to this machine, or when AWS_ALLOW_HTTP asks for it.
        let loopback = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
        if loopback.iter().any(|home| endpoint.starts_with(home)) || set("AWS_ALLOW_HTTP") {
            options = options.with_allow_http(true);
        }
        let backoff = BackoffConfig::default();
        let retry = RetryConfig { backoff, max_retries: 20, retry_timeout: retry_for };
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_client_options(options);
        let store = builder.with_retry(retry).build().map_err(|e| S3Error::Client(root_cause(&e)))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|e| S3Error::Client(e.to_string()))?;
        let prefix = Path::from(prefix);
        Ok(Self { store: Arc::new(store), prefix, runtime: Arc::new(runtime) })
    }
}
