// Pulls the same snapshot several times at once, as light as a client can be: it asks for the plan and for
// all contents, reads every byte and writes none. Prints the seconds of each pull as JSON.
//   node many-pulls.mjs URL TOKEN OWNER NAME CLIENTS

import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

const PLAN = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    pullPlan(ref: { branch: "main" }) { ... on PullPlan { files { digest size } } ... on Problem { message } }
  }
}`;

const [, , url = '', token = '', owner = '', name = '', clients = '1'] = process.argv;

const seconds = await Promise.all(Array.from({ length: Number(clients) }, pull));
console.log(JSON.stringify(seconds));

async function pull(): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const started = performance.now();
  const plan = await text(await post(agent, '/graphql', { query: PLAN, variables: { owner, name } }));
  const { files } = JSON.parse(plan).data.repository.pullPlan as { files: { digest: string }[] };
  const digests = [...new Set(files.map(({ digest }) => digest))];
  let received = 0;
  for (let start = 0; start < digests.length; start += 20_000) {
    const question = { digests: digests.slice(start, start + 20_000), blocks: true };
    for await (const bytes of await post(agent, `/-/${owner}/${name}/content`, question)) {
      received += (bytes as Buffer).length;
    }
  }
  agent.destroy();
  // The lists of the blocks have each digest, and what it is worth in packed bytes is more than that: less
  // cannot be all.
  if (received < digests.length * 128) throw new Error(`only ${received} bytes came`);
  return (performance.now() - started) / 1_000;
}

function post(agent: Agent, path: string, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const bytes = Buffer.from(JSON.stringify(body));
    const sent = request(
      url + path,
      { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } },
      (response) => {
        if (response.statusCode === 200) resolve(response);
        else reject(new Error(`${path} answered ${response.statusCode}`));
      },
    );
    sent.once('error', (error: NodeJS.ErrnoException) => {
      // The registry may close a connection that was idle in the very moment that it is used again.
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(post(agent, path, body));
      else reject(error);
    });
    sent.end(bytes);
  });
}
