// Removes what the compiler wrote, so that a check never passes on the output of a source that is gone.

import { readdirSync, rmSync } from 'node:fs';

for (const name of readdirSync('packages')) {
  // packages/action/dist is the committed bundle; its compiler writes to `build`.
  for (const output of [name === 'action' ? 'build' : 'dist', 'tsconfig.tsbuildinfo']) {
    rmSync(`packages/${name}/${output}`, { recursive: true, force: true });
  }
}
