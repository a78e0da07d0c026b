import { digestOf } from '@fixture-registry/protocol';
import type { Claims, OidcIssuer } from './oidc-issuer.js';
import { type Files, ownerAndName, upload } from './push-files.js';
import type { TestRegistry } from './registry.js';
import { AUDIENCE, type workflowRuns } from './workflow-runs.js';

/** The commit that the scheduled runs watch. */
export const WATCHED = 'c'.repeat(40);

/** One repeat of a watch, as far as a test names it. */
export interface Repeat {
  attempt?: number;
  repeat?: number;
  repeats?: number;
  base?: string;
  remove?: string[];
}

interface WatchChange {
  path: string;
  testId: string | null;
  levels: (string | null)[];
  url: string;
}

/** The report of a watch. */
export interface WatchReport extends Record<string, unknown> {
  markdown: string;
  url: string;
  drifted: WatchChange[];
  unstable: WatchChange[];
}

const CHANGE = '{ path testId levels url }';
const REPORT = `run commit at repeats stored headline level driftedCount unstableCount textCount acceptedBy url markdown
  baseline { id } snapshot { id branch pullRequest } drifted ${CHANGE} unstable ${CHANGE}`;

/** Pushes watches by the protocol, without the action, and reads their reports. */
export function watchRuns(
  runs: ReturnType<typeof workflowRuns>,
  { issuer, registry }: { issuer: OidcIssuer; registry: TestRegistry },
) {
  const scheduled = (run: string, more: Claims = {}) =>
    runs.run('schedule', 'refs/heads/main', { run_id: run, sha: WATCHED, ...more });
  const ask = <Answer>(fields: string) =>
    registry.ask<{ repository: Answer }>(
      `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${fields} } }`,
      ownerAndName(runs.repository),
    );
  return {
    scheduled,
    /** Reads fields of the repository. */
    read: async <Answer>(fields: string): Promise<Answer> => (await ask<Answer>(fields)).repository,
    /** Pushes a repeat, by default as the scheduled run; uploads missing contents. */
    watch: async (run: string, files: Files, { attempt = 1, ...more }: Repeat = {}, claims?: Claims) => {
      const by = claims ?? scheduled(run, { run_attempt: String(attempt) });
      const add = Object.entries(files).map(([path, content]) => {
        const bytes = Buffer.from(content);
        return { path, digest: digestOf(bytes), size: bytes.length };
      });
      const input = { run, attempt, repeat: 1, repeats: 1, ...more, add };
      const fields = '... on WatchPushed { stored isComplete created changed snapshot { id } }';
      const answer = await runs.mutate(by, 'pushWatch', input, fields);
      if (answer?.__typename !== 'ContentMissing') return answer;
      await upload(registry, runs.repository, Object.values(files), await issuer.token(by, AUDIENCE));
      return runs.mutate(by, 'pushWatch', input, fields);
    },
    /** The report of a run, or of the newest one. */
    report: async (run?: string) => {
      const named = run === undefined ? '' : `(run: "${run}")`;
      return (await ask<{ watch: WatchReport | null }>(`watch${named} { ${REPORT} }`)).repository.watch;
    },
  };
}
