import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testLocator } from './locate-test.js';

const workspace = mkdtempSync(path.join(tmpdir(), 'locate-'));
const directory = path.join(workspace, 'checkout');
mkdirSync(path.join(directory, 'tests'), { recursive: true });
const source = 'import x\n\nclass TestA:\n    async def test_a(self):\n        pass\n\ndef test_ab(): pass\n';
writeFileSync(path.join(directory, 'tests', 'a.py'), source);
writeFileSync(path.join(workspace, 'outside.py'), source);
symlinkSync(path.join(workspace, 'outside.py'), path.join(directory, 'tests', 'link.py'));
afterAll(() => rmSync(workspace, { recursive: true }));

it.each<[string, string, ReturnType<ReturnType<typeof testLocator>>]>([
  ['tests/a.py', 'test_a', { file: 'checkout/tests/a.py', line: 4 }],
  ['tests/a.py', 'test_ab', { file: 'checkout/tests/a.py', line: 7 }],
  ['tests/a.py', 'test_.*', { file: 'checkout/tests/a.py', line: null }],
  ['tests/a.py', '', { file: 'checkout/tests/a.py', line: null }],
  ['tests/gone.py', 'test_a', null],
  ['tests', 'test_a', null],
  ['', 'test_a', null],
  ['../outside.py', 'test_a', null],
  ['tests/link.py', 'test_a', null],
  [path.join(workspace, 'outside.py'), 'test_a', null],
  ['tests/a.py\0', 'test_a', null],
])('%j, %j', (file, test, found) => {
  expect(testLocator(directory, workspace)(file, test)).toEqual(found);
});
