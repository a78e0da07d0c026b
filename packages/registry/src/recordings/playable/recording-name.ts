/** The digits of a hash in a file name of recorder version 1; later versions write all 64. */
export const SHORT_HASH = 12;

/** `<hash>.json`, or `models-<hash>-<digest>.json` where one request has several responses. */
const FILE_NAME = /^(?:([0-9a-f]{64}|[0-9a-f]{12})|models-([0-9a-f]{64}|[0-9a-f]{12})-[0-9a-f]+)\.json$/;

/** What the path of a recording says to a recorder. */
export interface RecordingName {
  /** The folder, without a trailing slash; empty for the root. */
  folder: string;
  /** The hash in the file name, as 64 or 12 hex digits; null when the name has another form. */
  hash: string | null;
  /** Whether the name has the form of a model list, `models-<hash>-<digest>.json`. */
  isModelList: boolean;
}

/** Reads the path of a recording. */
export function parseRecordingName(path: string): RecordingName {
  const slash = path.lastIndexOf('/');
  const match = FILE_NAME.exec(path.slice(slash + 1));
  return {
    folder: path.slice(0, Math.max(slash, 0)),
    hash: match?.[1] ?? match?.[2] ?? null,
    isModelList: match?.[2] !== undefined,
  };
}
