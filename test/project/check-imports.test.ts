import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

const SCRIPT = join(CHECKOUT, 'scripts/check-imports.js');
const { problemsOf } = (await import(SCRIPT)) as {
  problemsOf(source: string, wings: string[][]): string[];
};

const WINGS = [['.'], ['top'], ['left', 'right'], ['bottom'], ['names.ts']];

/** A package in which every import runs downwards. */
const SOUND = {
  'index.ts': "export { a } from './top/a.js';\nexport { left } from './left/left.js';\n",
  'top/a.ts':
    "import { left } from '../left/left.js';\nimport type { Deep } from '../bottom/deep/deep.js';\n",
  'left/left.ts':
    "import {\n  low,\n  other,\n} from '../bottom/low.js';\nimport { readFile } from 'node:fs';\n",
  'right/right.tsx': "import '../bottom/low.js';\n",
  'bottom/low.ts': "import { deep } from './deep/deep.js';\nimport { NAME } from '../names.js';\n",
  'bottom/deep/deep.ts': 'export const deep = 1;\n',
  'bottom/low.test.ts': "import { a } from '../top/a.js';\n",
  'names.ts': 'export const NAME = 1;\n',
};

/** The problems of the sound package with these files added or replaced. */
async function check(files: Record<string, string> = {}): Promise<string[]> {
  await using folder = await makeFolder({ ...SOUND, ...files });
  return problemsOf(folder.path, WINGS);
}

describe('the check of imports', () => {
  it('accepts imports that run downwards, and tests that import what is above them', async () => {
    expect(await check()).toEqual([]);
  });

  it.each([
    ['a value', "import { a } from '../top/a.js';"],
    ['a type', "import type { A } from '../top/a.js';"],
    ['several lines', "import {\n  a,\n  b,\n} from '../top/a.js';"],
    ['a re-export', "export * from '../top/a.js';"],
    ['a side effect', "import '../top/a.js';"],
    ['a dynamic import', "export const load = () => import('../top/a.js');"],
    ['the type of a dynamic import', "let a: import('../top/a.js').A;"],
    ['a worker', "new Worker(new URL('../top/a.js', import.meta.url));"],
  ])('reports an upward import between wings: %s', async (_, text) => {
    expect(await check({ 'bottom/low.ts': `${text}\n` })).toContainEqual(
      'bottom/low.ts imports top/a.ts: top is above bottom (. → top → left, right → bottom → names.ts)',
    );
  });

  it('reports an import of a file beside the wings, and of a wing by a file below them', async () => {
    expect(await check({ 'top/b.ts': "import '../index.js';\n" })).toEqual([
      expect.stringMatching(/^top\/b\.ts imports index\.ts: \. is above top /),
    ]);
    expect(await check({ 'names.ts': "import './bottom/deep/deep.js';\n" })).toEqual([
      expect.stringMatching(/^names\.ts imports bottom\/deep\/deep\.ts: bottom is above names\.ts /),
    ]);
  });

  it('reports an import between wings that are side by side', async () => {
    expect(await check({ 'left/left.ts': "import '../right/right.js';\n" })).toEqual([
      expect.stringMatching(/^left\/left\.ts imports right\/right\.tsx: right and left must not import each/),
    ]);
  });

  it('reports folders of a wing that import each other, with an import for each direction', async () => {
    const problems = await check({
      'bottom/deep/deep.ts': "import type { Other } from '../other.js';\n",
      'bottom/other.ts': 'export type Other = 1;\n',
    });
    expect(problems).toEqual([
      'the folders bottom/deep → bottom → bottom/deep import each other: ' +
        'bottom/deep/deep.ts imports bottom/other.ts; bottom/low.ts imports bottom/deep/deep.ts',
    ]);
  });

  it('reports files that import each other, also only for their types', async () => {
    const problems = await check({
      'top/a.ts': "import { b } from './b.js';\n",
      'top/b.ts': "import type { C } from './c.js';\n",
      'top/c.ts': "import type { A } from './a.js';\n",
    });
    expect(problems).toEqual(['files import each other: top/a.ts → top/b.ts → top/c.ts → top/a.ts']);
  });

  it('reports a wing that has no place in the order', async () => {
    expect(await check({ 'new/file.ts': 'export const file = 1;\n' })).toEqual([
      'new/file.ts: add the wing new to scripts/check-imports.js',
    ]);
  });
});

it('fails with the problems of a package when it runs as a program', async () => {
  await using folder = await makeFolder({
    'package.json': '{ "type": "module" }',
    'scripts/check-imports.js': await readFile(SCRIPT),
    'packages/protocol/src/index.ts': '',
    'packages/action/src/main.ts': '',
    'packages/client/src/pull/pull.ts': '',
    'packages/client/src/checkout/plan.ts': "import '../pull/pull.js';\n",
    'packages/cli/src/main.ts': '',
  });
  const script = join(folder.path, 'scripts/check-imports.js');
  expect(await run(process.execPath, [script], { cwd: folder.path })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(
      /^packages\/client\/src: checkout\/plan\.ts imports pull\/pull\.ts: pull is above/,
    ),
  });
});
