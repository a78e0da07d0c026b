// The schema of the database, for drizzle. Every key starts with the repository, so that a Postgres that
// distributes by key keeps a repository together.

export * from './contents.js';
export * from './entries.js';
export * from './review.js';
export * from './snapshots.js';
export * from './trust.js';
export * from './upkeep.js';
export * from './use.js';
export * from './verdicts.js';
