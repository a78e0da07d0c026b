import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as log from './log.js';

const EVIL =
  'a title\n::add-path::/tmp/evil\r\n  ::set-output name=x::y\r##[set-env]\u001b[2J\u2028::stop-commands::z';

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  // core.setFailed sets it for this process.
  process.exitCode = undefined;
});

/** Commands in the output: the runner accepts each of these line ends. */
const commands = () => printed.split(/\r\n|\r|\n/).filter((line) => /^\s*::|##\[/.test(line));

describe('the log', () => {
  it('prints untrusted lines so that the runner executes none', () => {
    log.info(EVIL);
    expect(commands()).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it searches for control characters
    expect(printed).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028]/);
    expect(printed.split('\n')).toHaveLength(4);
  });

  it.each([
    ['notice', () => log.notice(EVIL, { title: EVIL })],
    ['warning', () => log.warning(EVIL, { title: EVIL, file: EVIL })],
    ['error', () => log.fail(EVIL)],
    ['debug', () => log.debug(EVIL)],
  ])('prints one command for a %s, whatever it contains', (level, say) => {
    say();
    expect(commands()).toEqual([expect.stringMatching(new RegExp(`^::${level}[ :]`))]);
    expect(printed).not.toContain('\u001b');
  });

  it('is the only file that writes to the log', () => {
    const folder = new URL('..', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'runner/log.ts',
    );
    expect(sources.length).toBeGreaterThan(30);
    const others = sources.filter((name) =>
      /core\.(info|notice|warning|error|debug|setFailed|startGroup|group)\b|console\.|process\.std/.test(
        readFileSync(new URL(name, folder), 'utf8'),
      ),
    );
    expect(others).toEqual([]);
  });
});
