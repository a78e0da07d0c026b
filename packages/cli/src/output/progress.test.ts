import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { openConsole } from './console.js';
import { estimate, openProgress } from './progress.js';

async function recorded(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const stream = {
    ...{ isTTY, columns: 200 },
    write: (text: string) => written.push(text),
    cursorTo: () => true,
  } as unknown as NodeJS.WriteStream;
  const display = await openProgress(stream, {}, () => time);
  const console = openConsole(display, stream, { NO_COLOR: '1' });
  const progress = (done: number, at: number) => {
    time = at;
    console.onProgress({ step: 'download', done, total: 2000 });
  };
  return { console, written, progress, text: () => stripVTControlCharacters(written.join('')) };
}

it('shows a bar with rate and time left on a terminal, and clears it before a message', async () => {
  const { console, written, progress, text } = await recorded(true);
  progress(1, 0);
  progress(20, 100);
  expect(written).toEqual([]);
  progress(500, 1000);
  expect(text()).toMatch(/downloading █{6}░{18} {2}25% \| 500 of 2,000 \| 500\/s \| 3 s left/);
  const shown = written.length;
  console.log('trying again');
  expect(written.slice(shown, -1).join('')).toContain('\u001b[2K');
  expect(written.at(-1)).toBe('trying again\n');
  console.clear();
});

it('writes a plain line every few seconds elsewhere', async () => {
  const { console, written, progress } = await recorded(false);
  progress(1, 1000);
  progress(2, 5000);
  progress(3, 6000);
  progress(1234, 10_000);
  console.clear();
  expect(written).toEqual(['downloading 2 of 2,000\n', 'downloading 1,234 of 2,000\n']);
});

it.each([
  [0, 10, 0, '-', '-'],
  [5, 10, 1000, '5.0', '1 s'],
  [1500, 3000, 1000, '1,500', '1 s'],
  [1, 200, 1000, '1.0', '3 min 19 s'],
  [10, 10, 1000, '10', '0 s'],
])('%i of %i after %i ms: %s/s, %s left', (done, total, elapsed, rate, left) => {
  expect(estimate(done, total, elapsed)).toEqual({ rate, left });
});
