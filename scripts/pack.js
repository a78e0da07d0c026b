// Packs what npm publishes: node scripts/pack.js FOLDER
// Builds first, writes one tarball per package into the folder, and prints their names, one per line, in an
// order in which each package comes after those that it depends on.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders of the published packages below `packages`, dependencies first. */
export const PUBLISHED = ['protocol', 'client', 'cli', 'registry'];

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packs one package into the folder. Returns the name of the tarball. */
function pack(name, folder) {
  // A copy, because the server's package also has the migrations from the root of the checkout.
  const copy = mkdtempSync(path.join(tmpdir(), 'fixture-registry-pack-'));
  try {
    const source = path.join(root, 'packages', name);
    const { scripts: _, ...manifest } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
    writeFileSync(path.join(copy, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const entry of ['README.md', 'LICENSE', ...foldersIn(manifest.files)]) {
      const from = entry === 'drizzle' ? path.join(root, entry) : path.join(source, entry);
      cpSync(from, path.join(copy, entry), { recursive: true });
    }
    const options = { cwd: copy, stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' };
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], options);
    return JSON.parse(packed)[0].filename;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

const foldersIn = (files) => [...new Set(files.map((file) => file.replace(/^!/, '').split('/')[0]))];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [given] = process.argv.slice(2);
  if (!given) {
    console.error('Usage: node scripts/pack.js FOLDER');
    process.exit(2);
  }
  const folder = path.resolve(given);
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  for (const name of PUBLISHED) console.log(pack(name, folder));
}
