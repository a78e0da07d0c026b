// Bundles the action's main and post into packages/action/dist, which is committed because GitHub runs an
// action from its checkout.
//   node scripts/bundle-action.js           writes the bundle
//   node scripts/bundle-action.js --check   fails unless the committed bundle matches the sources
// It reads the TypeScript sources of action, client and protocol, so it needs no build.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const committed = path.join(root, 'packages/action/dist');

async function bundleInto(folder) {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [
      'packages/action/src/main.ts',
      'packages/action/src/post.ts',
      // The client starts this file as a worker thread, by its name.
      'packages/client/src/pull/write/write-worker.ts',
    ],
    outdir: folder,
    entryNames: '[name]',
    // Each dynamic import (`import()`) becomes a file with its name; code that several files share becomes a
    // `chunk`.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    metafile: true,
    // `licences` writes the complete licences of all bundled packages.
    legalComments: 'none',
    alias: {
      '@fixture-registry/client': './packages/client/src/index.ts',
      '@fixture-registry/protocol': './packages/protocol/src/index.ts',
      '@fixture-registry/protocol/settings': './packages/protocol/src/settings/index.ts',
    },
    // Bundled CommonJS modules load Node's modules with `require`.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  writeFileSync(path.join(folder, 'licenses.txt'), licences(metafile));
  return metafile;
}

/** Name, version and licence text of every package that has at least one byte in the bundle. */
function licences({ outputs }) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
      if (found && bytesInOutput > 0) folders.add(found[1]);
    }
  }
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    );
    const file = readdirSync(path.join(root, folder)).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
    const text = file ? readFileSync(path.join(root, folder, file), 'utf8').trim() : `Licence: ${license}`;
    return `${name} ${version} (${license})\n\n${text.replaceAll('\r\n', '\n')}\n`;
  });
  return texts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

function contentsOf(folder) {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
}

/** The names of the files that differ between two folders. */
function differences(one, other) {
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].filter((name) => one.get(name) !== other.get(name));
}

/**
 * Replaces the files of a folder. Entry points come last, so that a job that starts meanwhile finds their
 * imports.
 */
function replaceWith(folder, fresh) {
  mkdirSync(folder, { recursive: true });
  const [before, after] = [contentsOf(folder), contentsOf(fresh)];
  const changed = differences(before, after);
  const isEntry = (name) => name === 'main.js' || name === 'post.js';
  for (const name of changed.sort((a, b) => isEntry(a) - isEntry(b))) {
    if (after.has(name)) writeFileSync(path.join(folder, name), after.get(name));
  }
  for (const name of changed) if (!after.has(name)) rmSync(path.join(folder, name));
}

const fresh = mkdtempSync(path.join(tmpdir(), 'bundle-action-'));
try {
  const { outputs } = await bundleInto(fresh);
  if (process.argv.includes('--check')) {
    const stale = differences(contentsOf(committed), contentsOf(fresh));
    if (stale.length > 0) {
      console.error(
        `packages/action/dist does not match its sources (${stale.join(', ')}). Run: node scripts/bundle-action.js`,
      );
      process.exitCode = 1;
    }
  } else {
    replaceWith(committed, fresh);
    for (const [file, { bytes }] of Object.entries(outputs))
      console.log(`${path.basename(file)} ${(bytes / 1024).toFixed(1)} kB`);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
