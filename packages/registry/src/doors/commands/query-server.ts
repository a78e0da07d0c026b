import { causesOf } from '../../database/statements/describe-causes.js';
import type { OwningServer } from './command-database.js';
import { CommandFailed } from './command-failed.js';

/** Milliseconds until the server must have sent the headers of a response. */
const TIMEOUT = 30_000;

/** Sends a request to the server that owns the embedded database. @throws CommandFailed when it does not respond */
export async function requestServer(
  owner: OwningServer,
  path: string,
  request: RequestInit,
): Promise<Response> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no response in ${TIMEOUT / 1000} s`)), TIMEOUT);
  try {
    const headers = { ...request.headers, authorization: `Bearer ${owner.token}` };
    return await fetch(new URL(path, owner.url), { ...request, headers, signal: timeout.signal });
  } catch (error) {
    throw new CommandFailed(
      `the registry at ${owner.url} (process ${owner.pid}), which uses the data directory, does not respond: ` +
        `${causesOf(error)}. Check that it runs, or stop it and run the command again`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Sends a GraphQL request to the server that owns the embedded database. @throws CommandFailed */
export async function queryServer<Data>(
  owner: OwningServer,
  query: string,
  variables: Record<string, unknown>,
): Promise<Data> {
  const response = await requestServer(owner, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const result = (await response.json().catch(() => ({}))) as {
    data?: Data | null;
    errors?: { message: string }[];
  };
  if (result.data) return result.data;
  const reason = result.errors?.[0]?.message ?? `HTTP status ${response.status}`;
  throw new CommandFailed(`the registry at ${owner.url} refused the command: ${reason}`);
}
