// Queries that are cheap to send and expensive to run. If a bound exists, the attack also sends the largest
// query within it.

import { pushFiles } from '../../support/push-files.js';
import { manyFiles, record } from '../../support/recordings.js';
import type { TestRegistry } from '../../support/registry.js';
import { ATTACKED, type Attack, graphqlBody, type Outcome, type Sent, sendAgain } from './attack.js';

/**
 * A recording whose stream has 5,500 chunks, each with a different tool call: 0.8 MB that are slow to
 * reassemble.
 */
export function longStream(): string {
  const chunks = Array.from({ length: 5_500 }, (_, index) => ({
    id: 'x',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: 'a', tool_calls: [{ index, function: { arguments: 'x' } }] } }],
  }));
  const { text } = record({ test: 'tests/a.py::test_a', ask: 'How is the weather?', say: 'It is sunny.' });
  return text.replace(
    /"response":.*$/s,
    `"response":${JSON.stringify({ is_streaming: true, body: chunks })}}`,
  );
}

/** A query for `explain` of a content under `aliases` aliases. */
export function explainBody(content: string, aliases: number): Buffer {
  const field = 'explain(content: $content, path: "tests/recordings/x.json") { text }';
  return graphqlBody(inRepository('$content: String!', aliased(aliases, field)), { content });
}

/** `count` commits that do not exist. */
export function commitsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => index.toString(16).padStart(40, '0'));
}

/** The plan of a pull of the branch `large`. */
export function largePlanBody(): Buffer {
  const files = '... on PullPlan { files { path digest size } }';
  return graphqlBody(inRepository('', `pullPlan(ref: { branch: "large" }) { ${files} }`));
}

/** A push of `files` small files to the branch `large`, for `largePlanBody`. */
export const largeBranch = (files: number) => ({
  repository: ATTACKED,
  ref: { branch: 'large' },
  add: manyFiles(files, 'large', 20),
});

const HISTORY = '{ totalCount nodes { kind by digest snapshot { id branch } recording { path } } }';

/** A query for the histories of a page of recordings under aliases. */
export function historiesBody(aliases: number): Buffer {
  const field = `recordings(at: { branch: "often" }, first: 200) { nodes { history(first: 5) ${HISTORY} } }`;
  return graphqlBody(inRepository('', aliased(aliases, field)));
}

/** A query for the recordings of a test on each of many refs under aliases. */
export function acrossRefsBody(aliases: number): Buffer {
  const field =
    'recordingsAcrossRefs(testId: "tests/a.py::test_a", first: 50) { nodes { recordings { path playable } } }';
  return graphqlBody(inRepository('', aliased(aliases, field)));
}

/** Four versions of 200 recordings on the branch `often`, and 20 pull requests over it. */
async function pushOften(registry: TestRegistry): Promise<void> {
  const often = { repository: ATTACKED, ref: { branch: 'often' } };
  for (let version = 1; version <= 4; version++) {
    const add = Object.fromEntries(
      Object.entries(manyFiles(200, 'often', 20)).map(([path, text]) => [path, `${text}${version}`]),
    );
    await pushFiles(registry, { ...often, add });
  }
  for (let pullRequest = 101; pullRequest <= 120; pullRequest++) {
    const add = { 'tests/recordings/notes.json': `${pullRequest}` };
    await pushFiles(registry, { repository: ATTACKED, ref: { pullRequest, base: 'often' }, add });
  }
}

export function costlyQueries(sizes: { planFiles: number }): Attack[] {
  const content = longStream();
  const prepare: Attack['prepare'] = async (registry) => {
    await pushFiles(registry, largeBranch(sizes.planFiles));
  };
  return [
    {
      name: 'path patterns that backtrack, two requests at once, without a token',
      ...sendAgain(2, patterns),
    },
    {
      name: 'a search of 48 KB under 20 aliases, two requests at once, without a token',
      ...sendAgain(2, () => [
        anonymous('48 KB under 20 aliases', searchBody('word1 '.repeat(8_000), 20), ['refused']),
        anonymous('200 characters under 4 aliases', searchBody('word1 '.repeat(33), 4), ['answered']),
      ]),
    },
    {
      name: '`explain` of 0.8 MB under 25 aliases, two requests at once, without a token',
      ...sendAgain(2, () => [
        anonymous('25 aliases', explainBody(content, 25), ['refused']),
        anonymous('3 aliases', explainBody(content, 3), ['answered']),
      ]),
    },
    {
      name: '23,000 candidate commits, four requests at once, without a token',
      ...sendAgain(4, () => [
        anonymous('23,000 candidates', candidatesBody(23_000), ['refused']),
        anonymous('1,000 candidates', candidatesBody(1_000), ['answered']),
      ]),
    },
    {
      name: 'histories of 200 recordings, and a test on 20 refs, under aliases, two requests at once, without a token',
      prepare: pushOften,
      ...sendAgain(2, () => [
        anonymous('histories under 20 aliases', historiesBody(20), ['refused']),
        anonymous('histories', historiesBody(1), ['answered']),
        anonymous('a test on all refs under 40 aliases', acrossRefsBody(40), ['refused']),
        anonymous('a test on all refs under 4 aliases', acrossRefsBody(4), ['answered']),
      ]),
    },
    {
      name: `plans of ${sizes.planFiles.toLocaleString('en')} files, 150 requests at once`,
      prepare,
      ...sendAgain(150, ({ reader }) => [
        { what: 'a plan', path: '/graphql', body: largePlanBody(), token: reader, right: ['answered'] },
      ]),
    },
    {
      name: 'plans whose caller leaves after 50 ms, 20 requests at once',
      prepare,
      ...sendAgain(20, ({ reader }) => [
        {
          what: 'a plan',
          path: '/graphql',
          body: largePlanBody(),
          token: reader,
          right: ['left', 'answered'],
          leaveAfter: 50,
        },
      ]),
    },
  ];
}

/** The patterns of the review, and the slowest ones within the bounds: 200 patterns of 20 wildcards. */
function patterns(): Sent[] {
  const backtracking = `${'**/'.repeat(600)}*t*t*t*z`;
  const allowed = Array.from({ length: 200 }, (_, index) => `**/${'*t'.repeat(18)}*z${index}`);
  // The attacker of the review disconnects, which used to leave the statement running.
  const left = { leaveAfter: 1_500 };
  return [
    { ...anonymous('a pattern of a plan', planBody([backtracking]), ['refused']), ...left },
    { ...anonymous('a pattern of a filter', filterBody(backtracking), ['refused']), ...left },
    { ...anonymous('200 patterns within the bounds', planBody(allowed), ['answered', 'left']), ...left },
  ];
}

const planBody = (paths: string[]) =>
  graphqlBody(
    inRepository(
      '$selection: SelectionInput',
      'pullPlan(selection: $selection) { __typename ... on Problem { message } }',
    ),
    { selection: { paths } },
  );

const filterBody = (path: string) =>
  graphqlBody(
    inRepository('$filter: RecordingFilter', 'recordings(filter: $filter, first: 1) { totalCount }'),
    { filter: { path } },
  );

const searchBody = (search: string, aliases: number) =>
  graphqlBody(
    inRepository(
      '$filter: RecordingFilter',
      aliased(aliases, 'recordings(filter: $filter, first: 1) { totalCount }'),
    ),
    { filter: { search } },
  );

const candidatesBody = (count: number) =>
  graphqlBody(
    inRepository(
      '$candidates: [String!]',
      'pullPlan(ref: { pullRequest: 5, base: "main" }, candidates: $candidates) { __typename ... on Problem { message } }',
    ),
    { candidates: commitsOf(count) },
  );

function inRepository(variables: string, fields: string): string {
  return `query ${variables && `(${variables})`} { repository(owner: "acme", name: "desk") { ${fields} } }`;
}

const aliased = (count: number, field: string) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');

const anonymous = (what: string, body: Buffer, right: Outcome[]): Sent => {
  return { what, path: '/graphql', body, token: null, right };
};
