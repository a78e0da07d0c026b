/** What the command for the use of recordings needs. */

export { type FoundUse, readUse } from './use/read-use.js';
export { type ReportedUse, reportUse, type UseReason } from './use/report-use.js';
export type { UseJob } from './use/use-report.js';
