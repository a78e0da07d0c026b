import DataLoader from 'dataloader';
import { type ContentReader, ReadingOutOfMemory } from '../../store/contents/content-reader.js';
import { exactCopy } from '../../store/contents/copy-received.js';
import {
  countExchanges,
  type ExchangePage,
  type ExchangeRow,
  exchangePages,
  exchangeTexts,
} from '../../store/contents/exchange-store.js';
import type { ContentSource } from '../../store/contents/load-contents.js';
import type { ExchangeReading } from '../../vocabulary/recording.js';
import { type ContentKey, inOrder } from './load-in-order.js';

/** An exchange of a content. Without `responseText`, the text is loaded on demand. */
export type LoadedExchange = ExchangeRow & ContentKey & { responseText?: string | null };

/** Loads the exchanges of recordings, in batches. */
export interface ExchangeLoaders {
  /** A page of the stored exchanges of a content. */
  page(content: ContentKey, page: ExchangePage): Promise<LoadedExchange[]>;
  /** The number of stored exchanges of a content. */
  count(content: ContentKey): Promise<number>;
  /** The response text of a stored exchange. */
  text(exchange: LoadedExchange): Promise<string | null>;
  /**
   * All exchanges of a content without stored ones: its bytes are parsed in a worker thread.
   * @throws ReadingOutOfMemory
   */
  parsed(content: ContentKey): Promise<LoadedExchange[]>;
}

const WORKER = new URL('../../store/contents/reading-worker.js', import.meta.url);

const contentKey = ({ repositoryId, digest }: ContentKey) => `${repositoryId}:${digest}`;

/** @param content loads the bytes of a content */
export function makeExchangeLoaders(
  { db }: ContentSource,
  reader: ContentReader,
  content: DataLoader<ContentKey, Buffer, string>,
): ExchangeLoaders {
  const pages = new Map<string, DataLoader<ContentKey, LoadedExchange[], string>>();
  const counts = new DataLoader<ContentKey, number, string>(
    (keys) =>
      inOrder(keys, async (repositoryId, digests) => {
        const found = await countExchanges(db, repositoryId, digests);
        return (digest) => found.get(digest) ?? 0;
      }),
    { cacheKeyFn: contentKey, maxBatchSize: 500 },
  );
  const texts = new DataLoader<LoadedExchange, string | null, string>(
    async (calls) => {
      const found = new Map<number, Map<string, string | null>>();
      for (const id of new Set(calls.map(({ repositoryId }) => repositoryId))) {
        const own = calls.filter(({ repositoryId }) => repositoryId === id);
        found.set(id, await exchangeTexts(db, id, own));
      }
      return calls.map(
        ({ repositoryId, digest, position }) => found.get(repositoryId)?.get(`${digest}:${position}`) ?? null,
      );
    },
    { cacheKeyFn: (call) => `${contentKey(call)}:${call.position}`, maxBatchSize: 500 },
  );
  const parsed = new DataLoader<ContentKey, LoadedExchange[], string>(
    async (keys) => {
      const all: (LoadedExchange[] | Error)[] = [];
      // One at a time: pushes share the threads.
      for (const key of keys) {
        const found = await readExchanges(reader, await content.load(key));
        all.push(found instanceof Error ? found : found.map((exchange) => of(key, exchange)));
      }
      return all;
    },
    { cacheKeyFn: contentKey, maxBatchSize: 100 },
  );
  return {
    page: (key, page) => {
      const name = JSON.stringify(page);
      const loader = pages.get(name) ?? pageLoader(db, page);
      pages.set(name, loader);
      return loader.load(key);
    },
    count: (key) => counts.load(key),
    text: (exchange) => texts.load(exchange),
    parsed: (key) => parsed.load(key),
  };
}

/** The exchanges of a file, or `ReadingOutOfMemory`. */
async function readExchanges(reader: ContentReader, content: Uint8Array): Promise<ExchangeReading[] | Error> {
  const bytes = exactCopy([content]);
  try {
    return await reader.run<Uint8Array, ExchangeReading[]>(WORKER, 'readExchanges', bytes, bytes.length);
  } catch (error) {
    if (error instanceof ReadingOutOfMemory) return error;
    throw error;
  }
}

/** One for each page: the recordings of a list usually share it. */
function pageLoader(db: ContentSource['db'], page: ExchangePage) {
  return new DataLoader<ContentKey, LoadedExchange[], string>(
    (keys) =>
      inOrder(keys, async (repositoryId, digests) => {
        const found = await exchangePages(db, repositoryId, digests, page);
        return (digest) => (found.get(digest) ?? []).map((row) => of({ repositoryId, digest }, row));
      }),
    { cacheKeyFn: contentKey, maxBatchSize: 100 },
  );
}

const of = <Row>({ repositoryId, digest }: ContentKey, row: Row): Row & ContentKey => ({
  ...row,
  repositoryId,
  digest,
});
