import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest';
import { type ForkWorld, startForkWorld } from './fork-world.js';
import { type OidcIssuer, startOidcIssuer } from './oidc-issuer.js';
import { startRegistry, type TestRegistry } from './registry.js';
import { type ActionWorld, startActionWorld } from './runner-world.js';

/*
 * How each test file of the action begins. The exports are live bindings: a file calls one of the
 * functions once, and each of its tests then finds its own world in them. Vitest gives each file its
 * own instance of this module.
 */

/** The registry of the test file, on real Postgres. */
export let registry: TestRegistry;
/** The world of the current test. */
export let world: ActionWorld;
/** The same with a pull request from a fork; set by `useForkWorld`. */
export let fork: ForkWorld;
/** GitHub's OIDC issuer, which the registry trusts; set by `useOidcActionWorld`. */
export let issuer: OidcIssuer;

/** One registry for the file, and a repository with recordings on `main` for each test. */
export function useActionWorld(): void {
  useRegistry();
  useWorld();
}

/** The same with a registry that accepts OIDC tokens of workflows of `octo-org`. */
export function useOidcActionWorld(): void {
  beforeAll(async () => {
    issuer = await startOidcIssuer();
  });
  afterAll(() => issuer[Symbol.asyncDispose]());
  useRegistry(() => ({
    FIXTURE_REGISTRY_OIDC_ISSUER: issuer.url,
    FIXTURE_REGISTRY_OIDC_ALLOW: 'octo-org',
  }));
  useWorld();
}

/** One registry for the file, and a public repository with a pull request from a fork for each test. */
export function useForkWorld(): void {
  useRegistry();
  beforeEach(async () => {
    fork = await startForkWorld(registry);
    world = fork.world;
  });
  afterEach(() => fork[Symbol.asyncDispose]());
}

function useRegistry(environment: () => Record<string, string> = () => ({})): void {
  beforeAll(async () => {
    registry = await startRegistry({ postgresUrl: inject('postgresUrl'), environment: environment() });
  });
  afterAll(() => registry[Symbol.asyncDispose]());
}

function useWorld(): void {
  beforeEach(async () => {
    world = await startActionWorld(registry);
  });
  afterEach(() => world.end());
}
