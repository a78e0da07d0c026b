import { describe, expect, it } from 'vitest';
import { parseSettings } from './parse-settings.js';
import { NO_SETTINGS } from './settings.js';

const problemsOf = (text: string) => {
  const parsed = parseSettings(text);
  return 'problems' in parsed ? parsed.problems : [];
};

describe('parseSettings', () => {
  it('reads places to ignore, and levels', () => {
    const text = `# what we do not care about
ignore:
  - response.choices[].message.reasoning
  - request.body.seed
levels:
  response.service_tier: cosmetic
  response.**.score: behaviour
`;
    expect(parseSettings(text)).toEqual({
      settings: {
        ignore: [
          ['response', 'choices', '[]', 'message', 'reasoning'],
          ['request', 'body', 'seed'],
        ],
        levels: [
          { place: ['response', 'service_tier'], level: 'COSMETIC' },
          { place: ['response', '**', 'score'], level: 'BEHAVIOUR' },
        ],
        allowedSecrets: [],
        recordings: [],
        recorder: { version: null, folders: [] },
        retention: NO_SETTINGS.retention,
      },
    });
  });

  it.each(['', '# nothing yet\n', 'ignore:\nlevels:\nsecrets:\n', '{}'])(
    'reads %j as no settings',
    (text) => {
      expect(parseSettings(text)).toEqual({ settings: NO_SETTINGS });
    },
  );

  it.each([
    ['another key', 'ignore: []\nignored: []', 'line 2: `ignored` is unknown'],
    ['no map', '- response.x', 'line 1: the file may only have the keys'],
    ['a text for a list', 'ignore: response.x', 'line 1: `ignore` is a list'],
    ['a list for levels', 'levels:\n  - response.x', 'line 2: `levels` maps places to levels'],
    [
      'a place of nowhere',
      'ignore:\n  - choices[].text',
      'line 2: `choices[].text` does not begin with `response.` or',
    ],
    ['a whole response', 'ignore: [response]', 'line 1: `response` does not begin with'],
    [
      'one element',
      'ignore:\n  - response.choices[0].text',
      'line 2: `response.choices[0].text`: write `[]`',
    ],
    ['a part of a name', 'ignore: [response.x_*]', '`*` matches a whole field'],
    ['an unknown level', 'levels:\n  response.x: none', 'line 2: `none` is not a level'],
    ['a level of a request', 'levels:\n  request.body.seed: cosmetic', 'a request has no level'],
    ['an alias', 'ignore:\n  - &a response.x\n  - *a', 'line 3: a place is a text'],
    ['a number', 'ignore: [1]', 'line 1: a place is a text'],
    ['broken YAML', 'ignore: [', 'line 1: '],
    ['one key twice', 'ignore: []\nignore: []', 'line 2: '],
    ['too long a place', `ignore: [response.${'x'.repeat(200)}]`, 'at most 200 characters'],
    ['too many places', `ignore:\n${'  - response.x\n'.repeat(201)}`, 'line 2: 201 places'],
    ['too long a file', '#'.repeat(70_000), 'at most 65536'],
  ])('says what is wrong with %s, and where', (_, text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(problem));
  });

  it.each([
    [
      'recorder: { version: 4, folders: [tests/integration/common/recordings/] }',
      4,
      ['tests/integration/common/recordings'],
    ],
    ['recorder:\n  version: 3', 3, []],
    ['recorder:\n  folders:\n    - a\n    - b/c', null, ['a', 'b/c']],
    ['recorder:', null, []],
  ])('reads the recorder of %j', (text, version, folders) => {
    const parsed = parseSettings(text);
    expect('settings' in parsed && parsed.settings.recorder).toEqual({ version, folders });
  });

  it.each([
    ['recorder: 4', 'line 1: `recorder` has the keys'],
    ['recorder:\n  version: 5', 'line 2: `version` is the version of the recorder: a number from 1 to 4'],
    ['recorder:\n  version: new', 'line 2: `version` is'],
    ['recorder:\n  folders: a', 'line 2: `folders` is a list of folders'],
    ['recorder:\n  folders: [/a]', 'line 2: `folders` is a list of folders'],
    ['recorder:\n  folders: [../a]', 'line 2: `folders` is a list of folders'],
    ['recorder:\n  folders: ["a/*"]', 'line 2: `folders` is a list of folders'],
    ['recorder:\n  folder: [a]', 'line 2: `folder` is unknown'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(problem));
  });

  it('reads what looks like a secret and is none', () => {
    const digest = 'a'.repeat(64);
    const text = `secrets:\n  allow:\n    - path: '**/recordings/auth/*.json'\n      reason: keys of a stand-in\n      kind: OpenAI API key\n    - {digest: ${digest}, reason: documentation}\n`;
    const parsed = parseSettings(text);
    expect('settings' in parsed && parsed.settings.allowedSecrets).toEqual([
      {
        by: 'PATH',
        value: '**/recordings/auth/*.json',
        kind: 'OpenAI API key',
        reason: 'keys of a stand-in',
      },
      { by: 'DIGEST', value: digest, kind: null, reason: 'documentation' },
    ]);
  });

  it.each([
    ['no reason', "secrets: {allow: [{path: 'a/*'}]}", '`a/*` is allowed without a `reason`'],
    ['an empty reason', "secrets: {allow: [{path: a, reason: ' '}]}", '`reason` is a text'],
    ['neither path nor digest', 'secrets: {allow: [{reason: x}]}', 'an entry has either `path`'],
    [
      'both',
      `secrets: {allow: [{path: a, digest: ${'a'.repeat(64)}, reason: x}]}`,
      'an entry has either `path`',
    ],
    ['no digest', 'secrets: {allow: [{digest: abc, reason: x}]}', 'a digest is the sha256'],
    ['another key', 'secrets: {allow: [{path: a, reason: x, until: y}]}', '`until` is unknown'],
    ['a list for `secrets`', 'secrets: [a]', '`secrets` has the single key `allow`'],
    ['a text in the list', 'secrets: {allow: [a]}', 'an entry has either `path`'],
    ['a key beside `allow`', 'secrets: {allow: [], off: true}', '`secrets` has the single key `allow`'],
  ])('says what is wrong with an allowance of %s', (_, text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(problem));
  });

  it('says everything at once', () => {
    expect(problemsOf('ignore: [x]\nlevels: {response.y: z}\nmore: 1')).toHaveLength(3);
  });
});
