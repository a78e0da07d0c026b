import type { TestOrder, TestShare } from '../../../store/snapshots/test-list-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { FileSize } from '../layout/file-size.js';
import { InlineText, Timestamp } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';
import { ariaSort, type SortColumn, type Sorting } from './sort-links.js';

export const TEST_COLUMNS: readonly SortColumn<TestOrder>[] = [
  { name: 'name', label: 'Name', descendingFirst: false },
  { name: 'recordings', label: 'Recordings', descendingFirst: true },
  { name: 'size', label: 'Size', descendingFirst: true },
  { name: 'recorded', label: 'Last recorded', descendingFirst: true },
];

/** Tests in the order of a list. */
export function TestTable(props: {
  repository: Repository;
  tests: TestShare[];
  at: string | null;
  sorting: Sorting<TestOrder>;
}): Markup {
  const { repository, tests, at, sorting } = props;
  return (
    <table>
      <thead>
        <tr>
          {TEST_COLUMNS.map(({ name, label }) => (
            <th scope="col" aria-sort={ariaSort(sorting, name)}>
              {name === 'name' ? 'Test' : label}
            </th>
          ))}
          <th scope="col">Models</th>
        </tr>
      </thead>
      <tbody>
        {tests.map(({ testId, recordings, size, recordedAt, models }) => (
          <tr>
            <th scope="row">
              <a href={pageLink(repository, 'test', { id: testId, at })}>
                <InlineText text={testId} />
              </a>
            </th>
            <td data-label="Recordings">
              <a href={pageLink(repository, 'recordings', { test: testId, at })}>
                {recordings.toLocaleString('en-GB')}
              </a>
            </td>
            <td data-label="Size">
              <FileSize bytes={size} />
            </td>
            <td data-label="Last recorded">
              <Timestamp at={recordedAt} />
            </td>
            <td data-label="Models">
              <InlineText text={models.join(', ')} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
