-- The Rust steps of migrations that have run in this database: src/db/data_steps.rs.
CREATE TABLE data_steps (
    name TEXT NOT NULL PRIMARY KEY,
    finished_at TIMESTAMP NOT NULL
);
