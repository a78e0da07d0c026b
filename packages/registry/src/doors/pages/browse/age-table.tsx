import { type RecordingAges, type SnapshotAges, startOfAge } from '../../../store/snapshots/age-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';

/** Models with a row of their own; the others are counted. */
const MOST_MODELS = 10;
/** The age that the table counts, in days. */
const OLD = 90;

/** How old the recordings of each model are; the counts link to the recordings. */
export function AgeTable(props: {
  repository: Repository;
  ages: SnapshotAges;
  at: string | null;
  now: number;
}): Markup | null {
  const { repository, ages, at, now } = props;
  const { all, byModel } = ages;
  if (all === null) return null;
  const recordedBefore = new Date(startOfAge(now, OLD)).toISOString().slice(0, 10);
  const link = (filter: { model?: string; recordedBefore?: string }) =>
    pageLink(repository, 'recordings', { ...filter, at });
  const more = byModel.length - MOST_MODELS;
  return (
    <section aria-labelledby="ages">
      <h2 id="ages">Age of recordings</h2>
      <p>
        {all.olderThan[OLD] === 0 ? (
          `No recording is older than ${OLD} days.`
        ) : (
          <>
            <a href={link({ recordedBefore })}>
              {`${number(all.olderThan[OLD])} of ${count(all.recordings, 'recording')}`}
            </a>
            {` ${all.olderThan[OLD] === 1 ? 'is' : 'are'} older than ${OLD} days.`}
          </>
        )}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Recordings</th>
            <th scope="col">{`Older than ${OLD} days`}</th>
            <th scope="col">Oldest</th>
          </tr>
        </thead>
        <tbody>
          {byModel.slice(0, MOST_MODELS).map(({ model, ...age }) => (
            <tr>
              <th scope="row">{model === null ? 'without a model' : <InlineText text={model} />}</th>
              <AgeCells
                age={age}
                link={model === null ? null : (filter) => link({ model, ...filter })}
                recordedBefore={recordedBefore}
              />
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <p>
          <a href={pageLink(repository, 'models', { at })}>{`${number(more)} more models`}</a>
        </p>
      )}
    </section>
  );
}

/** @param link null: no filter finds these recordings */
function AgeCells(props: {
  age: RecordingAges;
  link: ((filter: { recordedBefore?: string }) => string) | null;
  recordedBefore: string;
}): Markup {
  const { age, link, recordedBefore } = props;
  const old = age.olderThan[OLD];
  return (
    <>
      <td data-label="Recordings">
        {link === null ? number(age.recordings) : <a href={link({})}>{number(age.recordings)}</a>}
      </td>
      <td data-label={`Older than ${OLD} days`}>
        {link === null || old === 0 ? number(old) : <a href={link({ recordedBefore })}>{number(old)}</a>}
      </td>
      <td data-label="Oldest">
        <Timestamp at={age.oldest} />
      </td>
    </>
  );
}

const number = (value: number) => value.toLocaleString('en-GB');
