import { expect, it } from 'vitest';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { nearestFolders, nothingFound } from './nothing-found.js';

it('lists the folders first that share most words with a pattern', () => {
  const paths = [
    'other/recordings/a.json',
    'tests/unit/recordings/a.json',
    'tests/recordings/a.json',
    'x.har',
  ];
  expect(nearestFolders(paths, ['tests/unit/records/*.json'])).toEqual([
    'tests/unit/recordings',
    'tests/recordings',
    '.',
    'other/recordings',
  ]);
});

it('names the patterns, the most similar folders, and what a bracket means', () => {
  using folder = new TemporaryFolder().write({ 'tests/cassettes/a.yaml': 'a' });
  expect(nothingFound(folder.path, ['tests/cassette/[a-z]*.yaml'])).toMatch(
    /matches "tests\/cassette\/\[a-z\]\*\.yaml"\. In a pattern `\[` is literal.*: tests\/cassettes\.$/,
  );
  using empty = new TemporaryFolder();
  expect(nothingFound(empty.path, ['*.json'])).toContain('The directory is empty.');
});
