import { describe, expect, it } from 'vitest';
import { testIdOfPath } from './test-id-of-path.js';

describe('testIdOfPath', () => {
  it.each([
    ['tests/cassettes/test_chat/test_greets.yaml', 'tests/test_chat.py::test_greets'],
    ['cassettes/test_chat/test_greets.yml', 'test_chat.py::test_greets'],
    [
      'tests/a/b/cassettes/test_chat/TestChat.test_greets.yaml',
      'tests/a/b/test_chat.py::TestChat::test_greets',
    ],
    ['tests/cassettes/test_chat/test_x[gpt-3.5].yaml.gz', 'tests/test_chat.py::test_x[gpt-3.5]'],
    ['tests/cassettes/test_chat/test_x[a.b].json', 'tests/test_chat.py::test_x[a.b]'],
    ['cassettes/cassettes/m/n.yaml', 'cassettes/m.py::n'],
    // Other layouts say no test.
    ['tests/cassettes/hand_named.yaml', 'tests/cassettes/hand_named.yaml'],
    ['tests/cassettes/a/b/c.yaml', 'tests/cassettes/a/b/c.yaml'],
    ['fixtures/vcr_cassettes/chat_greets.yml', 'fixtures/vcr_cassettes/chat_greets.yml'],
    ['spec/vcr_cassettes/chat/greets.yml', 'spec/vcr_cassettes/chat/greets.yml'],
    ['testdata/TestChat/openai/greets.yaml', 'testdata/TestChat/openai/greets.yaml'],
    ['__recordings__/chat_1/recording.har', '__recordings__/chat_1/recording.har'],
    ['a.har', 'a.har'],
  ])('%s: %s', (path, expected) => expect(testIdOfPath(path, 'vcrpy')).toBe(expected));

  it.each([
    [
      '{dir}/{module}.py::{name}',
      'tests/cassettes/test_chat/TestA.test_x.yaml',
      'tests/test_chat.py::TestA::test_x',
    ],
    ['{dir}/{module}.py::{name}', 'tapes/test_chat/test_x.yaml', 'tapes/test_chat.py::test_x'],
    ['{dir}/{module}.py::{name}', 'cassettes/test_chat/test_x.yaml', 'test_chat.py::test_x'],
    ['{dir}/{name}', 'testdata/TestChat/openai/greets.yaml', 'testdata/TestChat/greets'],
    ['{module}#{name}', 'spec/vcr_cassettes/chat/a.b.yml', 'chat#a.b'],
    ['{path}', 'tests/cassettes/test_chat/test_x.yaml', 'tests/cassettes/test_chat/test_x.yaml'],
    ['x {module}{name}', 'a.har', 'x a'],
    ['{name}{name}', 'a/b/$&.har', '$&$&'],
  ])('with %s, %s: %s', (template, path, expected) =>
    expect(testIdOfPath(path, 'har', template)).toBe(expected),
  );

  it.each(['vcr', 'go-vcr', 'har', 'dd-trace'])('takes the path of %s', (format) => {
    expect(testIdOfPath('spec/cassettes/chat/greets.yml', format)).toBe('spec/cassettes/chat/greets.yml');
  });
});
