import DataLoader from 'dataloader';
import { type ContentSource, contentsByDigest } from '../../store/contents/load-contents.js';
import { describePurge } from '../../store/purged/purge.js';
import { purgesAmong } from '../../store/purged/purge-store.js';
import { responseTexts } from '../../store/snapshots/recording-store.js';

interface ContentKey {
  repositoryId: number;
  digest: string;
}

/** Loads texts and contents, which are too large to load with every recording, in batches. */
export interface RecordingLoaders {
  responseText: DataLoader<ContentKey, string | null, string>;
  content: DataLoader<ContentKey, Buffer, string>;
}

/** Makes the loaders of one request. A missing content is an error of its key. */
export function makeRecordingLoaders(source: ContentSource): RecordingLoaders {
  const cacheKeyFn = (key: ContentKey) => `${key.repositoryId}:${key.digest}`;
  return {
    responseText: new DataLoader(
      (keys) =>
        inOrder(keys, async (repositoryId, digests) => {
          const texts = await responseTexts(source.db, repositoryId, digests);
          return (digest) => texts.get(digest) ?? null;
        }),
      { cacheKeyFn, maxBatchSize: 500 },
    ),
    content: new DataLoader(
      (keys) =>
        inOrder(keys, async (repositoryId, digests) => {
          const contents = await contentsByDigest(source, repositoryId, digests);
          const absent = digests.filter((digest) => !contents.has(digest));
          for (const [digest, purge] of await purgesAmong(source.db, repositoryId, absent)) {
            contents.set(digest, Buffer.from(`This content was ${describePurge(purge)}.\n`));
          }
          return (digest) => contents.get(digest) ?? new Error(`the content ${digest} does not exist`);
        }),
      { cacheKeyFn, maxBatchSize: 100 },
    ),
  };
}

async function inOrder<Value>(
  keys: readonly ContentKey[],
  load: (repositoryId: number, digests: string[]) => Promise<(digest: string) => Value>,
): Promise<Value[]> {
  const loaded = new Map<number, (digest: string) => Value>();
  for (const repositoryId of new Set(keys.map((key) => key.repositoryId))) {
    const digests = keys.filter((key) => key.repositoryId === repositoryId).map((key) => key.digest);
    loaded.set(repositoryId, await load(repositoryId, digests));
  }
  return keys.map((key) => (loaded.get(key.repositoryId) as (digest: string) => Value)(key.digest));
}
