import type { Concurrency } from './concurrency.js';
import type { CorpusFacts } from './corpus/describe.js';
import type { DriftReportTime } from './drift-report.js';
import type { Result } from './measure.js';
import type { CassetteReading } from './read-cassette.js';
import type { RoundTrips } from './round-trips.js';

/** What a run was made with; nothing that tells where. */
export interface Surroundings {
  /** ISO 8601, the day */
  date: string;
  node: string;
  git: string;
  cores: number;
  rounds: number;
}

/** All that one run of the benchmark found, as it is kept in JSON. */
export interface BenchResults {
  surroundings: Surroundings;
  corpus: CorpusFacts;
  /** Who did not take part, and why. */
  skipped: string[];
  results: Result[];
  roundTrips: RoundTrips[];
  concurrency: Concurrency[];
  drift: DriftReportTime[];
  bundleBytes: number;
  /** Null where no cassettes were pushed. */
  cassettes: CassetteFacts | null;
}

/** The generated cassettes, and how one of 5 MB is read. */
export interface CassetteFacts {
  files: number;
  bytes: number;
  reading: CassetteReading;
}
