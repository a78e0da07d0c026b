// Checks that the imports of each package run downwards, type imports included:
//   - between wings (the folders directly below `src`), in the order of WINGS,
//   - between the folders of a wing and between files, which must not form a circle.
// Prints each wrong import and the reason. Test files are exempt: a test may run its step through a higher
// wing.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The wings of each package, top to bottom: a wing may import the wings below it. Wings in one list are side
 * by side and must not import each other. A wing is a folder or a file; `.` is every other file directly
 * below `src`.
 */
const WINGS = {
  'packages/protocol/src': [
    ['.'],
    ['archive', 'settings'],
    ['blocks'],
    ['contents', 'names', 'patterns'],
    ['limits.ts'],
  ],
  'packages/client/src': [
    ['.'],
    ['watch'],
    ['pull', 'push', 'review'],
    ['unused', 'use'],
    ['checkout'],
    ['connection'],
    ['text'],
  ],
  'packages/cli/src': [
    ['.'],
    ['definitions'],
    ['commands'],
    ['completion', 'doctor', 'init'],
    ['workflows'],
    ['options'],
    ['credentials', 'formats'],
    ['output'],
  ],
  'packages/action/src': [
    ['.'],
    ['watch'],
    ['push'],
    ['annotations'],
    ['comment', 'fork', 'promotion', 'pull', 'use'],
    ['event'],
    ['runner'],
    ['names.ts'],
  ],
  'packages/registry/src': [
    ['.'],
    ['doors'],
    ['review'],
    ['store'],
    ['trust'],
    ['recordings'],
    ['database'],
    ['telemetry'],
    ['vocabulary'],
  ],
};

// `import … from`, `export … from`, `import '…'`, `import('…')` in code and types, and files that run as a
// worker.
const IMPORT =
  /^(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'|\bnew URL\(\s*'([^']+)',\s*import\.meta/gm;

/** The wrong imports of one package, one line each. `source` is its `src` folder, `wings` as in WINGS. */
export function problemsOf(source, wings) {
  const files = filesIn(source);
  const imports = new Map(files.map((file) => [file, importsOf(source, file, new Set(files))]));
  const order = wings.map((level) => level.join(', ')).join(' → ');
  const levels = new Map(wings.flatMap((level, index) => level.map((wing) => [wing, index])));
  const wingOf = (file) => {
    const [first = ''] = file.split('/');
    return first !== file || levels.has(first) ? first : '.';
  };
  const problems = new Set();
  const folders = new Map();
  for (const [from, targets] of imports) {
    const wing = wingOf(from);
    if (!levels.has(wing)) problems.add(`${from}: add the wing ${wing} to scripts/check-imports.js`);
    for (const to of targets) {
      const target = wingOf(to);
      if (wing === target) addTo(folders, path.posix.dirname(from), path.posix.dirname(to));
      else if (levels.get(target) < levels.get(wing))
        problems.add(`${from} imports ${to}: ${target} is above ${wing} (${order})`);
      else if (levels.get(target) === levels.get(wing))
        problems.add(`${from} imports ${to}: ${target} and ${wing} must not import each other (${order})`);
    }
  }
  for (const circle of circlesIn(folders)) {
    const examples = circle.slice(1).map((folder, index) => exampleOf(imports, circle[index], folder));
    problems.add(`the folders ${circle.join(' → ')} import each other: ${examples.join('; ')}`);
  }
  for (const circle of circlesIn(imports)) problems.add(`files import each other: ${circle.join(' → ')}`);
  return [...problems];
}

function filesIn(source) {
  return readdirSync(source, { recursive: true })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => /\.tsx?$/.test(name) && !/\.(?:test|d)\.tsx?$/.test(name))
    .sort();
}

function importsOf(source, file, files) {
  const targets = new Set();
  for (const [, ...groups] of readFileSync(path.join(source, file), 'utf8').matchAll(IMPORT)) {
    const specifier = groups.find((group) => group !== undefined);
    if (!specifier.startsWith('.')) continue;
    const target = path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '');
    for (const name of [`${target}.ts`, `${target}.tsx`]) if (files.has(name)) targets.add(name);
  }
  return targets;
}

function addTo(graph, from, to) {
  if (from !== to) graph.set(from, (graph.get(from) ?? new Set()).add(to));
}

function exampleOf(imports, from, to) {
  for (const [file, targets] of imports) {
    if (path.posix.dirname(file) !== from) continue;
    for (const target of targets) if (path.posix.dirname(target) === to) return `${file} imports ${target}`;
  }
}

/** The circles that a depth-first search meets; each begins and ends with the same node. */
function circlesIn(graph) {
  const circles = [];
  const done = new Set();
  const visit = (node, trail) => {
    if (trail.includes(node)) circles.push([...trail.slice(trail.indexOf(node)), node]);
    if (done.has(node) || trail.includes(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return circles;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const [source, wings] of Object.entries(WINGS)) {
    for (const problem of problemsOf(path.join(root, source), wings)) {
      console.error(`${source}: ${problem}`);
      process.exitCode = 1;
    }
  }
}
