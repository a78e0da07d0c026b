import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TemporaryFolder } from '../../../test/temporary-folder.js';
import { markWriting, removeUnfinished, temporaryName } from './unfinished-writes.js';

it('removes the files of processes that have ended, and no others', () => {
  using folder = new TemporaryFolder();
  const gone = spawnSync(process.execPath, ['-e', '0']).pid;
  const mine = `recordings/${temporaryName()}`;
  folder.write({
    [`.fixtures/writing-${gone}-0a1b2c3d`]: '',
    'recordings/.fixtures-0a1b2c3d-0.tmp': 'half',
    '.fixtures-0a1b2c3d-1.tmp/deep/a.json': 'in a folder that was never revealed',
    'recordings/.fixtures-ffffffff-0.tmp': 'not noted',
    'recordings/a.json': 'a',
    [mine]: 'being written',
  });
  const done = markWriting(folder.path);

  removeUnfinished(folder.path, ['recordings/a.json', 'nowhere/b.json', 'top.json']);

  expect(Object.keys(folder.files()).sort()).toEqual(
    ['recordings/.fixtures-ffffffff-0.tmp', 'recordings/a.json', mine].sort(),
  );
  expect(existsSync(join(folder.path, `.fixtures/writing-${gone}-0a1b2c3d`))).toBe(false);
  done();
});
