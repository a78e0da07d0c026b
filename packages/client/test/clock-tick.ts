import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Waits until the clock of a folder's file system ticks: what happens then is later than what happened before. */
export async function clockTick(folder: string): Promise<void> {
  const file = join(folder, '.clock');
  const now = () => {
    writeFileSync(file, '.');
    return statSync(file).mtimeMs;
  };
  const start = now();
  while (now() === start) await new Promise((resolve) => setTimeout(resolve, 1));
}
