/** What the runs of the default branch do not read. */

export { explainUnremovable } from './unused/explain-unremovable.js';
export { fetchSuperseded, type SupersededSummary } from './unused/fetch-superseded.js';
export { DEFAULT_UNUSED_DAYS, fetchUnused, type UnusedSummary } from './unused/fetch-unused.js';
export { describeLastUse, describeSuperseded, type UnusedRecording } from './unused/unused-recording.js';
