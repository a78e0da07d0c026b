import { describe, expect, it } from 'vitest';
import type { Identity, Scope, WriteRule } from '../../trust/identity/identity.js';
import { acceptedBy } from './accepted-by.js';

const identity = (who: string, actor: string | null, scope: Scope, writes?: WriteRule): Identity => ({
  ...{ who, actor, run: who.startsWith('workflow') ? 'acme/desk/actions/runs/1/attempts/1' : null },
  grants: [{ repositoryId: 5, scope, ...(writes && { writes }) }],
});
const ofSeven = { kind: 'pull-request', number: 7, base: 'main' } as const;
const run = identity('workflow acme/desk', 'mallory', 'write', ofSeven);
const nameless = identity('workflow acme/desk', null, 'write', ofSeven);
const token = identity('token 3 (ci)', null, 'write');
const some = identity('token 4', null, 'write', { kind: 'refs', pattern: 'pull/*' });
const person: Identity = {
  ...identity('GitHub user alice', 'alice', 'write', { kind: 'acceptance' }),
  person: { login: 'alice', permissionOn: async () => ({ kind: 'none' }) },
};
const admin = identity('configured admin', null, 'admin');

describe('acceptedBy', () => {
  it.each([
    ['attributes a run to its actor', run, 'the-maintainer', 'LABEL', 'mallory', 'COMMAND'],
    ['attributes a run to its actor, who set the label', run, 'Mallory', 'LABEL', 'mallory', 'LABEL'],
    [
      'attributes a run to its actor, whatever the run claims',
      run,
      'the-maintainer',
      'PAGE',
      'mallory',
      'COMMAND',
    ],
    [
      'attributes a run without an actor to the run',
      nameless,
      'x',
      'COMMAND',
      'workflow acme/desk',
      'COMMAND',
    ],
    ['attributes a person to their login', person, null, 'PAGE', 'alice', 'PAGE'],
    ['attributes a person to their login, whatever they claim', person, 'bob', 'LABEL', 'alice', 'PAGE'],
    ['lets a token name who set the label', token, 'alice', 'LABEL', 'alice', 'LABEL'],
    ['attributes a token on a page to the token', token, 'alice', 'PAGE', 'token 3 (ci)', 'PAGE'],
    ['attributes a token by command to the token', token, 'alice', 'COMMAND', 'token 3 (ci)', 'COMMAND'],
    [
      'does not let a token for some refs name who set the label',
      some,
      'alice',
      'LABEL',
      'token 4',
      'COMMAND',
    ],
    ['attributes an admin by command to the admin', admin, 'alice', 'COMMAND', 'configured admin', 'COMMAND'],
    ['lets an admin name who set the label', admin, 'alice', 'LABEL', 'alice', 'LABEL'],
  ] as const)('%s', (_name, who, by, means, expected, expectedMeans) => {
    expect(acceptedBy(who, { id: 5 }, { by, means })).toEqual({ by: expected, means: expectedMeans });
  });
});
