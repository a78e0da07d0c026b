import { isUtf8 } from 'node:buffer';
import { contentsByDigest } from '../../../store/contents/load-contents.js';
import { describePurge } from '../../../store/purged/purge.js';
import { purgesAmong } from '../../../store/purged/purge-store.js';
import { recordingsAt } from '../../../store/snapshots/recording-store.js';
import type { RepositoryPage } from '../layout/page-content.js';
import { loadRequestedState } from './requested-state.js';

/**
 * The exact bytes of one recording, as a download: a browser must not render untrusted content as a page. The
 * response for a purged recording is 410 with the reason.
 */
export const downloadRecording: RepositoryPage = async (request) => {
  const { db } = request.services.connection;
  const state = await loadRequestedState(request);
  const path = request.parameter('path');
  const row = state && path !== null ? (await recordingsAt(db, state.snapshot, [path])).get(path) : undefined;
  if (!row) return null;
  const contents = await contentsByDigest(request.services.connection, row.repositoryId, [row.digest]);
  const bytes = contents.get(row.digest);
  if (bytes) {
    return new Response(new Uint8Array(bytes), {
      headers: {
        'content-type': isUtf8(bytes) ? 'text/plain; charset=utf-8' : 'application/octet-stream',
        'content-disposition': attachment(row.path.split('/').pop() ?? ''),
        'cache-control': 'private, no-store',
        // If a browser renders it anyway, it runs in a sandbox: no origin, no scripts, no forms.
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      },
    });
  }
  const purge = (await purgesAmong(db, row.repositoryId, [row.digest])).get(row.digest);
  if (!purge) return null;
  return new Response(`The content of this recording was ${describePurge(purge)}.\n`, {
    status: 410,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'private, no-store' },
  });
};

/** Characters that no recorder writes into a file name, but an attacker may. */
const SUSPICIOUS = /["<>;\\\p{Cc}\p{Cf}]/u;

/** The header for a file name: in ASCII, and for a harmless name such as `a[b].har` also as it is (RFC 6266). */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w.-]/g, '_');
  if (plain === name || SUSPICIOUS.test(name)) return `attachment; filename="${plain}"`;
  const exact = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
