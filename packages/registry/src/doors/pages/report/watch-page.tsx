import type { Child } from 'hono/jsx';
import { displayName } from '../../../review/report/change-names.js';
import type { WatchChange, WatchDrift } from '../../../review/watch/combine-repeats.js';
import { describeInstability } from '../../../review/watch/render-watch.js';
import { watchHeadline, watchMark } from '../../../review/watch/watch-headline.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { loadWatch, type WatchShape } from '../../graphql/load-watch.js';
import { Facts } from '../layout/facts.js';
import { CodeText, CommitId, InlineText, NameText, Timestamp } from '../layout/inline-text.js';
import type { Markup, RepositoryPage } from '../layout/page-content.js';
import { comparisonPath, pageLink } from '../layout/page-links.js';
import { MarkIcon } from './report-mark.js';

/** Recordings of a list; the comparison shows all. */
const MOST_LISTED = 100;

/**
 * What a watch found: the recordings that drifted, and the unstable ones.
 * @param run the id of its run; null: the newest watch
 */
export function watchPage(run: string | null): RepositoryPage {
  return async ({ services, repository }) => {
    const { reports, publicUrl, githubUrl } = services;
    const context = { db: services.connection.db, reports, publicUrl, githubUrl };
    const loaded = await loadWatch(context, repository, run);
    if (loaded === null) return null;
    const watched = await loaded.watched();
    const title = `Watch ${loaded.watch.run}`;
    return {
      title,
      breadcrumbs: [{ label: title, href: pageLink(repository, `watch/${loaded.watch.run}`) }],
      body: (
        <>
          <h1>{title}</h1>
          <p class="headline">
            <MarkIcon mark={watchMark(watched)} /> <CodeText text={watchHeadline(watched)} />
          </p>
          <Facts facts={await factsOf(loaded, watched, githubUrl)} />
          <p>
            <a href={pageLink(repository, comparisonPath(loaded.baseline, loaded.heads[0]))}>
              All changes of the first repeat
            </a>
          </p>
          <Changes
            title="Drifted"
            about="All repeats behave differently than the recording, in the same way."
            changes={watched.drifted}
            loaded={loaded}
          />
          <Changes
            title="Unstable"
            about="Only some repeats behave differently, or each in another way: a test passes by chance."
            changes={watched.unstable}
            loaded={loaded}
            describe={({ levels }) => describeInstability(levels, loaded.heads.length)}
          />
        </>
      ),
    };
  };
}

async function factsOf(
  { repository, watch, at, commit, ...loaded }: WatchShape,
  { text, added, removed }: WatchDrift,
  githubUrl: string | null,
): Promise<[string, Child][]> {
  const acceptedBy = await loaded.acceptedBy();
  const [first] = (await loaded.view()).reports;
  const stored = `${watch.stored.length} of ${count(watch.repeats, 'repeat')}`;
  const github = `${githubUrl}/${repository.owner}/${repository.name}/actions/runs/${watch.run}`;
  const facts: [string, Child][] = [
    ['Run', githubUrl === null ? watch.run : <a href={github}>{watch.run}</a>],
    ['Arrived', stored],
    ['Last recorded', <Timestamp at={at} />],
    ['Commit', <CommitId commit={commit} />],
  ];
  if (first) facts.push(['Compared with', <Compared {...first.baseline} />]);
  if (acceptedBy !== null)
    facts.push(['Accepted by', <PullRequest repository={repository} number={acceptedBy} />]);
  const counts = [
    ['changed in text only', text],
    ['new', added],
    ['removed', removed],
  ] as const;
  const others = counts.flatMap(([what, number]) =>
    number > 0 ? [`${number.toLocaleString('en-GB')} ${what}`] : [],
  );
  if (others.length > 0) facts.push(['Other recordings', others.join(', ')]);
  return facts;
}

function Compared({ label, commit }: { label: string; commit: string | null }): Markup {
  return (
    <>
      <InlineText text={label} /> at <CommitId commit={commit} />
    </>
  );
}

function PullRequest({ repository, number }: { repository: Repository; number: number }): Markup {
  return <a href={pageLink(repository, `pull/${number}`)}>{`#${number}`}</a>;
}

function Changes(props: {
  title: string;
  about: string;
  changes: WatchChange[];
  loaded: WatchShape;
  /** A phrase before what changed. */
  describe?: (change: WatchChange) => string;
}): Markup | null {
  const { title, about, changes, loaded, describe } = props;
  if (changes.length === 0) return null;
  const linkTo = ({ change, position }: WatchChange) => {
    const comparison = comparisonPath(loaded.baseline, loaded.heads[position] ?? loaded.heads[0]);
    return pageLink(loaded.repository, `${comparison}/change`, { path: change.path });
  };
  const more = changes.length - MOST_LISTED;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <p>{about}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Recording</th>
            <th scope="col">Model</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, MOST_LISTED).map((each) => (
            <tr>
              <th scope="row">
                <a href={linkTo(each)}>
                  <NameText text={displayName(each.change)} />
                </a>
              </th>
              <td data-label="Model">
                <InlineText text={each.change.model ?? '–'} />
              </td>
              <td data-label="Change">
                {describe && `${describe(each)}: `}
                <CodeText text={each.change.words} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p>{`${count(more, 'more recording')}: see all changes of the repeats.`}</p>}
    </section>
  );
}
