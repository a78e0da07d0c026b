import { describe, expect, it } from 'vitest';
import { isPlain, wantsColour } from './terminal.js';

const TERMINAL = { isTTY: true };

describe('whether colour is wanted', () => {
  it.each([
    [TERMINAL, {}, true],
    [TERMINAL, { NO_COLOR: '1' }, false],
    [TERMINAL, { NO_COLOR: '' }, true],
    [TERMINAL, { TERM: 'dumb' }, false],
    [TERMINAL, { FORCE_COLOR: '0' }, false],
    [{}, {}, false],
    [{}, { FORCE_COLOR: '1' }, true],
    [{}, { FORCE_COLOR: 'true', TERM: 'dumb' }, true],
    [{}, { FORCE_COLOR: '' }, false],
    [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%o with %o: %s', (stream, environment, wanted) => {
    expect(wantsColour(stream, environment)).toBe(wanted);
  });
});

describe('whether progress is plain lines', () => {
  it.each([
    [TERMINAL, {}, false],
    [TERMINAL, { NO_COLOR: '1' }, false],
    [TERMINAL, { TERM: 'dumb' }, true],
    [TERMINAL, { CI: 'true' }, true],
    [TERMINAL, { CI: 'false' }, false],
    [{}, {}, true],
  ])('%o with %o: %s', (stream, environment, plain) => {
    expect(isPlain(stream, environment)).toBe(plain);
  });
});
