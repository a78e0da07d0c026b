import type { SecretFinding } from '../../vocabulary/secret-finding.js';
import type { OpenedRecording } from '../reading/open-recording.js';
import { locateSecrets } from './locate-secrets.js';
import { masked } from './mask.js';

/** Findings of one recording that are told; whoever mends these pushes again. */
const MOST_TOLD = 100;
/** A shorter text may be part of any field's name. */
const SHORTEST_HIDDEN = 8;

/**
 * What looks like a secret in a recording, each with its place and masked. Never throws, and takes time in proportion to
 * the bytes. Decodes at most 8 MiB of base64.
 */
export function findSecrets(bytes: Uint8Array, opened: OpenedRecording): SecretFinding[] {
  const located = locateSecrets(bytes, opened).slice(0, MOST_TOLD);
  // A place names fields, and a field may be named by a secret.
  const secrets = located.map(({ secret }) => secret).filter((secret) => secret.length >= SHORTEST_HIDDEN);
  const shown = (place: string) =>
    secrets.reduce((text, secret) => text.replaceAll(secret, masked(secret)), place);
  return located.map(({ kind, place, secret }) => ({ kind, place: shown(place), masked: masked(secret) }));
}
