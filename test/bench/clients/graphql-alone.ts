// Pulls recordings by GraphQL and nothing else, page after page, as anybody would with a GraphQL client:
//   node graphql-alone.mjs URL TOKEN OWNER NAME DIRECTORY

import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { writeBelow } from './write-file.js';

const QUERY = `query ($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    recordings(first: 500, after: $after) { nodes { path content } pageInfo { hasNextPage endCursor } }
  }
}`;

interface Answer {
  data?: {
    repository: {
      recordings: {
        nodes: { path: string; content: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
    };
  };
  errors?: { message: string }[];
}

const [, , url = '', token = '', owner = '', name = '', directory = ''] = process.argv;
const agent = new Agent({ keepAlive: true });

let writing: Promise<unknown> = Promise.resolve();
for (let after: string | null = null, more = true; more; ) {
  const { data, errors } = await ask({ owner, name, after });
  if (!data) throw new Error(errors?.map(({ message }) => message).join('; '));
  const { nodes, pageInfo } = data.repository.recordings;
  await writing;
  // The next page is asked for while this one is written.
  writing = Promise.all(nodes.map(({ path, content }) => writeBelow(directory, path, content)));
  more = pageInfo.hasNextPage;
  after = pageInfo.endCursor;
}
await writing;
agent.destroy();

function ask(variables: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const sent = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      resolve(text(response).then((body) => JSON.parse(body) as Answer));
    });
    sent.once('error', reject);
    sent.end(JSON.stringify({ query: QUERY, variables }));
  });
}
