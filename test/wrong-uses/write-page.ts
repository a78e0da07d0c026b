import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT } from '../support/registry.js';
import { runWrongUses } from './table.js';

// Writes docs/wrong-uses.md.

const { page } = await runWrongUses();
await writeFile(join(CHECKOUT, 'docs/wrong-uses.md'), page);
