import { pushFiles } from '../../support/push-files.js';
import { filesOf, record } from '../../support/recordings.js';
import type { TestRegistry } from '../../support/registry.js';
import { ATTACKED, type Target } from './attack.js';

/** The repository of the other caller. */
export const OTHER = 'acme/vault';

/**
 * Settings of an attacked registry: the limit of requests must not stop an attack that tests another bound.
 */
export const RARELY_LIMITED = { FIXTURE_REGISTRY_RATE_LIMIT: '100000' };

const SHOP = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });

/** What the other caller pulls: path → text. */
export const PULLED = filesOf(SHOP);

/** The attacker's and the other caller's repositories on a new registry, with their tokens. */
export interface AttackWorld {
  target: Target;
  /** A token of the other caller, for `OTHER`. */
  otherToken: string;
}

/** Fills both repositories. @param recordings the number of recordings in the attacked repository */
export async function prepareWorld(registry: TestRegistry, recordings: number): Promise<AttackWorld> {
  const searched = Object.fromEntries(
    Array.from({ length: recordings }, (_, index) => {
      const say = `word${index} `.repeat(200);
      return [
        `tests/recordings/t${index}.json`,
        record({ test: `tests/a.py::test_${index}`, ask: 'Hi', say }).text,
      ];
    }),
  );
  const ref = { branch: 'main' };
  await pushFiles(registry, { repository: ATTACKED, ref, add: { ...PULLED, ...searched } });
  await pushFiles(registry, { repository: OTHER, ref, add: PULLED });
  await registry.ask(
    'mutation { changeRepository(input: { owner: "acme", name: "desk", visibility: PUBLIC }) { __typename } }',
  );
  return {
    target: {
      url: registry.url,
      reader: await makeToken(registry, 'desk', 'READ'),
      writer: await makeToken(registry, 'desk', 'WRITE'),
    },
    otherToken: await makeToken(registry, 'vault', 'READ'),
  };
}

/** Creates a token for the repository `acme/NAME`. */
export async function makeToken(registry: TestRegistry, name: string, scope: string): Promise<string> {
  const { createToken } = await registry.ask<{ createToken: { token: string } }>(
    `mutation { createToken(input: { owner: "acme", name: "${name}", scope: ${scope} }) { ... on NewToken { token } } }`,
  );
  return createToken.token;
}
