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
      {props.files.map((file) =>
        isItsTest(file) ? (
          <p>
            <TestLine file={file} test={file.listed[0] as TestShare} {...props} />
          </p>
        ) : (
          <FileFold file={file} {...props} />
        ),
      )}
    </div>
  );
}

interface TreeContext {
  repository: Repository;
  at: string | null;
  isOpen: boolean;
  linkToFile: (file: string) => string;
}

function FileFold({ file: { file, ...rest }, ...context }: { file: FileWithTests } & TreeContext): Markup {
  const { tests, recordings, listed } = rest;
  return (
    <details open={context.isOpen}>
      <summary>
        <InlineText text={file} />{' '}
        <span class="quiet small">
          {count(tests, 'test')}, {count(recordings, 'recording')}
        </span>
      </summary>
      <ul>
        {listed.map((test) => (
          <li>
            <TestLine file={{ file, ...rest }} test={test} {...context} />
          </li>
        ))}
      </ul>
      {tests > listed.length && (
        <p>
          <a href={context.linkToFile(file)}>All {count(tests, 'test')} of this file</a>
        </p>
      )}
    </details>
  );
}

function TestLine(props: { file: FileWithTests; test: TestShare } & TreeContext): Markup {
  const { test, repository, at } = props;
  return (
    <>
      <a href={pageLink(repository, 'test', { id: test.testId, at })}>
        <InlineText text={nameIn(props.file.file, test.testId)} />
      </a>{' '}
      <span class="quiet small">
        {count(test.recordings, 'recording')}
        {test.models.length > 0 && (
          <>
            : <InlineText text={test.models.join(', ')} />
          </>
        )}
      </span>
    </>
  );
}

/** Whether the path of a recording is its test id, so that a fold would repeat the name. */
function isItsTest({ file, tests, listed }: FileWithTests): boolean {
  return tests === 1 && listed[0]?.testId === file;
}

/** The name of a test without its file; the whole id of a test that is the file. */
function nameIn(file: string, testId: string): string {
  return testId.startsWith(`${file}::`) ? testId.slice(file.length + 2) : testId;
}
