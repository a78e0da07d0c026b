// Requests that the registry refuses one by one. The attack is their number.

import { type Attack, graphqlBody, sendAgain } from './attack.js';

/** Failed authentications of one address after which further ones are refused with 429. */
const FAILURES = 60;

/** One request that tries to write 20 times, without a token. */
export function refusedWrites(): Buffer {
  const write = 'promote(input: { owner: "acme", name: "nosuch", pullRequest: 1 }) { __typename }';
  return graphqlBody(
    `mutation { ${Array.from({ length: 20 }, (_, index) => `p${index}: ${write}`).join(' ')} }`,
  );
}

export function refusedRequests(): Attack[] {
  const guess = (index: number) => ({
    what: 'an invalid token',
    path: '/graphql',
    body: graphqlBody('{ __typename }'),
    token: `guess-${index}`,
    right: ['refused' as const],
  });
  return [
    {
      name: 'invalid tokens from the address of the other caller, five requests at once',
      ...sendAgain(5, () => Array.from({ length: 1_000 }, (_, index) => guess(index))),
      // The address has exceeded the limit of failures when the other caller pulls.
      underWay: FAILURES + 5,
    },
    {
      name: '20 refused writes in one request, four requests at once, without a token',
      ...sendAgain(4, () => [
        { what: '20 writes', path: '/graphql', body: refusedWrites(), token: null, right: ['refused'] },
      ]),
    },
  ];
}
