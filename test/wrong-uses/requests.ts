import type { World } from './world.js';

/** A wrong request to a registry, and what the registry answers. */
export interface WrongRequest {
  request: string;
  send(world: World): Promise<Response>;
}

interface Sent {
  token?: string | null;
  contentType?: string;
}

/** `POST /graphql` with a query. */
function query(text: string, sent: Sent = {}, note = ''): WrongRequest {
  return {
    request: `\`${text}\`${note === '' ? '' : ` ${note}`}`,
    send: (world) => post(world, JSON.stringify({ query: text }), sent),
  };
}

function post({ registry }: World, body: string, { token, contentType }: Sent): Promise<Response> {
  const credential = token === undefined ? registry.adminToken : token;
  return fetch(`${registry.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': contentType ?? 'application/json',
      ...(credential !== null && { authorization: `Bearer ${credential}` }),
    },
    body,
  });
}

const TESTS = 'repository(owner: "acme", name: "tests")';

/** All wrong requests that docs/wrong-uses.md lists. */
export const WRONG_REQUESTS: WrongRequest[] = [
  query('{ repository(owner: "acme"'),
  query(`{ ${TESTS} { recordngs { totalCount } } }`),
  query(`{ ${TESTS} { recordings(first: 501) { totalCount } } }`),
  query(`{ ${TESTS} { recordings(after: "nonsense") { totalCount } } }`),
  query(`{ ${TESTS} { recordings(at: { branch: "nosuch" }) { totalCount } } }`),
  query(`{ ${TESTS} { recordings(at: { branch: "main", pullRequest: 7 }) { totalCount } } }`),
  query(`{ ${TESTS} { explain { text } } }`),
  query('{ node(id: "nonsense") { id } }'),
  query('{ __typename }', { token: 'nonsense' }, 'with a token that does not exist'),
  query('{ __typename }', { contentType: 'text/plain' }, 'as `text/plain`'),
  {
    request: 'a body that is not JSON',
    send: (world) => post(world, 'query', {}),
  },
  {
    request: '`GET /nosuch`',
    send: ({ registry }) => fetch(`${registry.url}/nosuch`, { headers: { accept: 'application/json' } }),
  },
];
