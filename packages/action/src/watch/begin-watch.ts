import { LocalError } from '@fixture-registry/client';
import { explainMissingToken } from '../event/missing-token.js';
import type { Step } from '../event/step.js';
import { reportNotPushed } from '../push/push-fixtures.js';
import { watchRepeat, whyNotWatched } from './watch-position.js';

/**
 * Before the tests: decides whether this run stores what they record, and reports why not.
 * @throws LocalError when the matrix does not fit `watch-repeats`, before the tests cost anything
 */
export async function beginWatch({ about, connection, inputs, run }: Step): Promise<boolean> {
  const refused = whyNotWatched(run);
  if (refused !== null) {
    await reportNotPushed(refused, false);
    return false;
  }
  const position = watchRepeat(inputs);
  if ('problem' in position) throw new LocalError(position.problem);
  if (connection.token !== null) return true;
  await reportNotPushed(explainMissingToken({ fromFork: about.fromFork, actor: run.actor }), true);
  return false;
}
