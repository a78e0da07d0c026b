import { beforeAll, expect, it } from 'vitest';
import { makeFolder } from '../folder.js';
import { startPostgres } from '../postgres.js';
import { run } from '../process.js';
import { startRegistry } from '../registry.js';

// Nothing here cleans up after itself, as a test that fails half-way does not.
beforeAll(async () => {
  const [folder] = await Promise.all([makeFolder({ 'a.txt': 'a' }), startRegistry(), startPostgres()]);
  // A program and one that it starts itself.
  void run('sh', ['-c', 'sleep 3600 & sleep 3600'], { cwd: folder.path });
  process.stderr.write('everything is started\n');
});

const ways: Record<string, () => unknown> = {
  'fails an assertion': () => expect(1).toBe(2),
  'times out': () => new Promise(() => {}),
  'kills its own worker': () => process.kill(process.pid, 'SIGKILL'),
  'blocks its worker': () => {
    for (;;);
  },
};

it('fails', ways[process.env['WAY'] ?? ''], 500);
