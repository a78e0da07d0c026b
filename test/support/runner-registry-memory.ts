import { digestOf } from '@fixture-registry/protocol';

type Files = Map<string, string>;
interface Snapshot {
  id: string;
  version: number;
  branch: string | null;
  pullRequest: number | null;
  commit: string | null;
  createdAt: string;
  recordingCount: number;
  files: Files;
}
interface FileInput {
  path: string;
  digest: string;
  size: number;
}
export type Variables = Record<string, never> & {
  ref?: { branch?: string; pullRequest?: number; base?: string };
  pullRequest?: number;
  base?: { snapshot: string };
  head?: { snapshot: string };
  have?: string;
  input: {
    ref: { branch?: string; pullRequest?: number; base?: string };
    add: FileInput[];
    remove?: string[];
    commit?: string;
    pullRequest: number;
    branch?: string;
  };
};

/** The refs, snapshots and contents of a registry for one repository, and its answers to the client's operations. */
export function registryMemory(url: () => string) {
  const contents = new Map<string, Buffer>();
  const heads = new Map<string, Snapshot>();
  const snapshots = new Map<string, Snapshot>();
  const baselines = new Map<string, Snapshot>();

  const save = (ref: string, files: Files, commit: string | null): Snapshot => {
    const number = /^pull\/(\d+)$/.exec(ref)?.[1];
    const version = (heads.get(ref)?.version ?? 0) + 1;
    const snapshot: Snapshot = {
      id: `${ref}@${version}`,
      version,
      branch: number === undefined ? ref : null,
      pullRequest: number === undefined ? null : Number(number),
      commit,
      createdAt: '2025-01-01T00:00:00Z',
      recordingCount: files.size,
      files,
    };
    heads.set(ref, snapshot);
    snapshots.set(snapshot.id, snapshot);
    return snapshot;
  };
  const under = (ref: { pullRequest?: number | undefined; base?: string | undefined }) =>
    heads.get(ref.base ?? 'main') ?? null;

  const answerTo: Record<string, (variables: Variables) => unknown> = {
    PullPlan({ ref = { branch: 'main' }, have }) {
      const snapshot = heads.get(nameOf(ref)) ?? (ref.pullRequest === undefined ? null : under(ref));
      if (snapshot === null || snapshot === undefined)
        return inRepository('pullPlan', problem('NotFound', 'There is nothing yet.'));
      const unchanged = snapshot.id === have;
      const files = [...snapshot.files].map(([path, digest]) => ({
        path,
        digest,
        size: contents.get(digest)?.length,
      }));
      const baseline = ref.pullRequest === undefined ? null : (baselines.get(nameOf(ref)) ?? under(ref));
      const plan = {
        snapshot,
        baseline,
        baselineReason: 'the newest there is',
        unchanged,
        files: unchanged ? [] : files,
      };
      return inRepository('pullPlan', { __typename: 'PullPlan', ...plan });
    },
    Push({ input }) {
      const missing = input.add.map(({ digest }) => digest).filter((digest) => !contents.has(digest));
      if (missing.length > 0)
        return { push: { ...problem('ContentMissing', 'Contents are missing.'), digests: missing } };
      const name = nameOf(input.ref);
      const baseline = input.ref.pullRequest === undefined ? (heads.get(name) ?? null) : under(input.ref);
      if (baseline !== null && !baselines.has(name)) baselines.set(name, baseline);
      const before = heads.get(name) ?? baseline;
      const files: Files = new Map(before?.files);
      for (const { path, digest } of input.add) files.set(path, digest);
      for (const path of input.remove ?? []) files.delete(path);
      const counts = compare(before?.files ?? new Map(), files);
      const created = counts.added + counts.changed + counts.removed > 0 || before === null;
      const snapshot = created ? save(name, files, input.commit ?? null) : (before as Snapshot);
      const problems = input.add
        .filter(({ digest }) => !isJson(contents.get(digest)))
        .map(({ path }) => ({ path, problem: 'is not JSON' }));
      const push = {
        snapshot,
        created,
        ...counts,
        baseline,
        baselineReason: 'the newest there is',
        problems,
      };
      return { push: { __typename: 'Push', ...push } };
    },
    Promote({ input }) {
      const pull = heads.get(`pull/${input.pullRequest}`);
      const branch = input.branch ?? 'main';
      const before = heads.get(branch)?.files ?? new Map();
      const promoted = pull !== undefined && compare(before, pull.files).unchanged !== pull.files.size;
      const snapshot = promoted
        ? save(branch, new Map([...before, ...pull.files]), input.commit ?? null)
        : (heads.get(branch) ?? null);
      const counts = promoted ? compare(before, pull.files) : { added: 0, changed: 0, removed: 0 };
      return {
        promote: {
          __typename: 'Promotion',
          snapshot,
          promoted,
          reason: promoted ? 'merged' : 'already promoted',
          ...counts,
        },
      };
    },
    Drift({ pullRequest, base, head }) {
      const ref = `pull/${pullRequest}`;
      const from = base === undefined ? baselines.get(ref) : snapshots.get(base.snapshot);
      const to = head === undefined ? heads.get(ref) : snapshots.get(head.snapshot);
      if (from === undefined || to === undefined) return inRepository('drift', null);
      const counts = compare(from.files, to.files);
      const paths = [...to.files]
        .filter(([path, digest]) => from.files.get(path) !== digest)
        .map(([path]) => path);
      return inRepository('drift', {
        level: counts.changed > 0 ? 'BEHAVIOUR' : null,
        url: `${url()}/report/${to.id}`,
        text: `${counts.changed} changed, ${counts.added} added\n${paths.join('\n')}`,
        markdown: `### Fixture drift\n\n${paths.map((path) => `- ${path}`).join('\n')}`,
        baselineReason: 'the newest there is',
        baseline: from,
        head: to,
        summary: {
          ...counts,
          rekeyed: 0,
          moved: 0,
          cosmetic: 0,
          metadata: 0,
          content: 0,
          behaviour: counts.changed,
        },
      });
    },
  };

  return {
    contents,
    answerTo,
    seed(branch: string, given: Record<string, string>) {
      const files: Files = new Map(heads.get(branch)?.files);
      for (const [path, text] of Object.entries(given)) {
        const bytes = Buffer.from(text);
        files.set(path, digestOf(bytes));
        contents.set(digestOf(bytes), bytes);
      }
      save(branch, files, null);
    },
    filesOf(ref: string): Record<string, string> {
      const files = [...(heads.get(ref)?.files ?? [])];
      return Object.fromEntries(files.map(([path, digest]) => [path, String(contents.get(digest))]));
    },
  };
}

function nameOf(ref: { branch?: string; pullRequest?: number }): string {
  return ref.branch ?? `pull/${ref.pullRequest}`;
}

function inRepository(field: string, value: unknown) {
  return { repository: { [field]: value } };
}

function problem(__typename: string, message: string) {
  return { __typename, message };
}

function compare(before: Files, after: Files) {
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  for (const [path, digest] of after) {
    const old = before.get(path);
    counts[old === undefined ? 'added' : old === digest ? 'unchanged' : 'changed']++;
  }
  for (const path of before.keys()) if (!after.has(path)) counts.removed++;
  return counts;
}

function isJson(bytes: Buffer | undefined): boolean {
  try {
    JSON.parse(String(bytes));
    return true;
  } catch {
    return false;
  }
}
