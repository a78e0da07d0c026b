// Prints the GraphQL schema to schema.graphql; with --check says whether the committed one is fresh.
// Needs a build: it prints the schema that the registry really serves.

import { readFile, writeFile } from 'node:fs/promises';
import { printSchema } from 'graphql';
import { schema } from '../packages/registry/dist/doors/graphql/schema.js';

const file = new URL('../schema.graphql', import.meta.url);
const printed = `# Printed from the code by "npm run schema". Do not edit.\n\n${printSchema(schema)}\n`;

if (process.argv.includes('--check')) {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed !== printed) {
    console.error('schema.graphql is stale: run "npm run schema" and commit it');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, printed);
}
