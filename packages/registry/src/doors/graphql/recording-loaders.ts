import DataLoader from 'dataloader';
import type { ContentReader } from '../../store/contents/content-reader.js';
import { type ContentSource, contentsByDigest } from '../../store/contents/load-contents.js';
import { describePurge } from '../../store/purged/purge.js';
import { purgesAmong } from '../../store/purged/purge-store.js';
import { responseTexts } from '../../store/snapshots/recording-store.js';
import { type ExchangeLoaders, makeExchangeLoaders } from './exchange-loaders.js';
import { type ContentKey, inOrder } from './load-in-order.js';
import { makeSnapshotLoaders, type SnapshotLoaders } from './snapshot-loaders.js';
import { makeUseLoaders, type UseLoaders } from './use-loaders.js';

/** Loads texts and contents, which are too large to load with every recording, in batches. */
export interface RecordingLoaders {
  responseText: DataLoader<ContentKey, string | null, string>;
  content: DataLoader<ContentKey, Buffer, string>;
  exchanges: ExchangeLoaders;
  snapshots: SnapshotLoaders;
  uses: UseLoaders;
}

/** Makes the loaders of one request. A missing content is an error of its key. */
export function makeRecordingLoaders(source: ContentSource, reader: ContentReader): RecordingLoaders {
  const cacheKeyFn = (key: ContentKey) => `${key.repositoryId}:${key.digest}`;
  const content = new DataLoader<ContentKey, Buffer, string>(
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
  );
  return {
    responseText: new DataLoader(
      (keys) =>
        inOrder(keys, async (repositoryId, digests) => {
          const texts = await responseTexts(source.db, repositoryId, digests);
          return (digest) => texts.get(digest) ?? null;
        }),
      { cacheKeyFn, maxBatchSize: 500 },
    ),
    content,
    exchanges: makeExchangeLoaders(source, reader, content),
    snapshots: makeSnapshotLoaders(source.db),
    uses: makeUseLoaders(source.db),
  };
}
