import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Buildah } from './buildah.js';
import { outputOf, runTool } from './tools.js';

/** How the base image came here: from its registry, or built here from the same parts. */
export type BaseOrigin = 'pulled' | 'stand-in';

/** What Debian's own slim images leave out. */
const LEFT_OUT = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'var/lib/apt/lists',
];

/**
 * Makes the base image available to builds: pulls it, or builds a stand-in where no image registry is
 * reachable. The stand-in has the same Debian release, the same Node from npm, npm, and the user `node`.
 * @param name such as `node:24.21.0-trixie-slim`
 */
export function provideBaseImage(buildah: Buildah, name: string, work: string): BaseOrigin {
  const full = `docker.io/library/${name}`;
  if (buildah.tries('inspect', '--type', 'image', full)) {
    return buildah.configurationOf(full).Labels?.['stand-in'] === undefined ? 'pulled' : 'stand-in';
  }
  if (buildah.tries('pull', full)) return 'pulled';
  console.log(`cannot pull ${name}: building a stand-in with debootstrap`);
  const [, version, release] = /^node:(\d+\.\d+\.\d+)-([a-z]+)-slim$/.exec(name) ?? [];
  if (version === undefined || release === undefined) {
    throw new Error(`the base image ${name} must be node:VERSION-RELEASE-slim, with the full version`);
  }
  const root = join(work, 'base');
  rmSync(root, { recursive: true, force: true });
  runTool('debootstrap', ['--variant=minbase', release, root]);
  installNode(root, version, work);
  for (const folder of LEFT_OUT) runTool('sh', ['-c', 'rm -rf -- "$1"/*', 'sh', join(root, folder)]);
  runTool('chroot', [root, 'apt-get', 'clean']);
  const container = buildah.output('from', 'scratch');
  buildah.run('copy', '--quiet', container, root, '/');
  buildah.run(
    'config',
    '--label',
    'stand-in=true',
    '--env',
    `NODE_VERSION=${version}`,
    '--cmd',
    'node',
    container,
  );
  buildah.run(
    'config',
    '--env',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    container,
  );
  buildah.run('commit', '--quiet', '--rm', '--format', 'docker', container, full);
  rmSync(root, { recursive: true, force: true });
  return 'stand-in';
}

/** Node's own binary from its npm package, an npm of the version that this Node ships with, and the user. */
function installNode(root: string, version: string, work: string): void {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const local = join(root, 'usr/local');
  unpack(`node-linux-${architecture}@${version}`, local, work);
  const npm = join(local, 'lib/node_modules/npm');
  mkdirSync(npm, { recursive: true });
  unpack('npm@11', npm, work);
  for (const command of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${command}-cli.js`, join(local, 'bin', command));
  }
  runTool('chroot', [root, 'groupadd', '--gid', '1000', 'node']);
  runTool('chroot', [root, 'useradd', '--uid', '1000', '--gid', 'node', '--create-home', 'node']);
}

function unpack(name: string, folder: string, work: string): void {
  const packed = JSON.parse(outputOf('npm', ['pack', '--json', '--pack-destination', work, name])) as {
    filename: string;
  }[];
  const tarball = join(work, packed[0]?.filename ?? '');
  runTool('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1', '--exclude=package/include']);
  rmSync(tarball);
}
