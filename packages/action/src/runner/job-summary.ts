import * as core from '@actions/core';

/** Adds markdown to the job summary; does nothing where the runner has none. */
export async function writeSummary(markdown: string): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) return;
  await core.summary.addRaw(`${markdown}\n`, true).write();
}
