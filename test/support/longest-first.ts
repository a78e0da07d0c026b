import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The test files that take longest; measured on two cores. */
const LONGEST = [
  'test/store/s3.test.ts',
  'test/store/model.test.ts',
  'test/store/move-content.test.ts',
  'test/store/crash-registry.test.ts',
  'test/project/demo.test.ts',
  'test/project/left-behind.test.ts',
  'test/upgrade/previous-release.test.ts',
  'test/client/crash-client.test.ts',
];

/** Starts the longest files first: one that starts last would run alone while other cores idle. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const position = LONGEST.findIndex((name) => moduleId.replaceAll('\\', '/').endsWith(name));
      return position < 0 ? LONGEST.length : position;
    };
    return sorted.sort((a, b) => rank(a) - rank(b));
  }
}
