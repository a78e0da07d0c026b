import { expect, it } from 'vitest';
import { TemporaryFolder } from '../../../client/test/temporary-folder.js';
import { subjectOf } from './explain.js';

it('accepts a file with its content, a hash, or else a path', () => {
  using folder = new TemporaryFolder().write({ 'recordings/0123abcd.json': '{}', deadbeef: 'file' });
  const at = (subject: string) => subjectOf(subject, folder.path);
  expect(at('recordings/0123abcd.json')).toEqual({ path: 'recordings/0123abcd.json', content: '{}' });
  expect(at(`${folder.path}/recordings/0123abcd.json`)).toEqual(at('recordings/0123abcd.json'));
  expect(at('deadbeef')).toEqual({ path: 'deadbeef', content: 'file' });
  expect(at('0123ABCD4567')).toEqual({ hash: '0123abcd4567' });
  expect(at('recordings/missing.json')).toEqual({ path: 'recordings/missing.json' });
});

it('refuses a file outside the directory', () => {
  using outside = new TemporaryFolder().write({ 'a.json': '{}' });
  using folder = new TemporaryFolder();
  expect(() => subjectOf(`${outside.path}/a.json`, folder.path)).toThrow(/outside the directory/);
});
