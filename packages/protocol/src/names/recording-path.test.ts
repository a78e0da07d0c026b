import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldedPath, refusedPath } from './recording-path.js';

describe('refusedPath', () => {
  it.each([
    'a.json',
    'tests/integration/recordings/0123.json',
    'tests/.gitignore',
    '.gitattributes',
    '.github/fixtures.yml',
    'x/.github/workflows/a.yml',
    'a b/ünïcode-日本.json',
    'tests/test[1].json',
    'git~2/a',
    'git/a',
    '.github/workflows-old/a',
    'a/...json',
    `${'x'.repeat(255)}/a`,
    'time 12:30.json',
    'a/console.json',
    'a/com10.json',
    'a/auxiliary/nullable.json',
    'a/.con.json',
    'tests/recordings/config.json',
    'tests/recordings/jest.config',
    'tests/recordings/my.configuration.json',
    'tests/recordings/vscode/a.json',
  ])('accepts %s', (path) => {
    expect(refusedPath(path)).toBeNull();
  });

  it.each([
    ['', /empty/],
    ['tests/recordings/.babelrc.json', /named \.babelrc\.json, which tools load or run/],
    ['tests/recordings/.eslintrc', /named \.eslintrc/],
    ['tests/recordings/.MOCHARC.YML', /named \.mocharc\.yml/],
    ['tests/recordings/jest.config.json', /named jest\.config\.json/],
    ['tests/recordings/Vitest.Config.mts', /named vitest\.config\.mts/],
    ['tests/recordings/.devcontainer.json', /named \.devcontainer\.json/],
    ['tests/recordings/.mcp.json', /named \.mcp\.json/],
    ['tests/recordings/.devcontainer/devcontainer.json', /lies in \.devcontainer/],
    ['tests/recordings/.vscode/tasks.json', /lies in \.vscode, where tools look/],
    ['tests/recordings/.Claude/settings.json', /lies in \.claude/],
    ['/etc/passwd', /absolute/],
    ['//host/share', /absolute/],
    ['a\\b', /backslash/],
    ['C:/windows', /drive/],
    ['c:a', /drive/],
    ['../a', /\.\./],
    ['a/../../b', /\.\./],
    ['a/..', /\.\./],
    ['./a', /segment \./],
    ['a//b', /empty folder/],
    ['a/', /empty folder/],
    ['a\0b', /control/],
    ['a\nb', /control/],
    ['a\u007fb', /control/],
    ['.git/config', /\.git folder/],
    ['sub/.GIT/hooks/x', /\.git folder/],
    ['.git./config', /\.git folder/],
    ['.git /config', /\.git folder/],
    ['.git . /config', /\.git folder/],
    ['.git::$INDEX_ALLOCATION/config', /\.git folder/],
    ['.g\u200cit/config', /\.git folder/],
    ['GIT~1/config', /\.git folder/],
    ['a/.git', /\.git folder/],
    ['.github/workflows/ci.yml', /workflows/],
    ['.GitHub/Workflows./ci.yml', /workflows/],
    ['.github/workflows', /workflows/],
    ['.fixtures/state.json', /client's own/],
    ['sub/.Fixtures/state.json', /client's own/],
    ['a/ . /b', /dots and spaces/],
    ['recordings/CON', /device/],
    ['recordings/nul.json', /device/],
    ['Aux/a.json', /device/],
    ['recordings/com1.tar.json', /device/],
    ['recordings/LPT\u00b9.json', /device/],
    ['recordings/COM0', /device/],
    ['recordings/prn .json', /device/],
    ['recordings/nul:stream', /device/],
    ['recordings/CONIN$', /device/],
    ['recordings/a.json.', /ends with a dot/],
    ['recordings./a.json', /ends with a dot/],
    ['recordings /a.json', /ends with a dot or a space/],
    ['.github/worKflows/ci.yml'.replace('K', '\u212a'), /workflows/],
    ['.github/workflow\u017f/ci.yml', /workflows/],
    ['.github/work\ufb02ows/ci.yml', /workflows/],
    ['GITHUB~1/WORKFL~1/ci.yml', /workflows/],
    ['.github/w\u200corkflows/ci.yml', /workflows/],
    ['FIXTUR~1/state.json', /client's own/],
    ['.\ufb01xtures/state.json', /client's own/],
    ['\ud800.json', /Unicode/],
    [`${'x'.repeat(256)}/a`, /255 bytes/],
    [`${'ü'.repeat(128)}/a`, /255 bytes/],
    [`${'x/'.repeat(512)}y`, /1024 bytes/],
  ])('refuses %j', (path, reason) => {
    expect(refusedPath(path)).toMatch(reason);
  });

  it('accepts no path that leaves its folder or names .git when resolved', () => {
    const segment = fc.constantFrom('a', '..', '.', '', '.git', '.GIT', 'git~1', 'b c', '...', '.git.');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        const path = segments.join('/');
        const harmless = segments.every((name) => ['a', 'b c'].includes(name));
        expect(refusedPath(path) === null).toBe(harmless);
      }),
    );
  });
});

describe('the fast path of refusedPath', () => {
  it('agrees with the rules', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'con',
        'nul.json',
        'aux',
        'com1',
        'lpt9.x',
        'console',
        'git',
        '.git',
        'a.',
        '-',
        'x'.repeat(256),
      ),
      fc.string({ unit: fc.constantFrom(...'aB0_-. ~:'), minLength: 1, maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const path = names.join('/');
        // A drive letter and the workflows folder are special at the beginning only.
        fc.pre(!/^[a-z]:/i.test(path));
        expect(refusedPath(path)).toBe(refusedPath(`\u00e9/${path}`));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('foldedPath', () => {
  it.each([
    ['a/B.json', 'A/b.json'],
    ['r\u00e9.json', 're\u0301.json'],
    ['stra\u00dfe', 'STRASSE'],
    ['\u212bngstr\u00f6m', '\u00e5ngstro\u0308m'],
    ['a\u200c', 'a'],
  ])('folds %j and %j to one path', (one, other) => {
    expect(foldedPath(one)).toBe(foldedPath(other));
  });
  it.each([
    ['a', 'b'],
    ['a/b', 'a-b'],
    ['\u00e9', 'e'],
  ])('folds %j and %j to two paths', (one, other) => {
    expect(foldedPath(one)).not.toBe(foldedPath(other));
  });
});
