import { expect, it } from 'vitest';
import { type KnownRepository, personGrant } from './person-grant.js';
import type { GitHubRepository } from './read-answer.js';

const linked: KnownRepository = { id: 5, owner: 'acme', name: 'desk', githubId: 4711, ownerIds: [] };
const named: KnownRepository = { ...linked, githubId: null };
const said: GitHubRepository = {
  ...{ id: 4711, fullName: 'acme/desk', owner: 'acme', ownerId: 65 },
  ...{ mayRead: true, mayWrite: false },
};
const READ = { repositoryId: 5, scope: 'read' };
const WRITE = { repositoryId: 5, scope: 'write', writes: { kind: 'acceptance' } };

it.each<[string, KnownRepository, Partial<GitHubRepository>, string[], object | null]>([
  ['the same id', linked, {}, [], READ],
  ['the permission to write', linked, { mayWrite: true }, [], WRITE],
  ['no permission', linked, { mayRead: false }, [], null],
  ['the same id under another name', linked, { fullName: 'acme/help' }, [], READ],
  ['another id under the same name', linked, { id: 9999, mayWrite: true }, ['acme'], null],
  ['an allowed owner', named, {}, ['acme'], READ],
  ['an allowed repository in other letters', named, { fullName: 'Acme/Desk' }, ['ACME/desk'], READ],
  ['an owner that is not allowed', named, {}, ['friends'], null],
  ['no allowed owner', named, {}, [], null],
  ['an allowed owner, but another name', named, { fullName: 'acme/help' }, ['acme'], null],
  ['the allowed account', named, {}, ['acme#65'], READ],
  ['another account than the allowed one', named, {}, ['acme#66'], null],
  ['another account than the known one', { ...named, ownerIds: [66] }, {}, ['acme'], null],
  ['the allowed account after another one', { ...named, ownerIds: [66] }, {}, ['acme#65'], READ],
  ['one of the known accounts', { ...named, ownerIds: [64, 65] }, {}, ['acme'], READ],
])('a person gets a grant only for the same repository: %s', (_, known, change, allowed, expected) => {
  expect(personGrant(known, { ...said, ...change }, allowed)).toEqual(expected);
});
