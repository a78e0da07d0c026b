import { isCassetteFormat } from '../../recordings/formats/known-formats.js';
import { ReadingOutOfMemory } from '../../store/contents/content-reader.js';
import type { RecordingRow } from '../../store/snapshots/recording-store.js';
import { builder } from './builder.js';
import {
  type Connection,
  connectionType,
  type KeysetPage,
  keysetConnection,
  type PageArguments,
} from './connections.js';
import type { Context } from './context.js';
import type { LoadedExchange } from './exchange-loaders.js';
import { invalidInput } from './invalid-input.js';
import { OutcomeEnum } from './recording-enums.js';

export const ExchangeType = builder.objectRef<LoadedExchange>('Exchange').implement({
  description: 'One request of a recording and its response.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'The position in the file, from 0.' }),
    key: t.exposeString('key', {
      description:
        'The sha256 of the method and the normalised URL, in hex. With `occurrence` it identifies the exchange ' +
        'in its file.',
    }),
    occurrence: t.exposeInt('occurrence', {
      description: 'The number of earlier exchanges in the file with the same key.',
    }),
    method: t.exposeString('method', {
      description: 'The HTTP method, in upper case. Empty for a call that is not an HTTP request.',
    }),
    url: t.exposeString('url', {
      description:
        'The URL as recorded, at most 1,024 characters. Empty for a call that is not an HTTP request.',
    }),
    model: t.exposeString('model', { nullable: true, description: 'The model that the request names.' }),
    endpoint: t.exposeString('endpoint', {
      nullable: true,
      description: 'The API endpoint of the request, such as `/v1/chat/completions`.',
    }),
    status: t.exposeInt('status', {
      nullable: true,
      description: 'The HTTP status of the response. Null when the file does not record one.',
    }),
    outcome: t.field({
      type: OutcomeEnum,
      nullable: true,
      description: 'Whether the call succeeded.',
      resolve: ({ outcome }) => outcome,
    }),
    isStreaming: t.exposeBoolean('isStreaming', {
      nullable: true,
      description: 'Whether the response is a stream.',
    }),
    responseText: t.string({
      complexity: 5,
      nullable: true,
      description: 'The text of the response, with a stream reassembled. Null when it has none.',
      resolve: (exchange, _args, { loaders }) =>
        exchange.responseText === undefined ? loaders.exchanges.text(exchange) : exchange.responseText,
    }),
  }),
});

// The exchanges of a recording are loaded together, so their number costs nothing more.
export const ExchangeConnection = connectionType<LoadedExchange>('Exchange', ExchangeType as never, 1);

/** A page of the exchanges of a recording, by position. Throws an `INVALID_INPUT` error for a bad cursor. */
export async function exchangeConnection(
  row: RecordingRow,
  args: PageArguments,
  { loaders }: Context,
): Promise<Connection<LoadedExchange>> {
  const stored = isCassetteFormat(row.format) && !row.isOutdated;
  const read = async () => {
    if (hasNoExchanges(row)) return [];
    return loaders.exchanges.parsed(row).catch((error: Error) => {
      throw error instanceof ReadingOutOfMemory ? invalidInput(`${row.path}: ${error.message}`) : error;
    });
  };
  return keysetConnection(
    args,
    ({ position }) => String(position),
    async (page) => {
      const range = { ...page, after: positionOf(page.after), before: positionOf(page.before) };
      return stored && row.purged === null ? loaders.exchanges.page(row, range) : pageOf(await read(), range);
    },
    async () => (stored && row.purged === null ? loaders.exchanges.count(row) : (await read()).length),
  );
}

/** A purged recording has none, and neither does a file whose format this release does not know. */
function hasNoExchanges(row: RecordingRow): boolean {
  return row.purged !== null || (row.format === 'opaque' && !row.isOutdated);
}

function positionOf(cursor: string | null): number | null {
  if (cursor === null) return null;
  if (!/^\d{1,9}$/.test(cursor)) throw invalidInput('the cursor belongs to another connection');
  return Number(cursor);
}

type Range = Pick<KeysetPage, 'limit' | 'fromEnd'> & { after: number | null; before: number | null };

function pageOf(all: readonly LoadedExchange[], { after, before, limit, fromEnd }: Range): LoadedExchange[] {
  const within = all.filter(
    ({ position }) => (after === null || position > after) && (before === null || position < before),
  );
  return fromEnd ? within.reverse().slice(0, limit) : within.slice(0, limit);
}
