import { AsyncLocalStorage } from 'node:async_hooks';
import type { Logger } from 'pino';

/** What belongs to the request that is being worked on, wherever that is. */
export interface RequestContext {
  requestId: string;
  log: Logger;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runWithRequest = <Result>(context: RequestContext, run: () => Result): Result =>
  storage.run(context, run);

export const currentRequest = (): RequestContext | undefined => storage.getStore();
