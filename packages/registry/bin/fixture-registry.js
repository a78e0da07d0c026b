#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  console.error('fixture-registry: not built yet: run "npm run build" at the root of the checkout first');
  process.exitCode = 1;
}
