import { downloadContents } from '../support/block-archives.js';
import { purge } from '../support/purge-content.js';
import { type PushAnswer, type Pushed, planOf, pushFiles } from '../support/push-files.js';
import { Disagreement, type Reality, same, targetOf } from './reality.js';
import { gcStep } from './registry-steps.js';
import type { Files } from './registry-truth.js';
import type { Edit, Step } from './steps.js';

type Matrix = Extract<Step, { do: 'matrix' }>;

interface Job {
  add: Map<string, string>;
  remove: string[];
}

/** The jobs of a matrix push to one ref concurrently, during pulls of it and optionally a purge and gc. */
export async function matrixStep(reality: Reality, step: Matrix): Promise<void> {
  const { truth } = reality;
  const { ref } = step.to;
  const jobs = step.jobs.map((edits) => jobOf(reality, edits));
  const before = truth.filesOf(truth.newest(ref));
  const doomed = step.purge === undefined ? undefined : before.get(step.purge);
  const canCollect = step.gc && reality.registry.databaseUrl !== null;
  const [answers, reads] = await Promise.all([
    Promise.all(jobs.map((job) => pushJob(reality, step, job))),
    Promise.all(Array.from({ length: step.readers }, () => readRef(reality, step))),
    doomed === undefined ? null : purge(reality.registry, { repository: reality.repository, digest: doomed }),
    canCollect ? gcStep(reality) : null,
  ]);
  if (doomed !== undefined) truth.purge(doomed);

  const states = [before];
  for (const { job, pushed } of inOrder(jobs, answers)) {
    const expected = truth.push({ ...step.to, ...job, commit: step.commit });
    const { created, added, changed, removed } = pushed;
    same('what a job of the matrix changed', { created, added, changed, removed }, countsOf(expected));
    same('the version after it', pushed.snapshot.version, expected.version);
    const files = truth.filesOf(expected.state);
    reality.acknowledge(pushed.snapshot, files);
    states.push(files);
  }
  const refused = jobs.filter((_, index) => 'message' in (answers[index] as object));
  for (const { add } of refused) {
    const isPurged = [...add.values()].some((digest) => truth.purged.has(digest));
    if (!isPurged) throw new Disagreement(`a job of the matrix was refused: ${JSON.stringify(answers)}`);
  }
  for (const read of reads) checkRead(reality, read, states);
}

function jobOf({ contents }: Reality, edits: Edit[]): Job {
  const add = new Map<string, string>();
  for (const [path, content] of edits) if (content !== null) add.set(path, contents.digest(content));
  return { add, remove: edits.flatMap(([path, content]) => (content === null ? [path] : [])) };
}

/** The push of a job; returns a refusal unchanged. */
async function pushJob(reality: Reality, step: Matrix, job: Job): Promise<Pushed | { message: string }> {
  const { registry, repository, contents } = reality;
  const add = Object.fromEntries([...job.add].map(([path, digest]) => [path, contents.text(digest)]));
  const ref = targetOf(step.to);
  const commit = step.commit === undefined ? {} : { commit: step.commit };
  for (let tries = 1; ; tries++) {
    try {
      return await pushFiles(registry, { repository, ref, add, remove: job.remove, ...commit });
    } catch (error) {
      const message = (error as Error).message;
      if (/^InvalidInput: .* was purged on/.test(message)) return { message };
      // gc may collect a content between upload and push.
      if (!(message.startsWith('ContentMissing') && tries < 5)) throw error;
    }
  }
}

/** The pushes in the order in which they became visible. */
function inOrder(jobs: Job[], answers: (Pushed | { message: string })[]): { job: Job; pushed: Pushed }[] {
  const made = jobs.flatMap((job, index) => {
    const answer = answers[index] as PushAnswer;
    return answer.snapshot === undefined ? [] : [{ job, pushed: answer as Pushed }];
  });
  return made.sort(
    ({ pushed: a }, { pushed: b }) =>
      a.snapshot.version - b.snapshot.version || Number(b.created) - Number(a.created),
  );
}

const countsOf = ({ created, added, changed, removed }: Pushed | ReturnType<Reality['truth']['push']>) => ({
  ...{ created, added, changed, removed },
});

/** The files of the ref by the protocol, without the client; null when there are none. */
async function readRef({ registry, repository, truth }: Reality, { to }: Matrix): Promise<Files | null> {
  if (truth.head(to.ref) === 0) return null;
  const target = targetOf(to);
  const at = 'branch' in target ? target : { pullRequest: target.pullRequest };
  for (;;) {
    const plan = await planOf(registry, repository, { at });
    if (plan.__typename !== 'PullPlan') throw new Disagreement(`${plan.__typename}: ${plan.message}`);
    const files = new Map(plan.files.map(({ path, digest }) => [path, digest]));
    const digests = [...new Set(files.values())];
    const found = await downloadContents(registry, repository, { digests }).catch((error: Error) => error);
    // A purge came between plan and download: plan again, as the client does.
    if (found instanceof Error && /410|the archive ended early/.test(found.message)) continue;
    if (found instanceof Error) throw found;
    const lost = digests.filter((digest) => !found.contents.has(digest));
    same('planned contents that did not come', lost, []);
    return files;
  }
}

/** Every concurrent read must equal one of the states, complete except for purged contents. */
function checkRead({ truth }: Reality, read: Files | null, states: Files[]): void {
  if (read === null) return;
  const isOne = states.some(
    (state) =>
      [...read].every(([path, digest]) => state.get(path) === digest) &&
      [...state].every(([path, digest]) => read.has(path) || truth.purged.has(digest)),
  );
  if (!isOne) same('what was read while others pushed', read, states.at(-1));
}
