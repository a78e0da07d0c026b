import { defaultBranch } from '../../checkout/git/git-checkout.js';
import { type PushSummary, push } from '../../push/push.js';
import { candidatesFor, chooseCommit, chooseRef } from '../options/choose-target.js';
import { openConnection } from '../options/open-connection.js';
import type { Options } from '../options/options.js';
import { openConsole } from '../output/console.js';
import { withCommas } from '../output/with-commas.js';
import { counted, countsOf, describeSnapshot, print } from '../output/words.js';

interface PushWords extends Options {
  paths?: string[];
  prune?: 'true' | 'force';
  redact?: boolean;
  baseline?: string;
  defaultBranch?: string;
}

export async function runPush(options: PushWords): Promise<void> {
  const { directory, paths, prune, redact, baseline } = options;
  const { log, onProgress, clear } = openConsole();
  const connection = await openConnection(options, log);
  const target = await chooseRef(connection, options, options.defaultBranch);
  const [commit, branchOfClone, candidates] = await Promise.all([
    chooseCommit(options),
    defaultBranch(directory),
    'pullRequest' in target ? candidatesFor(directory, target) : [],
  ]);
  const summary = await push(connection, {
    ...{ directory, target, onProgress },
    ...(commit !== null && { commit }),
    ...defaultBranchTerms(options.defaultBranch, branchOfClone),
    ...(candidates.length > 0 && { candidates }),
    ...(baseline !== undefined && { baseline }),
    ...(paths !== undefined && { paths }),
    ...(prune !== undefined && { prune: prune === 'force' ? 'force' : true }),
    ...(redact !== undefined && { redact }),
  }).finally(clear);
  for (const warning of summary.warnings) log(`warning: ${warning}`);
  print(options.json, summary, linesOf(summary));
}

/** What the user asks for; else what the clone says, which was true when it was made. */
function defaultBranchTerms(asked: string | undefined, ofClone: string | null) {
  if (asked !== undefined) return { defaultBranch: asked, setDefaultBranch: true };
  return ofClone === null ? {} : { defaultBranch: ofClone };
}
/** Removed paths that are named one by one; `--json` has all. */
const MOST_NAMED = 20;

function linesOf(summary: PushSummary): string[] {
  const { snapshot, added, changed, removed, unchanged, uploaded, baseline, baselineReason } = summary;
  const changes = countsOf({ added, changed, removed }, 'nothing changed');
  const lines = [
    describeSnapshot(snapshot),
    `${changes}; ${counted(unchanged, 'recording')} as before, ${counted(uploaded, 'content')} uploaded`,
  ];
  if (baseline !== null && baseline.id !== snapshot.id) {
    lines.push(`over ${describeSnapshot(baseline)}: ${baselineReason}`);
  }
  lines.push(...removedLines(summary));
  for (const { path, replacements } of summary.redacted) {
    lines.push(`${path}: redacted`);
    for (const { kind, place, placeholder } of replacements)
      lines.push(`  ${kind} at ${place} is now ${placeholder}`);
  }
  for (const { path, problem } of summary.problems) lines.push(`${path}: ${problem}`);
  if (summary.defaultBranchChange !== null) lines.push(summary.defaultBranchChange);
  for (const warning of summary.warnings) lines.push(`warning: ${warning}`);
  return lines;
}

function removedLines({ removed, removedPaths }: PushSummary): string[] {
  if (removed === 0) return [];
  const lines = removedPaths.slice(0, MOST_NAMED).map((path) => `removed ${path}`);
  const more = removedPaths.length - MOST_NAMED;
  return more > 0 ? [...lines, `removed ${withCommas(more)} more (--json names all)`] : lines;
}
