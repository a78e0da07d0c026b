import { ACCEPT_LABEL } from '@fixture-registry/protocol';
import type { DriftChange } from '../../differences/drift.js';
import { categorise } from '../causes/categorise.js';
import { markOfChange } from '../causes/cause.js';
import type { Report } from '../report.js';
import { listFiles } from '../tests-by-file.js';
import { nameCode } from './cause-rows.js';

const MAXIMUM_FILES = 3;

/**
 * How to accept the changes of a pull request, and which tests to record again; empty when nothing is left to
 * accept that a test would notice.
 */
export function hints({ drift, pullRequest, isAccepted = () => false }: Report): string {
  if (pullRequest == null) return '';
  const markOf = (change: DriftChange) => markOfChange(change, categorise(change));
  const open = drift.changes.filter((change) => !isAccepted(change) && markOf(change) !== '');
  if (open.length === 0) return '';
  const accept =
    `Accept: add the label \`${ACCEPT_LABEL}\`, or ` +
    `\`npx @fixture-registry/cli drift --pull-request ${pullRequest} --accept\`.`;
  const broken = open.filter((change) => markOf(change) === '🔴');
  const known = (broken.length > 0 ? broken : open).filter(({ testId }) => testId !== null);
  const tests = known.length > 0 ? listFiles(known, MAXIMUM_FILES, nameCode) : 'the tests';
  return `${accept} Record again: run ${tests} in record mode and push.`;
}
