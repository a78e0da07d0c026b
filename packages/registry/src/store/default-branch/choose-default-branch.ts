import { describeBranchName } from '@fixture-registry/protocol';
import type { DefaultBranchAuthority } from '../../trust/access/may-write.js';

/** The facts for the decision whether a push sets the default branch. */
export interface DefaultBranchFacts {
  /** `owner/name`, for messages. */
  repository: string;
  /** The default branch that the registry knows; initially `main`. */
  known: string;
  /** Whether the known default branch has recordings. */
  knownHolds: boolean;
  /** Whether any branch of the repository has recordings. */
  anyBranchHolds: boolean;
  /** The default branch that the caller reports: from GitHub's event, or from a clone, which may be stale. */
  reported: string | null;
  /** Whether the caller requests the change, rather than only reporting what it knows. */
  isRequested: boolean;
  /** The pushed branch; null for a pull request. */
  pushed: string | null;
  /** Whether the push adds recordings. */
  addsRecordings: boolean;
  authority: DefaultBranchAuthority;
}

export type DefaultBranchDecision =
  | { kind: 'keep'; warning: string | null }
  | { kind: 'set'; branch: string; reason: string }
  | { kind: 'refuse'; message: string };

/** Usual names of default branches. */
const USUAL_NAMES = ['main', 'master', 'trunk', 'develop'];

/**
 * Decides whether a push sets the default branch. New branches and pull requests get the recordings of the
 * default branch, so this decides what all pull requests test against. An admin may always set it. Without an
 * explicit request, a default branch with recordings stays: the clone or re-run that reports another one may
 * be stale. A token for every branch sets it while no branch has recordings. The push of a workflow never
 * sets it: anyone who can push a branch can change its workflow. The claims of `schedule` and `workflow_run`
 * runs set it (`learn-default-branch`).
 */
export function chooseDefaultBranch(facts: DefaultBranchFacts): DefaultBranchDecision {
  const { known, reported, isRequested, authority } = facts;
  // Confirmed: no warning, even when the branch has no recordings yet.
  if (reported === known) return { kind: 'keep', warning: null };
  if (reported !== null && isRequested) {
    if (authority === 'admin' || (authority === 'writer' && !facts.anyBranchHolds)) {
      return { kind: 'set', branch: reported, reason: 'the caller requested it' };
    }
    return { kind: 'refuse', message: whyRefused(facts, reported) };
  }
  if (reported !== null && mayFillIn(facts)) {
    return {
      kind: 'set',
      branch: reported,
      reason: `the caller reports it, and ${describeBranchName(known)} has no recordings`,
    };
  }
  if (reported === null && isFirst(facts)) {
    return { kind: 'set', branch: facts.pushed, reason: 'it is the first branch with recordings' };
  }
  return keep(facts);
}

/** Nobody relies on a default branch without recordings, so a report may replace it. */
function mayFillIn({ authority, knownHolds, anyBranchHolds }: DefaultBranchFacts): boolean {
  return authority === 'admin' ? !knownHolds : authority === 'writer' && !anyBranchHolds;
}

/**
 * Whether this is the first branch: of an admin any branch, of other tokens (which jobs on any branch use) a
 * usual name.
 */
function isFirst(facts: DefaultBranchFacts): facts is DefaultBranchFacts & { pushed: string } {
  const { pushed, known, authority, anyBranchHolds, addsRecordings } = facts;
  if (pushed === null || pushed === known || anyBranchHolds || !addsRecordings) return false;
  return authority === 'admin' || (authority === 'writer' && USUAL_NAMES.includes(pushed));
}

function keep(facts: DefaultBranchFacts): DefaultBranchDecision {
  const { repository, knownHolds, reported, pushed, addsRecordings } = facts;
  const known = describeBranchName(facts.known);
  if (pushed === null || pushed === facts.known) return { kind: 'keep', warning: null };
  const likely = reported ?? pushed;
  const command = commandFor(likely);
  if (!knownHolds && !addsRecordings) return { kind: 'keep', warning: null };
  if (!knownHolds) {
    const warning =
      `new branches do not get these recordings: the registry treats ${known} as the default branch of ${repository}, ` +
      `and ${known} has no recordings. If the default branch is ${describeBranchName(likely)}, an admin runs: ${command}`;
    return { kind: 'keep', warning };
  }
  if (reported === null || reported !== pushed) return { kind: 'keep', warning: null };
  const warning =
    `${describeBranchName(reported)} is reported as the default branch of ${repository}, but the registry has ${known}. If ${known} was ` +
    `renamed, an admin runs: ${command}. It keeps the recordings of ${known}`;
  return { kind: 'keep', warning };
}

/** Leaves out a branch name that a shell would interpret. */
function commandFor(branch: string): string {
  const name = /^[\w./-]+$/.test(branch) ? branch : 'NAME';
  return `fixtures push --branch ${name} --default-branch ${name}`;
}

function whyRefused({ repository, known, authority }: DefaultBranchFacts, reported: string): string {
  const [from, to] = [known, reported].map(describeBranchName);
  const what = `cannot change the default branch of ${repository} from ${from} to ${to}`;
  return authority === 'writer'
    ? `this token ${what}: branches have recordings already, so it needs the scope admin; nothing was pushed`
    : `this caller ${what}: it needs a token with the scope admin; nothing was pushed`;
}
