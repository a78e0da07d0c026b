import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/registry.js';
import { readCompose } from './compose.js';
import { readStages } from './dockerfile.js';
import { bytesOf, readManifests, readWorkload } from './manifests.js';
import { readUnit } from './service-unit.js';

// Dockerfile, compose.yaml, the unit and the manifests describe one program: what one of them says of a name, a port
// or a folder must be what the others say, and what the program knows.

const variables = new URL('../../scripts/environment-variables.js', import.meta.url).href;
const { ENVIRONMENT_VARIABLES } = (await import(variables)) as { ENVIRONMENT_VARIABLES: string[][] };
const KNOWN = new Set(ENVIRONMENT_VARIABLES.map(([name = '']) => name));
const read = (path: string) => readFileSync(join(CHECKOUT, path), 'utf8');

const steps = readStages().at(-1)?.steps ?? [];
const text = (keyword: string) => steps.filter((step) => step.keyword === keyword).map((step) => step.text);
const image = {
  port: Number(text('EXPOSE')[0]),
  volume: text('VOLUME')[0],
  user: text('USER')[0]?.split(':').map(Number),
  variables: text('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))),
};

const { services } = readCompose();
const registry = services['registry'];
const service = readUnit()['Service'] ?? {};
const workloads = (['postgres', 'embedded'] as const).map((folder) => ({ folder, ...readWorkload(folder) }));

describe('environment variables', () => {
  const assigned = read('deploy/compose.env.example')
    .split('\n')
    .flatMap((line) => /^#?([A-Z][A-Z_]+)=/.exec(line)?.[1] ?? []);

  it('of the image are known to the registry', () => {
    const names = image.variables.map(([name]) => name);
    expect(names).toEqual(['NODE_ENV', 'FIXTURE_REGISTRY_DATA']);
    expect(KNOWN).toContain('FIXTURE_REGISTRY_DATA');
  });

  it('of compose.yaml are known to the registry, to its proxy or to Compose', () => {
    for (const name of Object.keys(registry?.environment ?? {})) expect(KNOWN, name).toContain(name);
    const caddy = [...read('deploy/caddy/Caddyfile').matchAll(/\{\$([A-Z_]+)/g)].map(([, name]) => name);
    expect(Object.keys(services['proxy']?.environment ?? {}).sort()).toEqual([...new Set(caddy)].sort());
    const interpolated = [...read('compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name);
    for (const name of assigned)
      expect([...KNOWN, ...interpolated, 'COMPOSE_PROFILES'], name).toContain(name);
    for (const name of interpolated) expect(assigned, name).toContain(name);
  });

  it('of the unit are known to the registry', () => {
    const names = (service['Environment'] ?? []).map((pair) => pair.split('=')[0]);
    for (const name of names) expect([...KNOWN, 'NODE_ENV'], name).toContain(name);
  });

  it('of the manifests are known to the registry', () => {
    const secrets = readManifests().filter(({ kind }) => kind === 'Secret');
    expect(secrets).toHaveLength(2);
    const names = [
      ...workloads.flatMap(({ container }) => (container.env ?? []).map((variable) => variable.name)),
      ...secrets.flatMap(({ content }) => Object.keys(content['stringData'] as object)),
    ];
    for (const name of names) expect(KNOWN, name).toContain(name);
  });

  it('select Postgres in compose.yaml and in its manifests, and only there', () => {
    expect(registry?.environment).toHaveProperty('DATABASE_URL');
    const secrets = readManifests().filter(({ kind }) => kind === 'Secret');
    const withUrl = secrets.filter(({ content }) => 'DATABASE_URL' in (content['stringData'] as object));
    expect(withUrl.map(({ path }) => path)).toEqual(['postgres/secret.example.yaml']);
    expect(service['Environment']?.join()).not.toContain('DATABASE_URL');
  });
});

describe('the port', () => {
  it('is the one that the image serves, checks and exposes', () => {
    expect(text('CMD')[0]).toContain(`"--port", "${image.port}"`);
    expect(text('HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${image.port}/healthz`);
  });

  it('is the same everywhere else', () => {
    expect(registry?.ports).toEqual([`127.0.0.1:${image.port}:${image.port}`]);
    expect(services['proxy']?.environment?.['FIXTURE_REGISTRY_UPSTREAM']).toBe(`registry:${image.port}`);
    expect(service['ExecStart']?.[0]).toContain(`--port ${image.port}`);
    for (const { container } of workloads) {
      const metrics = container.env?.find(({ name }) => name === 'FIXTURE_REGISTRY_METRICS_PORT')?.value;
      expect(container.ports).toEqual([
        { name: 'http', containerPort: image.port },
        { name: 'metrics', containerPort: Number(metrics) },
      ]);
    }
  });
});

describe('the data', () => {
  it('is in the volume of the image, which every setup mounts', () => {
    expect(Object.fromEntries(image.variables)['FIXTURE_REGISTRY_DATA']).toBe(image.volume);
    expect(text('WORKDIR')[0]).toBe(image.volume);
    expect(registry?.tmpfs).toContain(image.volume);
    const embedded = workloads.find(({ folder }) => folder === 'embedded');
    expect(embedded?.container.volumeMounts).toContainEqual({ name: 'data', mountPath: image.volume });
    expect(`/var/lib/${service['StateDirectory']?.[0]}`).toBe(image.volume);
  });
});

describe('the user', () => {
  it('is the same in the image and in the manifests, and owns the volume', () => {
    const [uid, gid] = image.user ?? [];
    expect(text('RUN')[0]).toContain(`--owner=${uid} --group=${gid} --mode=0700 ${image.volume}`);
    for (const { pod } of workloads)
      expect(pod.securityContext).toMatchObject({ runAsUser: uid, runAsGroup: gid });
    const embedded = workloads.find(({ folder }) => folder === 'embedded');
    expect(embedded?.pod.securityContext?.fsGroup).toBe(gid);
  });
});

describe('the end', () => {
  it('has time for the responses in progress: 10 seconds, and the pause before', () => {
    expect(Number.parseInt(registry?.stop_grace_period ?? '', 10)).toBeGreaterThan(10);
    expect(Number.parseInt(service['TimeoutStopSec']?.[0] ?? '', 10)).toBeGreaterThan(10);
    for (const { pod, container } of workloads) {
      const pause = Number(container.lifecycle?.preStop?.exec?.command?.[1] ?? 0);
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(pause + 10);
    }
  });
});

describe('the memory', () => {
  it('is enough for the embedded database, which needs 1.4 GB while it is created', () => {
    const embedded = workloads.find(({ folder }) => folder === 'embedded');
    expect(bytesOf(embedded?.container.resources?.limits?.['memory'])).toBeGreaterThan(1.5e9);
    expect(service['MemoryMax']).toEqual(['2G']);
  });
});
