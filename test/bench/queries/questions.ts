import type { TestRegistry } from '../../support/registry.js';
import { percentile } from '../measure.js';
import { asker } from './ask.js';
import { type FilledRepository, questionsOf } from './fill-repositories.js';

/** Seconds of one kind of question in one repository, by GraphQL and by the bare query. */
export interface QuestionTimes {
  by: 'test id' | 'model' | 'hash';
  recordings: number;
  p50: number;
  p99: number;
  bareP50: number;
  bareP99: number;
}

const KINDS = [
  ['test id', 'testId', 'test_id'],
  ['model', 'model', 'model'],
  ['hash', 'hash', 'hash'],
] as const;

const QUERY = `query ($owner: String!, $name: String!, $filter: RecordingFilter!) {
  repository(owner: $owner, name: $name) {
    recordings(filter: $filter, first: 50) { nodes { path digest size hash testId model format isStreaming } }
  }
}`;

type Answer = { data: { repository: { recordings: { nodes: { path: string }[] } } } };

/**
 * Asks small and large, registry and bare server in turn, so that whatever else the machine does is the same
 * to all four.
 */
export async function measureQuestions(
  registry: TestRegistry,
  bareUrl: string,
  repositories: FilledRepository[],
  count: number,
): Promise<QuestionTimes[]> {
  const measured: QuestionTimes[] = [];
  const [ours, bare] = [asker(registry.url, registry.adminToken), asker(bareUrl, '')];
  for (const [by, filter, column] of KINDS) {
    const all = repositories.map((repository) => ({
      repository,
      seconds: [] as number[],
      bareSeconds: [] as number[],
      values: [] as string[],
    }));
    for (const one of all) one.values = await questionsOf(registry.sql, one.repository, column, count);
    for (let at = -WARM_UP; at < count; at++) {
      for (const { repository, seconds, bareSeconds, values } of all) {
        const { owner, name, repositoryId, refId } = repository;
        const value = values[Math.abs(at) % count] ?? '';
        const variables = { owner, name, filter: { [filter]: value } };
        const mine = await ours.ask('/graphql', { query: QUERY, variables });
        const least = await bare.ask('/', { column, value, repositoryId, refId });
        requireSameRows(mine.answer, least.answer);
        if (at < 0) continue;
        seconds.push(mine.seconds);
        bareSeconds.push(least.seconds);
      }
    }
    for (const { repository, seconds, bareSeconds } of all) {
      measured.push({
        by,
        recordings: repository.recordings,
        p50: percentile(seconds, 0.5),
        p99: percentile(seconds, 0.99),
        bareP50: percentile(bareSeconds, 0.5),
        bareP99: percentile(bareSeconds, 0.99),
      });
    }
  }
  ours.end();
  bare.end();
  return measured;
}

/** Questions before the first that counts: both servers compile what they run often. */
const WARM_UP = 60;

function requireSameRows(answer: string, bareAnswer: string): void {
  const mine = (JSON.parse(answer) as Answer).data.repository.recordings.nodes.map(({ path }) => path);
  const rows = (JSON.parse(bareAnswer) as { path: string }[]).slice(0, 50).map(({ path }) => path);
  if (mine.length === 0 || mine.join() !== rows.join())
    throw new Error('the registry and the bare query do not agree');
}
