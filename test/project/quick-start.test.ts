import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';

// `npm run quick-start` writes the document by running its commands; the document must not differ from them.

const SCRIPT = join(CHECKOUT, 'scripts/quick-start.js');
const { problemOf } = (await import(SCRIPT)) as { problemOf(document: string): string | null };

describe('the quick start', () => {
  it('has the commands of its script', async () => {
    const { status, stderr } = await run(process.execPath, [SCRIPT, '--check'], { cwd: CHECKOUT });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('is refused with another, a missing or an additional command', async () => {
    const document = await readFile(join(CHECKOUT, 'docs/quick-start.md'), 'utf8');
    expect(problemOf(document)).toBeNull();
    expect(problemOf(document.replace('/cli pull', '/cli pul'))).toMatch(/^command \d+ is ".*\/cli pul"/);
    expect(problemOf(document.replace(/^ {4}\$ .*doctor$/m, ''))).toMatch(/is undefined, not ".*doctor"/);
    expect(problemOf(`${document}\n    $ npx another\n`)).toBe('"npx another" is no command of a step');
  });

  it('names the packages, and no program of a checkout', async () => {
    const document = await readFile(join(CHECKOUT, 'docs/quick-start.md'), 'utf8');
    expect(document).not.toMatch(/npx (?:fixtures|fixture-registry)\b/);
    expect(document).not.toContain(CHECKOUT);
    expect(document).toMatch(/pushed 8 recordings to main; the registry reads 8 vcrpy/);
    expect(document).toContain('Calls book_slot with confirm_by: "email" instead of "sms" in 1 recording');
  });
});
