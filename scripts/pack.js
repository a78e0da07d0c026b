// Packs what npm publishes: node scripts/pack.js FOLDER
// Builds first, writes one tarball per package into the folder, and prints their names, one per line, in an
// order in which each package comes after those that it depends on.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders of the published packages below `packages`, dependencies first. */
export const PUBLISHED = ['protocol', 'client', 'cli', 'registry'];

const root = fileURLToPath(new URL('..', import.meta.url));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (!folder) {
    console.error('Usage: node scripts/pack.js FOLDER');
    process.exit(2);
  }
  const destination = path.resolve(folder);
  mkdirSync(destination, { recursive: true });
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  for (const name of PUBLISHED) {
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', destination], {
      cwd: path.join(root, 'packages', name),
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    console.log(JSON.parse(packed)[0].filename);
  }
}
