import type { Child } from 'hono/jsx';
import { playable } from '../../../recordings/playable/playable.js';
import type { Recorder } from '../../../recordings/playable/recorder.js';
import type { RecordingRow } from '../../../store/snapshots/recording-store.js';
import type { PathUse } from '../../../store/uses/last-use-store.js';
import type { Exchange } from '../../../vocabulary/recording.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { listing } from '../../../vocabulary/words.js';
import { Facts } from '../layout/facts.js';
import { InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { describeOutcome } from './describe-outcome.js';
import { describePlayable, MATCHED_BY_TEST } from './describe-playable.js';
import { LastUse } from './last-use.js';

/** Models and endpoints that are listed; the rest is counted. */
const MOST_LISTED = 20;

/** What a recording is: its test, path, format and the like; of a cassette, also calls and their models. */
export function RecordingFacts(props: {
  repository: Repository;
  row: RecordingRow;
  /** The calls of a cassette; null for any other file. */
  exchanges: Exchange[] | null;
  /** Undefined when no run of the default branch has pulled it. */
  use: PathUse | undefined;
  at: string | null;
  recorder: Recorder;
}): Markup {
  const { repository, row, exchanges, at } = props;
  const list = (filter: { model?: string; hash?: string }, label: string) => (
    <a href={pageLink(repository, 'recordings', { ...filter, at })}>
      <InlineText text={label} />
    </a>
  );
  const facts: [string, Child][] = [];
  if (row.testId !== null) {
    const test = (
      <a href={pageLink(repository, 'test', { id: row.testId, at })}>
        <InlineText text={row.testId} />
      </a>
    );
    facts.push(['Test', test]);
  }
  if (exchanges === null) {
    if (row.model !== null) facts.push(['Model', list({ model: row.model }, row.model)]);
    if (row.endpoint !== null) facts.push(['Endpoint', <InlineText text={row.endpoint} />]);
  } else facts.push(...factsOfCalls(exchanges, (model) => list({ model }, model)));
  facts.push(['Path', <InlineText text={row.path} limit={1_024} />]);
  if (exchanges === null) {
    if (row.hash !== null) facts.push(['Request hash', list({ hash: row.hash }, row.hash)]);
    facts.push(['Playable', describePlayable(playable(row, props.recorder)).whole]);
    facts.push(['Outcome', describeOutcome(row)]);
  } else facts.push(['Playable', MATCHED_BY_TEST.whole]);
  facts.push(
    ['Format', row.format],
    ['Size', `${row.size.toLocaleString('en-GB')} bytes`],
    ['Recorded', <Timestamp at={row.recordedAt} />],
    ...factsOfUse(props.use),
    ['Digest', <code>{row.digest}</code>],
  );
  return <Facts facts={facts} />;
}

function factsOfUse(use: PathUse | undefined): [string, Child][] {
  if (use === undefined) return [];
  const since = use.lastUsedAt === null ? 'Runs that did not read it' : 'Runs since then';
  return [
    ['Last used', <LastUse use={use} />],
    [since, number(use.runsSince)],
  ];
}

function factsOfCalls(exchanges: Exchange[], linkTo: (model: string) => Markup): [string, Child][] {
  const different = (values: (string | null)[]) => [...new Set(values)].filter((value) => value !== null);
  const models = different(exchanges.map(({ model }) => model));
  const endpoints = different(exchanges.map(({ endpoint }) => endpoint));
  const failed = exchanges.filter(({ answer }) => answer.outcome === 'ERROR').length;
  const more = models.length - MOST_LISTED;
  const facts: [string, Child][] = [];
  if (models.length > 0) {
    const links = models.slice(0, MOST_LISTED).map((model, index) => [index > 0 && ', ', linkTo(model)]);
    facts.push([models.length === 1 ? 'Model' : 'Models', [links, more > 0 && ` and ${number(more)} more`]]);
  }
  if (endpoints.length > 0) {
    const name = endpoints.length === 1 ? 'Endpoint' : 'Endpoints';
    facts.push([name, <InlineText text={listing(endpoints, MOST_LISTED)} limit={1_000} />]);
  }
  facts.push([
    'Calls',
    failed === 0 ? number(exchanges.length) : `${number(exchanges.length)}, ${number(failed)} with an error`,
  ]);
  return facts;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
