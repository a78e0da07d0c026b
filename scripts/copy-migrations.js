// Copies the migrations into the server's package while npm packs it; `--remove` removes the copy again.
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const copy = fileURLToPath(new URL('../packages/registry/drizzle', import.meta.url));

rmSync(copy, { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  // The snapshots of the schema are for drizzle-kit; a registry reads only the statements and the journal.
  const needed = (source) => !source.endsWith('_snapshot.json');
  cpSync(fileURLToPath(new URL('../drizzle', import.meta.url)), copy, { recursive: true, filter: needed });
}
