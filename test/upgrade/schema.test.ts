import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, findBreakingChanges } from 'graphql';
import { expect, it } from 'vitest';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';
import previous from './previous-release.json' with { type: 'json' };

// Clients of the previous release send their queries to this one.

/** Changes before the first published release. */
const UNPUBLISHED = ['DriftChange.replaces changed type from String to Recording.'];

const show = ['show', `${previous.commit}:schema.graphql`];
const released = await run('git', show, { cwd: CHECKOUT });

const brokenBy = (text: string) =>
  findBreakingChanges(buildSchema(released.stdout), buildSchema(text))
    .map(({ description }) => description)
    .filter((description) => !UNPUBLISHED.includes(description));

it.skipIf(released.status !== 0)('the schema only adds to that of the previous release', async () => {
  const schema = await readFile(join(CHECKOUT, 'schema.graphql'), 'utf8');
  expect(brokenBy(schema)).toEqual([]);
  const renamed = schema.replace('  defaultBranch: String!\n', '  mainBranch: String!\n');
  expect(brokenBy(renamed)).toEqual([expect.stringMatching(/\.defaultBranch was removed/)]);
});
