//! Opens the object store that the environment describes.
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::S3Storage;
use super::error::root_cause;

/// The error for an object store that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum S3Error {
    /// The address is not of the form `s3://bucket/prefix`.
    #[error("not of the form s3://bucket/prefix")]
    BadAddress,
    /// The environment variables contain no credentials.
    #[error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")]
    MissingKeys,
    /// Another error, with the client's message.
    #[error("{0}")]
    Client(String),
}

impl S3Storage {
    /// Opens `s3://bucket/prefix`. Failed requests are retried for the duration `retry_for`.
    ///
    /// # Errors
    /// [`S3Error::BadAddress`], [`S3Error::MissingKeys`], or [`S3Error::Client`] if the client cannot be built.
    pub fn open(address: &str, retry_for: Duration) -> Result<Self, S3Error> {
        let bucket_and_prefix = address.strip_prefix("s3://").ok_or(S3Error::BadAddress)?;
        let (bucket, prefix) = bucket_and_prefix.split_once('/').unwrap_or((bucket_and_prefix, ""));
        if bucket.is_empty() {
            return Err(S3Error::BadAddress);
        }
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let other_credentials =
            ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_SKIP_SIGNATURE"];
        let has_keys = is_set("AWS_ACCESS_KEY_ID") && is_set("AWS_SECRET_ACCESS_KEY");
        if !has_keys && !other_credentials.into_iter().any(is_set) {
            return Err(S3Error::MissingKeys);
        }
        // The provider is global to the process. A second call returns an error, which can be ignored.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint = std::env::var("AWS_ENDPOINT_URL").or_else(|_| std::env::var("AWS_ENDPOINT")).unwrap_or_default();
        let mut options = ClientOptions::new().with_timeout(Duration::from_secs(900));
        options = options.with_connect_timeout(Duration::from_secs(10));
        // Plain HTTP is allowed only for an endpoint on this machine, or if AWS_ALLOW_HTTP is set.
        let loopback_urls = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
        if loopback_urls.iter().any(|url| endpoint.starts_with(url)) || is_set("AWS_ALLOW_HTTP") {
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
