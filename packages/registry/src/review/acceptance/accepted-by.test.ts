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
const admin = identity('configured admin', null, 'admin');

describe('whose acceptance it is', () => {
  it.each([
    ["a run's is its actor's", run, 'the-maintainer', 'LABEL', 'mallory', 'COMMAND'],
    ["a run's is its actor's, who set the label", run, 'Mallory', 'LABEL', 'mallory', 'LABEL'],
    ["a run's is its actor's, whatever it says", run, 'the-maintainer', 'PAGE', 'mallory', 'COMMAND'],
    ["a run's without an actor is the run's", nameless, 'x', 'COMMAND', 'workflow acme/desk', 'COMMAND'],
    ["a token's says who set the label", token, 'alice', 'LABEL', 'alice', 'LABEL'],
    ["a token's on a page is the token's", token, 'alice', 'PAGE', 'token 3 (ci)', 'PAGE'],
    ["a token's by command is the token's", token, 'alice', 'COMMAND', 'token 3 (ci)', 'COMMAND'],
    ["a token's for some refs says nothing of labels", some, 'alice', 'LABEL', 'token 4', 'COMMAND'],
    ["an admin's by command is the admin's", admin, 'alice', 'COMMAND', 'configured admin', 'COMMAND'],
    ["an admin's says who set the label", admin, 'alice', 'LABEL', 'alice', 'LABEL'],
  ] as const)('%s', (_name, who, by, means, expected, expectedMeans) => {
    expect(acceptedBy(who, { id: 5 }, { by, means })).toEqual({ by: expected, means: expectedMeans });
  });
});
