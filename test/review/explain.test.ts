import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { type Folder, makeFolder } from '../support/folder.js';
import { filesOf, record } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

// For a miss, the output must have the key that was looked up, the nearest recording of the same test,
// and how the request differs.

const TEST = 'tests/test_weather.py::test_tokyo[gpt-4o]';
const known = record({ test: TEST, ask: 'What is the weather in Tokyo?', say: 'Sunny.' });
const other = record({ test: 'tests/test_jokes.py::test_joke', ask: 'Tell me a joke.', say: 'Knock knock.' });
const asked = record({ test: TEST, ask: 'What is the weather in Tokyo today?', say: 'Sunny.' });
const proposed = record({ test: TEST, ask: 'Is it raining in Oslo?', say: 'Yes.' });

let registry: TestRegistry;
let folder: Folder;
const explain = async (...words: string[]) => {
  const at = { registry, repository: 'acme/weather' };
  const ended = await runFixtures(at, folder, ['explain', ...words]);
  return ended.status === 0 ? ended.stdout : `status ${ended.status}: ${ended.stderr}`;
};

beforeAll(async () => {
  registry = await startRegistry({ postgresUrl: inject('postgresUrl') });
  folder = await makeFolder(filesOf(known, other));
  const at = { registry, repository: 'acme/weather' };
  await runFixtures(at, folder, ['push', '--branch', 'main']);
  await folder.write(filesOf(proposed));
  await runFixtures(at, folder, ['push', '--pull-request', '5']);
  await folder.remove(proposed.path);
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

describe('fixtures explain', () => {
  it('shows where a recording is', async () => {
    const said = await explain(known.path, '--branch', 'main');
    expect(said).toContain(`Key: ${known.hash}`);
    expect(said).toContain(`Found in branch main:\n  ${known.path} (${TEST}, llama3)`);
  });

  it('shows for a miss the nearest recording of the same test, and the difference', async () => {
    await folder.write(filesOf(asked));
    const said = await explain(asked.path, '--branch', 'main');
    await folder.remove(asked.path);
    expect(said).toContain(`Key: ${asked.hash}`);
    expect(said).toContain('Not found in branch main.');
    expect(said).toContain(known.path);
    expect(said).toContain('today?');
    expect(said).not.toContain(other.path);
  });

  it('shows the correct name for a file that no recorder finds under its own', async () => {
    const wrong = `tests/recordings/${'a'.repeat(64)}.json`;
    await folder.write({ [wrong]: known.text });
    const said = await explain(wrong, '--branch', 'main');
    await folder.remove(wrong);
    expect(said).toContain('no recorder will find it');
    expect(said).toContain(`rename it to ${known.hash}.json`);
  });

  it('shows where else a hash exists', async () => {
    const said = await explain(proposed.hash, '--branch', 'main');
    expect(said).toContain('Not found in branch main.');
    expect(said).toContain('It is in pull request #5.');
  });

  it('fails for an unknown hash or path', async () => {
    for (const [subject, words] of [
      ['b'.repeat(64), 'Not found in branch main.'],
      ['tests/recordings/nosuch.json', 'Nothing is stored at tests/recordings/nosuch.json'],
    ] as const) {
      const at = { registry, repository: 'acme/weather' };
      const ended = await runFixtures(at, folder, ['explain', subject, '--branch', 'main']);
      expect(ended).toMatchObject({ status: 1, stdout: expect.stringContaining(words) });
    }
  });

  it('prints JSON for scripts', async () => {
    const answer = JSON.parse(await explain(known.path, '--branch', 'main', '--json'));
    expect(answer).toMatchObject({ hash: known.hash, hashStatus: 'VERIFIED', nearest: [] });
    expect(answer.found).toHaveLength(1);
  });
});
