import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import type { OpenedRecording } from '../reading/open-recording.js';
import { locateSecrets } from './locate-secrets.js';
import { masked } from './mask.js';

/** Maximum number of findings reported for one recording. */
const MAXIMUM_FINDINGS = 100;
/** Shorter secrets may occur by chance in any field name. */
const SHORTEST_MASKED = 8;

/**
 * Returns what looks like a secret in a recording: kind, certainty, place, and the masked secret; certain ones
 * first. Never throws. Takes linear time, and decompresses at most 8 MiB.
 */
export function findSecrets(bytes: Uint8Array, opened: OpenedRecording): SecretFinding[] {
  const all = locateSecrets(bytes, opened);
  const located = [
    ...all.filter(({ certainty }) => certainty === 'CERTAIN'),
    ...all.filter(({ certainty }) => certainty === 'POSSIBLE'),
  ].slice(0, MAXIMUM_FINDINGS);
  // A place has field names, and a field name may contain a secret.
  const secrets = located.map(({ secret }) => secret).filter((secret) => secret.length >= SHORTEST_MASKED);
  const maskPlace = (place: string) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, masked(secret)), place);
  return located.map(({ kind, certainty, place, secret }) => ({
    kind,
    certainty,
    place: maskPlace(place),
    masked: masked(secret),
  }));
}
