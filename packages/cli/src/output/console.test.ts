import { expect, it } from 'vitest';
import { openConsole } from './console.js';

function recorded(isTTY: boolean) {
  const written: string[] = [];
  let time = 0;
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const console = openConsole(stream, () => time);
  const progress = (done: number, at: number) => {
    time = at;
    console.onProgress({ step: 'download', done, total: 9 });
  };
  return { console, written, progress };
}

it('overwrites one line on a terminal, and clears it', () => {
  const { console, written, progress } = recorded(true);
  progress(1, 10);
  progress(2, 100);
  progress(3, 110);
  progress(4, 200);
  console.log('trying again');
  console.clear();
  const line = '\r\u001b[K';
  expect(written).toEqual([`${line}downloading 2 of 9`, `${line}downloading 4 of 9`, line, 'trying again\n']);
});

it('writes a plain line every few seconds elsewhere', () => {
  const { console, written, progress } = recorded(false);
  progress(1, 1000);
  progress(2, 5000);
  progress(3, 6000);
  progress(4, 10_000);
  console.clear();
  expect(written).toEqual(['downloading 2 of 9\n', 'downloading 4 of 9\n']);
});
