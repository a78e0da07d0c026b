/** What the commands that set up and check a repository need to know of a checkout. */

export { discover } from './checkout/discover/discover.js';
export { COMMON_PATTERNS, nearestFolders } from './checkout/discover/nothing-found.js';
export { readPathPatterns } from './checkout/discover/path-patterns.js';
export { pathsOfSettings, type RecordingPaths } from './checkout/discover/recording-paths.js';
export { recordingPlaces } from './checkout/discover/recording-places.js';
export { readSettings, SETTINGS_PATH } from './checkout/discover/settings-file.js';
export {
  committedFiles,
  equalsCommit,
  exportCommit,
  ignoredPaths,
  indexedFiles,
  repositoryRoot,
} from './checkout/repository/repository-files.js';
export { probeRegistry, type RegistryHealth } from './connection/http/probe-registry.js';
