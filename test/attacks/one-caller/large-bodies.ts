// Requests whose bodies cost far more memory and time to parse than to send.

import { ATTACKED, type Attack, graphqlBody, sendAgain } from './attack.js';

/** GraphQL variables that contain `lists` empty lists, of three bytes each. */
export function variablesOf(lists: number): Buffer {
  return Buffer.from(`{"query":"{__typename}","variables":{"a":[${'[],'.repeat(lists)}[]]}}`);
}

/** A list of digests that contains `lists` empty lists. */
export function digestsOf(lists: number): Buffer {
  return Buffer.from(`{"digests":[${'[],'.repeat(lists)}[]]}`);
}

/** A push of `paths` paths to `main`. The registry has none of their contents. */
export function absentPush(paths: number): Buffer {
  const add = Array.from({ length: paths }, (_, index) => ({
    path: `tests/recordings/${index}.json`,
    digest: index.toString(16).padStart(64, '0'),
    size: 1,
  }));
  const query = `mutation ($input: PushInput!) {
    push(input: $input) { ... on ContentMissing { digests } ... on Problem { message } }
  }`;
  return graphqlBody(query, { input: { owner: 'acme', name: 'desk', ref: { branch: 'main' }, add } });
}

export function largeBodies(sizes: { lists: number; absentPaths: number }): Attack[] {
  const graphql = { path: '/graphql' };
  return [
    {
      name: `${megabytes(sizes.lists)} MB of GraphQL variables, four requests at once, with a token that only reads`,
      ...sendAgain(4, ({ reader }) => [
        { ...graphql, what: 'variables', body: variablesOf(sizes.lists), token: reader, right: ['refused'] },
      ]),
    },
    {
      name: '1 MB of GraphQL variables, 20 requests at once, without a token',
      ...sendAgain(20, () => [
        { ...graphql, what: 'variables', body: variablesOf(340_000), token: null, right: ['refused'] },
      ]),
    },
    {
      name: '12 MB as a list of digests, three requests at once, without a token',
      ...sendAgain(3, () => [
        {
          what: 'a list of digests',
          path: `/-/${ATTACKED}/content`,
          body: digestsOf(4_000_000),
          token: null,
          right: ['refused'],
        },
      ]),
    },
    {
      name: `pushes of ${sizes.absentPaths.toLocaleString('en')} absent digests, four at once`,
      ...sendAgain(4, ({ writer }) => [
        {
          ...graphql,
          what: 'a push',
          body: absentPush(sizes.absentPaths),
          token: writer,
          right: ['answered'],
        },
      ]),
    },
  ];
}

const megabytes = (lists: number) => Math.round((lists * 3) / 1_000_000);
