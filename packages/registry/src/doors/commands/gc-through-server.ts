import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { GcMessage } from '../http/gc-route.js';
import type { OwningServer } from './command-database.js';
import { CommandFailed } from './command-failed.js';
import { requestServer } from './query-server.js';

/** Collects garbage through the server that owns the embedded database. @throws CommandFailed */
export async function gcThroughServer(
  owner: OwningServer,
  { dryRun }: { dryRun: boolean },
  print: (line: string) => void,
): Promise<void> {
  const response = await requestServer(owner, `/-/gc${dryRun ? '?dry-run=true' : ''}`, { method: 'POST' });
  if (!response.ok || !response.body) {
    const { error } = (await response.json().catch(() => ({}))) as { error?: { message: string } };
    const reason = error?.message ?? `HTTP status ${response.status}`;
    throw new CommandFailed(`the registry at ${owner.url} refused the command: ${reason}`);
  }
  const lines = createInterface({ input: Readable.fromWeb(response.body as ReadableStream) });
  for await (const line of lines) {
    // An empty line only keeps the connection alive.
    if (line === '') continue;
    const message = JSON.parse(line) as GcMessage;
    if ('done' in message) return;
    if ('failed' in message) throw new CommandFailed(message.failed);
    print(message.line);
  }
  throw new CommandFailed(`the registry at ${owner.url} stopped before gc was complete: run gc again`);
}
