import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { CHECKOUT } from '../support/registry.js';
import { COMPOSE, readCompose } from './compose.js';

const { services, volumes } = readCompose();

/** Problems by the schema of the Compose specification and the linter's rules, except those about order. */
function problemsOf(path: string): string[] {
  const off = [
    ...['service-keys-order', 'services-alphabetical-order', 'require-quotes-in-ports'],
    // The image is built here under this name. The proxy serves the world.
    ...['no-build-and-image', 'no-unbound-port-interfaces'],
  ];
  const rules = Object.fromEntries(off.map((rule) => [rule, 0 as const]));
  // The types of this package do not resolve under NodeNext.
  const results: { messages: { rule: string; message: string }[] }[] = new DCLinter({
    ...{ rules, quiet: true, debug: false, exclude: [] },
  }).lintFiles([path], false);
  return results.flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`));
}

describe('compose.yaml', () => {
  it('fits the Compose specification and has no problem that the linter knows', async () => {
    expect(problemsOf(join(CHECKOUT, COMPOSE))).toEqual([]);
    await using folder = await makeFolder();
    const text = readFileSync(join(CHECKOUT, COMPOSE), 'utf8');
    await folder.write({
      'compose.yaml': text.replace('condition: service_healthy', 'condition: service_heathy'),
    });
    expect(problemsOf(join(folder.path, 'compose.yaml')).join()).toContain('depends_on');
  });

  it('starts the registry after a healthy database, and the proxy after a healthy registry', () => {
    expect(services['registry']?.depends_on).toMatchObject({ postgres: { condition: 'service_healthy' } });
    expect(services['proxy']?.depends_on).toMatchObject({ registry: { condition: 'service_healthy' } });
    expect(services['proxy']?.profiles).toEqual(['tls']);
    // The registry's own is in its image.
    expect(Object.keys(services).filter((name) => !services[name]?.healthcheck)).toEqual(['registry']);
  });

  it('keeps the data of Postgres and of Caddy in volumes, Postgres 18 where its image stores it', () => {
    expect(services['postgres']?.image).toBe('postgres:18');
    expect(services['postgres']?.volumes).toContain('postgres:/var/lib/postgresql');
    expect(services['proxy']?.volumes).toContain('caddy-data:/data');
    const used = Object.values(services).flatMap((service) => service.volumes ?? []);
    const named = used.map((mount) => mount.split(':')[0] ?? '').filter((source) => !source.startsWith('.'));
    expect([...new Set(named)].sort()).toEqual(Object.keys(volumes).sort());
  });

  it('mounts files that exist', () => {
    const mounts = Object.values(services).flatMap((service) => service.volumes ?? []);
    const files = mounts.filter((mount) => mount.startsWith('./')).map((mount) => mount.split(':')[0] ?? '');
    expect(files).toEqual(['./deploy/caddy/Caddyfile']);
    for (const file of files) expect(existsSync(join(CHECKOUT, file)), file).toBe(true);
  });

  it('contains no secret, and does not start without one', () => {
    const text = readFileSync(join(CHECKOUT, COMPOSE), 'utf8');
    expect(text.match(/^.*PASSWORD.*$/gm)?.every((use) => use.includes('${POSTGRES_PASSWORD:?'))).toBe(true);
    expect(services['registry']?.env_file).toEqual(['.env']);
    const example = readFileSync(join(CHECKOUT, 'deploy/compose.env.example'), 'utf8');
    expect(example).toMatch(/^POSTGRES_PASSWORD=$/m);
    expect(example).toMatch(/^FIXTURE_REGISTRY_ADMIN_TOKEN=$/m);
    expect(readFileSync(join(CHECKOUT, '.gitignore'), 'utf8')).toMatch(/^\.env$/m);
  });

  it('gives the registry and Postgres a network that the proxy cannot use', () => {
    expect(services['postgres']?.networks).toEqual(['database']);
    expect(services['proxy']?.networks).toEqual(['web']);
    expect(services['registry']?.networks).toEqual(['database', 'web']);
    expect(services['postgres']?.ports).toBeUndefined();
  });
});
