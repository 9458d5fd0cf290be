//! Opening the database of either kind.

use std::str::FromStr;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Executor, Transaction};

/// Names the one lock under which submissions are written, among all locks of a PostgreSQL server.
const WRITER_LOCK: &str = "SELECT pg_advisory_xact_lock(8530011020)";

/// Why the store failed. Blame: the database or the disk under it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names neither of the two kinds.
    #[error("the database must be sqlite:PATH or postgres://…, not {0:?}")]
    UnknownKind(String),
    /// The database refused.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables can't be brought up to date.
    #[error("the database can't be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A column holds what this program never wrote.
    #[error("the database holds a malformed {0}")]
    Malformed(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// The repository.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) pool: AnyPool,
    kind: Kind,
}

impl Store {
    /// Connects to `sqlite:PATH` (made where it is missing) or `postgres://…` and brings the tables up
    /// to date.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let kind = match url.split_once(':') {
            Some(("sqlite", _)) => Kind::Sqlite,
            Some(("postgres" | "postgresql", _)) => Kind::Postgres,
            _ => return Err(StoreError::UnknownKind(url.to_owned())),
        };
        let store = Store { pool: connect(kind, url).await?, kind };
        match kind {
            Kind::Sqlite => sqlx::migrate!("migrations/sqlite").run(&store.pool).await?,
            Kind::Postgres => sqlx::migrate!("migrations/postgres").run(&store.pool).await?,
        }
        Ok(store)
    }

    /// Closes all connections; what was acknowledged is on disk already.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A transaction that holds the writer's lock, so that "is it there?" and "put it there" are one.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        match self.kind {
            Kind::Sqlite => Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?),
            Kind::Postgres => {
                let mut transaction = self.pool.begin().await?;
                transaction.execute(WRITER_LOCK).await?;
                Ok(transaction)
            }
        }
    }
}

async fn connect(kind: Kind, url: &str) -> Result<AnyPool, StoreError> {
    let pool = AnyPoolOptions::new();
    let pool = match kind {
        // One connection: SQLite has one writer, and readers are served from memory.
        Kind::Sqlite => pool.max_connections(1).after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("PRAGMA journal_mode = WAL").await?;
                connection.execute("PRAGMA synchronous = FULL").await?;
                connection.execute("PRAGMA foreign_keys = ON").await?;
                connection.execute("PRAGMA busy_timeout = 5000").await?;
                Ok(())
            })
        }),
        Kind::Postgres => pool.max_connections(8),
    };
    let url = match kind {
        Kind::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
        Kind::Sqlite | Kind::Postgres => url.to_owned(),
    };
    Ok(pool.connect_with(AnyConnectOptions::from_str(&url)?).await?)
}
