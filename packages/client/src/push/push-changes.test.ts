import { unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@fixture-registry/protocol';
import { describe, expect, it } from 'vitest';
import { StandInRegistry } from '../../test/stand-in-registry.js';
import { TemporaryFolder } from '../../test/temporary-folder.js';
import { pull } from '../pull/pull.js';
import { findChanges } from './changes/find-changes.js';
import { pushChanges } from './push-changes.js';

const target = { branch: 'main' };
const FILES = { 'recordings/a.json': 'a', 'recordings/b.json': 'b', 'recordings/c.json': 'c' };
const planned = (path: string, text: string) => ({
  path,
  digest: digestOf(Buffer.from(text)),
  size: text.length,
});

describe('findChanges', () => {
  it('finds what a push would change, and changes nothing', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder();
    registry.hold('main', FILES);
    await pull(registry.connection, { directory: folder.path, target });
    folder.write({ 'recordings/a.json': 'A', 'recordings/new.json': 'n', 'src/main.json': 'no' });
    unlinkSync(join(folder.path, 'recordings/b.json'));
    const before = folder.files();
    registry.asked.length = 0;

    const question = { directory: folder.path, target };
    const { add, remove } = await findChanges(registry.connection, question);
    expect(add).toEqual([planned('recordings/a.json', 'A'), planned('recordings/new.json', 'n')]);
    expect(remove).toEqual([]);
    expect(registry.asked).toEqual([]);
    const pruning = await findChanges(registry.connection, { ...question, prune: true });
    expect(pruning.remove).toEqual(['recordings/b.json']);
    expect(folder.files()).toEqual(before);
  });
});

describe('pushChanges', () => {
  it("pushes exactly the given changes, marked as a fork's, and does not change the directory", async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'A', 'recordings/other.json': 'o' });
    const ref = { pullRequest: 7, base: 'main' };
    registry.hold('pull/7', FILES);
    const before = folder.files();
    registry.asked.length = 0;

    const summary = await pushChanges(
      registry.connection,
      { directory: folder.path, target: ref, commit: 'c1', fromFork: true },
      { add: [planned('recordings/a.json', 'A')], remove: ['recordings/c.json'] },
    );

    expect(summary).toMatchObject({ added: 0, changed: 1, removed: 1, unchanged: 0, uploaded: 1 });
    expect(registry.held('pull/7')).toEqual({ 'recordings/a.json': 'A', 'recordings/b.json': 'b' });
    const question = registry.drain('/graphql').at(-1);
    expect(question?.json['input']).toMatchObject({ ref, commit: 'c1', fromFork: true });
    expect(folder.files()).toEqual(before);
  });

  it('leaves the title and author out for a registry of an earlier release', async () => {
    await using registry = await StandInRegistry.start();
    using folder = new TemporaryFolder().write({ 'recordings/a.json': 'A' });
    const target = { pullRequest: 7, base: 'main' };
    const about = { title: 'Add a tool', author: 'octocat' };
    const push = () =>
      pushChanges(
        registry.connection,
        { directory: folder.path, target, ...about },
        { add: [planned('recordings/a.json', 'A')], remove: [] },
      );
    await push();
    expect(registry.drain('/graphql').at(-1)?.json['input']).toMatchObject(about);

    // What graphql-js says of a variable with a field that the schema lacks; it sets no code.
    registry.fault = ({ json }, response) => {
      const { title } = (json['input'] ?? {}) as { title?: string };
      if (title === undefined) return false;
      const message =
        'Variable "$input" got invalid value { title: "Add a tool" }; ' +
        'Field "title" is not defined by type "PushInput".';
      response.end(JSON.stringify({ errors: [{ message }] }));
      return true;
    };
    await push();
    const [refused, refusedAgain, accepted, ...more] = registry
      .drain('/graphql')
      .map(({ json }) => json['input']);
    // The second attempt is for a release that does not say which secrets are possible.
    expect([refused, refusedAgain]).toMatchObject([about, about]);
    expect(accepted).not.toHaveProperty('title');
    expect(accepted).not.toHaveProperty('author');
    expect(more).toEqual([]);
  });
});
