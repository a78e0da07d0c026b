import { createRequire } from 'node:module';
import type { Document } from 'openapi-backend';

/** The operations of GitHub's REST API that the action uses. */
const ACTION_OPERATIONS = [
  ['get', '/repos/{owner}/{repo}/compare/{basehead}'],
  ['get', '/repos/{owner}/{repo}/commits'],
  ['get', '/repos/{owner}/{repo}/contents/{path}'],
  ['get', '/repos/{owner}/{repo}/commits/{commit_sha}/pulls'],
  ['get', '/repos/{owner}/{repo}/pulls'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['get', '/repos/{owner}/{repo}/actions/runs/{run_id}'],
  ['get', '/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts'],
  ['get', '/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['post', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/events'],
  ['get', '/repos/{owner}/{repo}/collaborators/{username}/permission'],
  ['post', '/repos/{owner}/{repo}/check-runs'],
  ['get', '/repos/{owner}/{repo}/issues'],
  ['post', '/repos/{owner}/{repo}/issues'],
  ['patch', '/repos/{owner}/{repo}/issues/{issue_number}'],
  ['get', '/repos/{owner}/{repo}/git/commits/{commit_sha}'],
  ['post', '/repos/{owner}/{repo}/git/commits'],
  ['post', '/repos/{owner}/{repo}/git/refs'],
  ['patch', '/repos/{owner}/{repo}/git/refs/{ref}'],
  ['patch', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
  ['delete', '/repos/{owner}/{repo}/issues/comments/{comment_id}'],
] as const;

/** The operations that sign-in with GitHub uses. */
export const SIGN_IN_OPERATIONS = [
  ['get', '/repos/{owner}/{repo}'],
  ['get', '/user'],
  ['delete', '/applications/{client_id}/token'],
] as const;

type Json = Record<string, unknown>;

/**
 * One file of the package, whose entry point loads hundreds of megabytes: the schemas of all GitHub
 * products.
 */
const whole = createRequire(import.meta.url)('@octokit/openapi/generated/api.github.com.json') as Json & {
  paths: Record<string, Json>;
  components: Record<string, Json>;
};

/**
 * GitHub's OpenAPI description, reduced to these operations and their references, because the whole
 * takes seconds to compile. Parameters, bodies and responses are unchanged.
 */
export function gitHubSchema(
  operations: readonly (readonly [method: string, route: string])[] = ACTION_OPERATIONS,
): Document {
  const paths: Record<string, Json> = {};
  for (const [method, route] of operations) {
    const operations = whole.paths[route];
    if (operations?.[method] === undefined) throw new Error(`GitHub's schema has no ${method} ${route}`);
    paths[route] = { ...paths[route], [method]: withoutExamples(operations[method]) };
  }
  const components: Record<string, Json> = {};
  copyReferred(paths, components);
  return { openapi: whole['openapi'], info: whole['info'], paths, components } as Document;
}

/**
 * GitHub's example of a response. The stand-in fills in its state, so that all fields of the API are
 * there.
 */
export function exampleOf(name: string): Json {
  const value = (whole.components['examples']?.[name] as { value?: unknown } | undefined)?.value;
  const one = Array.isArray(value) ? value[0] : value;
  if (one === undefined || one === null) throw new Error(`GitHub's schema has no example ${name}`);
  return structuredClone(one) as Json;
}

/** Copies the references of a description, recursively. */
function copyReferred(value: unknown, components: Record<string, Json>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') copyOne(inner, components);
    else copyReferred(inner, components);
  }
}

function copyOne(reference: string, components: Record<string, Json>): void {
  const [, , section = '', name = ''] = reference.split('/');
  const copied = components[section] ?? {};
  components[section] = copied;
  if (name in copied) return;
  copied[name] = withoutExamples(whole.components[section]?.[name]);
  copyReferred(copied[name], components);
}

/**
 * Removes the examples, which are most of the file, and `nullable` next to a reference instead of a
 * type, which the validator refuses.
 */
function withoutExamples<T>(description: T): T {
  return JSON.parse(
    JSON.stringify(description, (key, value: unknown) => {
      if (key === 'examples' || key === 'example') return undefined;
      if (typeof value === 'object' && value !== null && 'nullable' in value && !('type' in value)) {
        const { nullable: _, ...rest } = value;
        return rest;
      }
      return value;
    }),
  ) as T;
}
