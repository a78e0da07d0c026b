import { describeBranchName } from '@fixture-registry/protocol';
import type { DefaultBranchAuthority } from '../../trust/access/may-write.js';

/** What is known when a push has to leave or set the default branch. */
export interface DefaultBranchFacts {
  /** `owner/name`, for messages. */
  repository: string;
  /** The default branch as the registry knows it; `main` until somebody says otherwise. */
  known: string;
  /** Whether the known default branch has recordings. */
  knownHolds: boolean;
  /** Whether any branch of the repository has recordings. */
  anyBranchHolds: boolean;
  /** The default branch as the caller names it: from GitHub's event, or from a clone, which may be stale. */
  said: string | null;
  /** The caller asks for the change, rather than only saying what it knows. */
  isOrder: boolean;
  /** The branch that is pushed; null for a pull request. */
  pushed: string | null;
  /** Whether the push brings recordings. */
  addsRecordings: boolean;
  authority: DefaultBranchAuthority;
}

export type DefaultBranchDecision =
  | { kind: 'keep'; warning: string | null }
  | { kind: 'set'; branch: string; reason: string }
  | { kind: 'refuse'; message: string };

/** Names that repositories usually give their default branch. */
const USUAL_NAMES = ['main', 'master', 'trunk', 'develop'];

/**
 * Decides whether a push sets the default branch. New branches and pull requests get the recordings of the default
 * branch, so whoever sets it decides what others test against. An admin may always set it. Without an order nobody
 * moves a default branch that has recordings: the clone or the re-run that names another one may be old. A token that
 * may write every branch sets it while no branch has recordings. A workflow never sets it by a push: anybody who may
 * push a branch can change what its workflow says. Its `schedule` and `workflow_run` claims do (`learn-default-branch`).
 */
export function chooseDefaultBranch(facts: DefaultBranchFacts): DefaultBranchDecision {
  const { known, said, isOrder, authority } = facts;
  // Confirmed: that the branch has no recordings yet is no surprise.
  if (said === known) return { kind: 'keep', warning: null };
  if (said !== null && isOrder) {
    if (authority === 'admin' || (authority === 'writer' && !facts.anyBranchHolds)) {
      return { kind: 'set', branch: said, reason: 'the caller asked for it' };
    }
    return { kind: 'refuse', message: whyRefused(facts, said) };
  }
  if (said !== null && mayFillIn(facts)) {
    return {
      kind: 'set',
      branch: said,
      reason: `the caller says so, and ${describeBranchName(known)} has no recordings`,
    };
  }
  if (said === null && isFirst(facts)) {
    return { kind: 'set', branch: facts.pushed, reason: 'it is the first branch with recordings' };
  }
  return keep(facts);
}

/** A default branch without recordings has nothing that anybody could rely on. */
function mayFillIn({ authority, knownHolds, anyBranchHolds }: DefaultBranchFacts): boolean {
  return authority === 'admin' ? !knownHolds : authority === 'writer' && !anyBranchHolds;
}

/** An admin's first branch, whatever it is called. Other tokens are also those of jobs, which run on any branch. */
function isFirst(facts: DefaultBranchFacts): facts is DefaultBranchFacts & { pushed: string } {
  const { pushed, known, authority, anyBranchHolds, addsRecordings } = facts;
  if (pushed === null || pushed === known || anyBranchHolds || !addsRecordings) return false;
  return authority === 'admin' || (authority === 'writer' && USUAL_NAMES.includes(pushed));
}

function keep(facts: DefaultBranchFacts): DefaultBranchDecision {
  const { repository, knownHolds, said, pushed, addsRecordings } = facts;
  const known = describeBranchName(facts.known);
  if (pushed === null || pushed === facts.known) return { kind: 'keep', warning: null };
  const likely = said ?? pushed;
  const command = commandFor(likely);
  if (!knownHolds && !addsRecordings) return { kind: 'keep', warning: null };
  if (!knownHolds) {
    const warning =
      `new branches do not get these recordings: the registry takes ${known} for the default branch of ${repository}, ` +
      `and ${known} has no recordings. If the default branch is ${describeBranchName(likely)}, an admin runs: ${command}`;
    return { kind: 'keep', warning };
  }
  if (said === null || said !== pushed) return { kind: 'keep', warning: null };
  const warning =
    `${describeBranchName(said)} is named as the default branch of ${repository}, and the registry knows ${known}. If ${known} was ` +
    `renamed, an admin runs: ${command}. It carries the recordings of ${known} along`;
  return { kind: 'keep', warning };
}

/** A branch may be called what a shell would run. */
function commandFor(branch: string): string {
  const name = /^[\w./-]+$/.test(branch) ? branch : 'NAME';
  return `fixtures push --branch ${name} --default-branch ${name}`;
}

function whyRefused({ repository, known, authority }: DefaultBranchFacts, said: string): string {
  const [from, to] = [known, said].map(describeBranchName);
  const what = `cannot change the default branch of ${repository} from ${from} to ${to}`;
  return authority === 'writer'
    ? `this token ${what}: branches have recordings already, so it needs the scope admin; nothing was pushed`
    : `this caller ${what}: it needs a token with the scope admin; nothing was pushed`;
}
