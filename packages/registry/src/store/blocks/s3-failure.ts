import { BlockStoreError } from './block-store-error.js';

interface Failure {
  name?: string;
  message?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** Whether the object does not exist. A missing bucket is another error. */
export function isMissing(error: unknown): boolean {
  return (error as Failure).name === 'NoSuchKey';
}

/**
 * The message for a failure of the SDK; null for an error that does not come from the store.
 * @param what the operation, such as `read contents`
 */
export function explainS3Failure(what: string, cause: unknown): BlockStoreError | null {
  const failure = cause as Failure;
  const lasting = lastingReason(failure);
  if (lasting !== null) {
    return new BlockStoreError(`the content store does not ${what}: ${lasting}`, { passing: false, cause });
  }
  const why = passingReason(failure);
  if (why === null) return null;
  return new BlockStoreError(`the content store does not ${what}: ${why}; try again in a moment`, {
    passing: true,
    cause,
  });
}

function passingReason(failure: Failure): string | null {
  const { status, busy } = statusOf(failure);
  if (busy) return `it is busy or failing (status ${status})`;
  const code = failure.code ?? '';
  // The SDK reports broken connections as timeouts, too.
  if (/^E(?!TIMEDOUT|SOCKETTIMEDOUT)(AI_)?[A-Z]+$/.test(code)) return 'it cannot be reached';
  if (/^(Abort|Timeout)Error$/.test(failure.name ?? '') || /^E(SOCKET)?TIMEDOUT$/.test(code)) {
    return 'it does not answer in time';
  }
  // Something responded, but not with a response of an object store.
  return status === null ? null : `its response cannot be read (status ${status})`;
}

function statusOf({ $metadata }: Failure): { status: number | null; busy: boolean } {
  const status = $metadata?.httpStatusCode ?? null;
  return { status, busy: status !== null && (status >= 500 || status === 429 || status === 408) };
}

/** The reason of a permanent failure; null when a retry may help. */
function lastingReason(failure: Failure): string | null {
  if (failure.name === 'CredentialsProviderError' || failure.name === 'CredentialsError') {
    return 'the registry has no credentials for it';
  }
  if (/^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(failure.code ?? '')) {
    return 'its certificate is not trusted';
  }
  if (failure.message === 'Region is missing') return 'the registry does not know its region';
  const { status, busy } = statusOf(failure);
  if (status === null || status < 300 || busy) return null;
  if (status === 401 || status === 403) return 'it refuses the registry access';
  // A HEAD response has no body with an error name.
  if (failure.name === 'NoSuchBucket' || failure.name === 'NotFound') return 'its bucket does not exist';
  if (status < 400) return 'its bucket is in another region, or at another address';
  return `it refuses the request (${failure.name ?? 'status'} ${status})`;
}
