import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { runFixtures } from '../support/fixtures-command.js';
import { makeFolder } from '../support/folder.js';
import { pushFiles } from '../support/push-files.js';
import { filesOf, type Recording, recordExchange } from '../support/recordings.js';
import { startRegistry, type TestRegistry } from '../support/registry.js';

const TEST = 'tests/test_weather.py::test_weather';
const ASKED = { content: 'What is the weather in Rome?', role: 'user' };

const recording = (messages: object[], response: object) =>
  recordExchange({ test: TEST, messages, response });

const success = (message: object, finish_reason = 'stop') => ({
  body: {
    object: 'chat.completion',
    model: 'llama3',
    choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
  },
  is_streaming: false,
});
const call = (id: string) => ({
  content: null,
  tool_calls: [{ function: { arguments: '{"city": "Rome"}', name: 'get_weather' }, id, type: 'function' }],
});
const calling = (id: string) => recording([ASKED], success(call(id), 'tool_calls'));
const followUp = (id: string, result: string, answer: string) =>
  recording(
    [ASKED, { role: 'assistant', ...call(id) }, { content: result, role: 'tool', tool_call_id: id }],
    success({ content: answer }),
  );

interface Report {
  level: string | null;
  summary: Record<'added' | 'changed' | 'cosmetic' | 'behaviour' | 'errors' | 'unplayable', number>;
  changes: { nodes: { kind: string; level: string | null; path: string; summary: string }[] };
}

describe.each(['embedded', 'postgres'] as const)('failures and follow-ups, %s', (database) => {
  let registry: TestRegistry;
  let repositories = 0;
  let repository = '';

  beforeAll(async () => {
    registry = await startRegistry(database === 'postgres' ? { postgresUrl: inject('postgresUrl') } : {});
  });
  afterAll(() => registry[Symbol.asyncDispose]());

  /** Pushes recordings to main, then others to a pull request, and returns the report. */
  async function reportOf(main: Recording[], pull: Recording[]): Promise<Report> {
    repository = `failures-${++repositories}`;
    const to = { repository: `acme/${repository}` };
    await pushFiles(registry, { ...to, ref: { branch: 'main' }, add: filesOf(...main) });
    await pushFiles(registry, { ...to, ref: { pullRequest: 1, base: 'main' }, add: filesOf(...pull) });
    const answer = await registry.ask<{ repository: { drift: Report } }>(`{
      repository(owner: "acme", name: "${repository}") {
        drift(pullRequest: 1) {
          level summary { added changed cosmetic behaviour errors unplayable }
          changes(first: 10) { nodes { kind level path summary } }
        }
      }
    }`);
    return answer.repository.drift;
  }

  it('a changed call id that an unchanged recording quotes is behaviour', async () => {
    const main = [calling('call_JdQV7REB'), followUp('call_JdQV7REB', '20 degrees', 'It is warm.')];
    const report = await reportOf(main, [calling('call_ZZZZ9999')]);
    expect(report).toMatchObject({ level: 'BEHAVIOUR', summary: { changed: 1, behaviour: 1, cosmetic: 0 } });
    expect(report.changes.nodes).toMatchObject([{ kind: 'CHANGED', path: main[0]?.path }]);
    expect(report.changes.nodes[0]?.summary).toContain('the follow-up call will not be found');
  });

  it('a changed call id whose follow-up was recorded again is cosmetic', async () => {
    const again = followUp('call_ZZZZ9999', '20 degrees', 'It is warm.');
    const main = [calling('call_JdQV7REB'), followUp('call_JdQV7REB', '20 degrees', 'It is warm.')];
    const report = await reportOf(main, [calling('call_ZZZZ9999'), again]);
    expect(report.changes.nodes.find(({ kind }) => kind === 'CHANGED')).toMatchObject({ level: 'COSMETIC' });
  });

  it('new and changed errors are behaviour, counted for every reader', async () => {
    const good = recording([ASKED], success({ content: 'Sunny' }));
    const failed = recording([ASKED], { status: 400, body: { error: { message: 'no such field: city' } } });
    const toolFailed = followUp('call_JdQV7REB', 'Error: Pass an API key', 'I cannot look that up.');
    const empty = recording([{ ...ASKED, content: 'And in Oslo?' }], success({ content: '' }));
    const report = await reportOf([good], [failed, toolFailed, empty]);
    expect(report.level).toBe('BEHAVIOUR');
    expect(report.summary).toMatchObject({ changed: 1, added: 2, behaviour: 3, errors: 2, unplayable: 0 });
    const changed = report.changes.nodes.find(({ kind }) => kind === 'CHANGED');
    expect(changed?.summary).toBe('is an error (400): no such field: city');
    for (const { kind, level } of report.changes.nodes) if (kind === 'ADDED') expect(level).toBe('BEHAVIOUR');

    await using folder = await makeFolder();
    const workplace = { registry, repository: `acme/${repository}` };
    const options = ['--pull-request', '1', '--json', '--fail-on', 'behaviour'];
    const printed = await runFixtures(workplace, folder, ['drift', ...options]);
    expect(printed.status).toBe(3);
    expect(JSON.parse(printed.stdout)).toMatchObject({ errors: 2, unplayable: 0, behaviour: 3 });
  });
});
