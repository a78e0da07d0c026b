import { type Connection, type DriftOptions, firstChanges } from '@fixture-registry/client';
import type { Report } from '../comment/drift-report.js';
import * as log from '../runner/log.js';
import { chooseAnnotations } from './choose-annotations.js';
import { testLocator } from './locate-test.js';

/**
 * Annotates the files of the tests whose recordings changed in behaviour (`warning`) or content (`notice`), as
 * far as they are in the checkout.
 * @param warnings how many warnings GitHub will still show for this step
 * @throws RegistryError
 */
export async function annotateChanges(
  connection: Connection,
  compared: DriftOptions,
  report: Report,
  checkout: { directory: string; workspace: string },
  warnings: number,
): Promise<void> {
  const { unacceptedLevel } = report;
  if (unacceptedLevel !== 'BEHAVIOUR' && unacceptedLevel !== 'CONTENT') return;
  const behaviour =
    unacceptedLevel === 'BEHAVIOUR' ? await firstChanges(connection, compared, 'BEHAVIOUR') : [];
  const content = await firstChanges(connection, compared, 'CONTENT');
  const locate = testLocator(checkout.directory, checkout.workspace);
  const chosen = chooseAnnotations([...behaviour, ...content], locate, warnings);
  for (const { kind, message, title, file, line } of chosen) {
    const properties = { title, file, ...(line === null ? {} : { startLine: line }) };
    if (kind === 'warning') log.warning(message, properties);
    else log.notice(message, properties);
  }
}
