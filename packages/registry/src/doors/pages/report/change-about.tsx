import type { Child } from 'hono/jsx';
import type { DriftChange, DriftSide } from '../../../review/differences/drift.js';
import { encodeSnapshotKey } from '../../../store/snapshots/snapshot-key.js';
import type { Exchange } from '../../../vocabulary/recording.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { listing } from '../../../vocabulary/words.js';
import { describePlayable, MATCHED_BY_TEST } from '../browse/describe-playable.js';
import { CopyButton } from '../conversation/copy-button.js';
import { Facts } from '../layout/facts.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import type { ChangeSide } from './load-change.js';

/** Names, paths and hashes of both recordings, with buttons that copy them. */
export function ChangeAbout(props: {
  repository: Repository;
  change: DriftChange;
  before: ChangeSide;
  after: ChangeSide;
}): Markup {
  const { repository, change, before, after } = props;
  const sides = [change.before ?? change.replaces, change.after].filter((side) => side !== null);
  const facts: [string, Child][] = [];
  for (const [name, textOf] of COPIED) {
    const texts = [...new Set(sides.map(textOf).filter((text) => text !== null))];
    for (const text of texts) {
      const label = texts.length > 1 && text === texts[0] ? `${name} before` : name;
      facts.push([label, <Copied text={text} what={label} />]);
    }
  }
  facts.push(...places(repository, change, before, after));
  const cassettes = [before, after].flatMap(({ content }) => (content?.exchanges ? [content.exchanges] : []));
  const shown =
    cassettes.length > 0
      ? SHOWN_OF_CASSETTES.map(([name, wordsOf]) => [name, cassettes.map(wordsOf)] as const)
      : SHOWN.map(([name, wordsOf]) => [name, sides.map(wordsOf)] as const);
  for (const [name, each] of shown) {
    const words = [...new Set(each)].join(' → ');
    if (words !== '')
      facts.push([name, <InlineText text={words} limit={cassettes.length > 0 ? 1_000 : 300} />]);
  }
  return <Facts facts={facts} />;
}

const COPIED: [name: string, textOf: (side: DriftSide) => string | null][] = [
  ['Test', (side) => side.testId],
  ['Hash', (side) => side.hash],
];

/** Shown as "old → new", or once when both sides are equal. */
const SHOWN: [name: string, wordsOf: (side: DriftSide) => string][] = [
  ['Model', (side) => side.model ?? ''],
  ['Endpoint', (side) => side.endpoint ?? ''],
  ['Playable', (side) => describePlayable(side.playable).whole],
];

const SHOWN_OF_CASSETTES: [name: string, wordsOf: (exchanges: Exchange[]) => string][] = [
  ['Calls', (exchanges) => exchanges.length.toLocaleString('en-GB')],
  ['Models', (exchanges) => differentIn(exchanges, ({ model }) => model)],
  ['Endpoints', (exchanges) => differentIn(exchanges, ({ endpoint }) => endpoint)],
  ['Playable', () => MATCHED_BY_TEST.whole],
];

const MOST_NAMES = 8;

function differentIn(exchanges: Exchange[], nameOf: (exchange: Exchange) => string | null): string {
  return listing([...new Set(exchanges.flatMap((exchange) => nameOf(exchange) ?? []))], MOST_NAMES);
}

/** Where the recordings are: a common path once, else each with its own. */
function places(
  repository: Repository,
  change: DriftChange,
  before: ChangeSide,
  after: ChangeSide,
): [string, Child][] {
  const link = ({ row, label, snapshot }: ChangeSide, text: string | null) =>
    row === null ? (
      <span class="quiet">does not exist</span>
    ) : (
      <>
        <a href={pageLink(repository, 'recording', { path: row.path, at: encodeSnapshotKey(snapshot) })}>
          <InlineText text={text ?? row.path} limit={1_024} />
        </a>
        <span class="quiet">
          {' '}
          on <InlineText text={label} />
        </span>
        {text === null && (
          <>
            {' '}
            <CopyButton text={row.path} what="the path" />
          </>
        )}
      </>
    );
  if (before.row !== null && before.row.path === after.row?.path) {
    return [
      ['Path', <Copied text={after.row.path} what="Path" />],
      ['Recordings', [link(before, 'before'), ', ', link(after, 'after')]],
    ];
  }
  const older = change.replaces === null ? 'Before' : 'Probably replaces';
  return [
    [older, link(before, null)],
    ['After', link(after, null)],
  ];
}

function Copied({ text, what }: { text: string; what: string }): Markup {
  return (
    <>
      <InlineText text={text} limit={1_024} /> <CopyButton text={text} what={`the ${what.toLowerCase()}`} />
    </>
  );
}
