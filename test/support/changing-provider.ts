import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job } from './runner.js';
import { called, type Recorded, said } from './runner-recordings.js';
import { record } from './runner-world.js';

/** What a provider answers to a test: text, or a call of the weather tool for a city. */
export type Behaviour = { text: string } | { city: string };

/** A model provider on loopback, whose answers a test changes. */
export interface ChangingProvider extends AsyncDisposable {
  /** By test. */
  behaviour: Record<string, Behaviour>;
  /** The number of requests that it answered. */
  requests: number;
  /** Runs the tests of a job against the provider in record mode: each writes its recording. */
  recordTests(job: Job): Promise<void>;
}

/** Starts a provider that knows these tests. */
export async function startProvider(behaviour: Record<string, Behaviour>): Promise<ChangingProvider> {
  const server = createServer((request, response) => {
    provider.requests++;
    const answer = provider.behaviour[decodeURIComponent((request.url ?? '/').slice(1))];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer));
  });
  const provider: ChangingProvider = {
    behaviour,
    requests: 0,
    async recordTests(job) {
      for (const test of Object.keys(provider.behaviour)) record(job, await recordingOf(url, test));
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

/** Sends the request of a test, and writes down the answer as a recorder does. */
async function recordingOf(url: string, test: string): Promise<Recorded> {
  const answer = (await (await fetch(`${url}/${encodeURIComponent(test)}`)).json()) as Behaviour;
  return 'city' in answer ? called(test, answer.city) : said(test, answer.text);
}
