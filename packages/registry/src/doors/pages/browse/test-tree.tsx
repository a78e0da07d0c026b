import type { TestFile, TestShare } from '../../../store/snapshots/test-list-store.js';
import type { Repository } from '../../../vocabulary/repository.js';
import { count } from '../../../vocabulary/words.js';
import { InlineText } from '../layout/inline-text.js';
import type { Markup } from '../layout/page-content.js';
import { pageLink } from '../layout/page-links.js';

/** A file with its first tests. */
export interface FileWithTests extends TestFile {
  listed: TestShare[];
}

/** The files of a page, each unfolding to its tests. */
export function TestTree(props: {
  repository: Repository;
  files: FileWithTests[];
  at: string | null;
  /** Whether the files are unfolded. */
  isOpen: boolean;
  /** The address of the list of all tests of a file. */
  linkToFile: (file: string) => string;
}): Markup {
  return (
    <div class="tree">
      {props.files.map(({ file, tests, recordings, listed }) => (
        <details open={props.isOpen}>
          <summary>
            <InlineText text={file} />{' '}
            <span class="quiet small">
              {count(tests, 'test')}, {count(recordings, 'recording')}
            </span>
          </summary>
          <ul>
            {listed.map((test) => (
              <li>
                <a href={pageLink(props.repository, 'test', { id: test.testId, at: props.at })}>
                  <InlineText text={nameIn(file, test.testId)} />
                </a>{' '}
                <span class="quiet small">
                  {count(test.recordings, 'recording')}
                  {test.models.length > 0 && (
                    <>
                      : <InlineText text={test.models.join(', ')} />
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
          {tests > listed.length && (
            <p>
              <a href={props.linkToFile(file)}>All {count(tests, 'test')} of this file</a>
            </p>
          )}
        </details>
      ))}
    </div>
  );
}

/** The name of a test without its file; the whole id of a test that is the file. */
function nameIn(file: string, testId: string): string {
  return testId.startsWith(`${file}::`) ? testId.slice(file.length + 2) : testId;
}
