import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Folder, makeFolder } from '../support/folder.js';
import { CHECKOUT, startRegistry, type TestRegistry } from '../support/registry.js';

// What the documents show must run as it is written there. `test/questions` runs the queries of docs/graphql.md.

const hostingPage = await readFile(join(CHECKOUT, 'docs/self-hosting.md'), 'utf8');
const EXAMPLE = join(CHECKOUT, 'examples/support-desk');
let registry: TestRegistry;
let checkout: Folder;

beforeAll(async () => {
  checkout = await makeFolder();
  await cp(EXAMPLE, checkout.path, { recursive: true });
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  const fixtures = (...args: string[]) =>
    promisify(execFile)(
      process.execPath,
      [join(CHECKOUT, 'packages/cli/bin/fixtures.js'), ...args, '--directory', checkout.path, '--json'],
      {
        env: {
          FIXTURE_REGISTRY_URL: registry.url,
          FIXTURE_REGISTRY_TOKEN: registry.adminToken,
          FIXTURE_REGISTRY_REPOSITORY: 'acme/support-desk',
          PATH: process.env['PATH'],
        },
      },
    );
  await fixtures('push', '--branch', 'main');
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await checkout[Symbol.asyncDispose]();
});

describe('what the documents show', () => {
  it('names every environment variable that the registry reads', async () => {
    const source = await readFile(join(CHECKOUT, 'packages/registry/src/configuration.ts'), 'utf8');
    const variables = [...source.matchAll(/get\('([A-Z_]+)'\)/g)].map(([, name]) => name ?? '');
    expect(variables.length).toBeGreaterThanOrEqual(4);
    for (const variable of variables) expect(hostingPage).toContain(`| \`${variable}\` |`);
  });

  it('fetches a whole state with nothing but HTTP', async () => {
    const response = await fetch(`${registry.url}/-/acme/support-desk/archive.zip?branch=main`, {
      headers: { authorization: `Bearer ${registry.adminToken}` },
    });
    expect(response.status).toBe(200);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });
});
