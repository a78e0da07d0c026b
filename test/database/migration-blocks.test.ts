import { deflateRawSync } from 'node:zlib';
import { digestOf } from '@fixture-registry/protocol';
import { expect, it } from 'vitest';
import { type Run, upgrade } from '../support/older-version.js';
import { pullFiles, pushFiles } from '../support/push-files.js';
import { chance } from '../support/recordings.js';
import type { TestRegistry } from '../support/registry.js';

const repository = 'acme/old';
/** The newest migration under which each content is stored separately. */
const BEFORE = '0004_trust';
const FILES: Record<string, string> = {
  'a/recordings/deflated.json': 'deflated '.repeat(2_000),
  'a/recordings/stored.json': 'ab',
  'a/recordings/empty.json': '',
  'a/recordings/chunks.json': chance('several chunks', 1_300_000),
  'a/recordings/same.json': 'ab',
  'a/recordings/unicode.json': '{"ü": "日本"}',
};

it('contents that an older version stored in the embedded database survive the upgrade', () =>
  upgrade('embedded', BEFORE, fill, checkUpgraded));

it('contents that an older version stored in Postgres survive the upgrade', () =>
  upgrade('postgres', BEFORE, fill, async (registry, sql) => {
    await checkUpgraded(registry);
    const kept = await sql?.unsafe(`select (select count(*)::int from blocks) as blocks,
      (select count(*)::int from contents where block_id is null) as purged`);
    // Each old content in its own block, plus the one pushed later.
    expect(kept).toEqual([{ blocks: new Set(Object.values(FILES)).size + 1, purged: 1 }]);
  }));

/** Writes a repository as the older version did: a branch of two versions, and a purged content. */
async function fill(run: Run): Promise<void> {
  await run(`insert into repositories (owner, name) values ('acme', 'old')`);
  await run(`insert into refs (repository_id, kind, name, version) values (1, 'BRANCH', 'main', 1)`);
  await run(`insert into snapshots (repository_id, ref_id, version, origin) values (1, 1, 1, 'PUSH')`);
  for (const text of new Set(Object.values(FILES))) {
    const bytes = Buffer.from(text);
    const deflated = deflateRawSync(bytes);
    const packed = deflated.length < bytes.length ? deflated : bytes;
    const method = packed === deflated ? 8 : 0;
    const digest = `decode('${digestOf(bytes)}', 'hex')`;
    await run(`insert into contents (repository_id, digest, size, packed_size, method, crc32)
      values (1, ${digest}, ${bytes.length}, ${packed.length}, ${method}, 0)`);
    await run(
      `insert into readings (repository_id, digest, format, request_hashes) values (1, ${digest}, 'opaque', '{}')`,
    );
    for (let position = 0; position * 512 * 1024 < packed.length; position++) {
      const chunk = packed.subarray(position * 512 * 1024, (position + 1) * 512 * 1024).toString('hex');
      await run(`insert into content_chunks (repository_id, digest, position, bytes)
        values (1, ${digest}, ${position}, decode('${chunk}', 'hex'))`);
    }
  }
  for (const [path, text] of Object.entries(FILES)) {
    await run(`insert into entries (repository_id, ref_id, path, since, digest, hash_status)
      values (1, 1, '${path}', 1, decode('${digestOf(Buffer.from(text))}', 'hex'), 'UNKNOWN')`);
  }
  await run(`insert into contents (repository_id, digest, size, packed_size, method, crc32, purged_at, purged_by, purge_reason)
    values (1, sha256('purged'), 6, 0, 0, 0, now(), 'an admin', 'a secret')`);
}

async function checkUpgraded(registry: TestRegistry): Promise<void> {
  expect(await pullFiles(registry, repository, {})).toEqual(FILES);
  // Old contents also work next to new ones, and are not requested again.
  const add = {
    'a/recordings/new.json': '"new"',
    'a/recordings/again.json': FILES['a/recordings/chunks.json'] ?? '',
  };
  await pushFiles(registry, { repository, ref: { branch: 'main' }, add });
  expect(await pullFiles(registry, repository, {})).toEqual({ ...FILES, ...add });
}
