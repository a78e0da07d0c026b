import { chmod, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { readUnit, UNIT } from './service-unit.js';
import { missingPrograms } from './tools.js';

const service = readUnit()['Service'] ?? {};

describe('deploy/fixture-registry.service', () => {
  it('runs one process as a user of its own, with its data in the state directory', () => {
    expect(service).toMatchObject({
      Type: ['exec'],
      DynamicUser: ['yes'],
      StateDirectory: ['fixture-registry'],
      StateDirectoryMode: ['0700'],
      EnvironmentFile: ['-/etc/fixture-registry/registry.env'],
    });
    expect(service['Environment']).toContain('FIXTURE_REGISTRY_DATA=%S/fixture-registry');
    expect(service['ExecStart']).toEqual(['/usr/bin/fixture-registry serve --host 127.0.0.1 --port 4000']);
  });

  it('lets V8 execute what it compiles, and the registry create its sockets', () => {
    expect(service['MemoryDenyWriteExecute']).toBeUndefined();
    expect(service['RestrictAddressFamilies']).toEqual(['AF_INET AF_INET6 AF_UNIX']);
  });
});

const noSystemd = missingPrograms(['systemd-analyze']).length > 0;
const where = noSystemd ? ' (skipped: systemd-analyze is not installed)' : '';

describe.skipIf(noSystemd)(`the unit under systemd's own checks${where}`, () => {
  /** What `systemd-analyze verify` says about a unit, in a root folder with systemd's units and the command. */
  async function verify(change: (text: string) => string): Promise<string> {
    await using root = await makeFolder();
    const { readFile } = await import('node:fs/promises');
    await cp('/usr/lib/systemd/system', join(root.path, 'usr/lib/systemd/system'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await mkdir(join(root.path, 'usr/bin'), { recursive: true });
    await root.write({
      'etc/systemd/system/fixture-registry.service': change(await readFile(UNIT, 'utf8')),
      'usr/bin/fixture-registry': '#!/bin/sh\n',
    });
    await chmod(join(root.path, 'usr/bin/fixture-registry'), 0o755);
    const words = [
      'verify',
      '--man=no',
      '--recursive-errors=no',
      `--root=${root.path}`,
      'fixture-registry.service',
    ];
    const { status, stderr } = await run('systemd-analyze', words, { cwd: root.path });
    return `${stderr}${status === 0 ? '' : `status ${status}`}`;
  }

  it('is valid', async () => {
    expect(await verify((text) => text)).toBe('');
    expect(await verify((text) => text.replace('ProtectHome=', 'ProtectHomes='))).toContain('ProtectHomes');
  });

  it('has an exposure level of at most 1.5', async () => {
    const words = ['security', '--offline=true', '--threshold=15', UNIT];
    const { status, stdout } = await run('systemd-analyze', words, { cwd: '/' });
    expect([status, stdout.match(/Overall exposure level.*: (\S+)/)?.[1]]).toEqual([
      0,
      expect.stringMatching(/^[01]\./),
    ]);
  });
});
