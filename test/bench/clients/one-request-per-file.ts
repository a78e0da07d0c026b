// Pulls files one by one from an HTTP cache, over connections that stay open:
//   node one-request-per-file.mjs URL TOKEN LIST DIRECTORY
// LIST is a JSON file: [path, key] of each.

import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { writeBelow } from './write-file.js';

/** More than tools of this kind have by default (turbo: 10), and no browser has as many. */
const AT_ONCE = 16;

const [, , url = '', token = '', list = '', directory = ''] = process.argv;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const waiting = JSON.parse(await readFile(list, 'utf8')) as [path: string, key: string][];

await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [path, key] = next;
      await writeBelow(directory, path, await artifact(key));
    }
  }),
);
agent.destroy();

function artifact(key: string): Promise<Buffer> {
  const address = `${url}/v8/artifacts/${key}?slug=bench`;
  return new Promise((resolve, reject) => {
    get(address, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode === 200) resolve(buffer(response));
      else reject(new Error(`${address} answered ${response.statusCode}`));
    }).once('error', reject);
  });
}
