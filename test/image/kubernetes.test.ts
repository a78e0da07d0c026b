import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../support/folder.js';
import { run } from '../support/process.js';
import { CHECKOUT } from '../support/registry.js';
import { type Manifest, readManifests, readWorkload } from './manifests.js';

const manifests = readManifests();
const objects = manifests.filter(({ kind }) => kind !== 'Kustomization');

/** The module of Kubernetes' types for an API version: `apps/v1`, `core/v1`, `networking/v1`. */
function moduleOf(apiVersion: string): string {
  const [group = '', version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `kubernetes-types/${group.split('.')[0]}/${version}`;
}

/** The compiler's complaints about manifests. It finds unknown fields, missing ones and wrong types. */
async function complaintsAbout(checked: Pick<Manifest, 'path' | 'apiVersion' | 'kind' | 'content'>[]) {
  await using folder = await makeFolder();
  const lines = checked.map(
    ({ path, apiVersion, kind, content }) =>
      `/* ${path} */ (${JSON.stringify(content)}) satisfies ` +
      `import(${JSON.stringify(join(CHECKOUT, 'node_modules', moduleOf(apiVersion)))}).${kind};`,
  );
  await folder.write({ 'manifests.ts': `export {};\n${lines.join('\n')}\n` });
  const tsc = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--moduleResolution', 'bundler'];
  const words = [tsc, ...options, '--module', 'esnext', join(folder.path, 'manifests.ts')];
  return (await run(process.execPath, words, { cwd: folder.path })).stdout;
}

describe('the Kubernetes manifests', () => {
  it("fit Kubernetes' own types", async () => {
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Deployment', 'StatefulSet', 'Ingress']),
    );
    expect(await complaintsAbout(objects)).toBe('');
  });

  it('would not fit with a misspelled field', async () => {
    const deployment = objects.find(({ kind }) => kind === 'Deployment') as Manifest;
    const text = JSON.stringify(deployment.content);
    const misspelled = { ...deployment, content: JSON.parse(text.replace('"httpGet"', '"httpget"')) };
    expect(await complaintsAbout([misspelled])).toContain('"httpget"');
  });

  it('are all part of a kustomization, except the examples of secrets', () => {
    const listed = manifests
      .filter(({ kind }) => kind === 'Kustomization')
      .flatMap(({ path, content }) =>
        (content['resources'] as string[]).map((resource) => join(dirname(path), resource)),
      );
    const files = objects.filter(({ kind }) => kind !== 'Secret').map(({ path }) => path);
    expect(listed.filter((path) => path.endsWith('.yaml')).sort()).toEqual(files.sort());
    expect(listed.filter((path) => path === 'common')).toHaveLength(2);
  });

  it('keep secrets out of everything but the examples', () => {
    for (const { path, kind, content } of objects) {
      expect(/\.example\.yaml$/.test(path), path).toBe(kind === 'Secret');
      if (kind !== 'Secret')
        expect(JSON.stringify(content)).not.toMatch(/postgres:\/\/|ADMIN_TOKEN|PASSWORD/);
    }
  });
});

describe.each(['postgres', 'embedded'] as const)('the workload in deploy/kubernetes/%s', (folder) => {
  const { workload, pod, container } = readWorkload(folder);

  it('meets the restricted Pod Security Standard, and cannot write to its root', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect([pod.hostNetwork, pod.hostPID, pod.hostIPC, pod.initContainers]).toEqual(Array(4).fill(undefined));
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it('is restarted when its process hangs, and gets no requests while its database is unavailable', () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    expect([startupProbe?.httpGet?.path, livenessProbe?.httpGet?.path]).toEqual(['/healthz', '/healthz']);
    expect(readinessProbe?.httpGet?.path).toBe('/readyz');
  });

  it('selects its own pods, and so does the service', () => {
    const labels = workload.spec?.template.metadata?.labels ?? {};
    expect(workload.spec?.selector.matchLabels).toEqual(labels);
    const service = objects.find(({ kind }) => kind === 'Service')?.content as { spec: { selector: object } };
    expect(service.spec.selector).toEqual(labels);
  });

  it('mounts each of its volumes', () => {
    const claims = (workload.spec as { volumeClaimTemplates?: { metadata: { name: string } }[] })
      .volumeClaimTemplates;
    const volumes = [
      ...(claims ?? []).map((claim) => claim.metadata.name),
      ...(pod.volumes ?? []).map((v) => v.name),
    ];
    expect(container.volumeMounts?.map((mount) => mount.name).sort()).toEqual(volumes.sort());
  });
});

it('the embedded database has one replica, and Postgres several, of which one may be unavailable', () => {
  expect(readWorkload('embedded').workload.spec?.replicas).toBe(1);
  expect(readWorkload('postgres').workload.spec?.replicas).toBeGreaterThan(1);
  const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
  expect(
    budgets.map(({ path, content }) => [
      dirname(path),
      (content['spec'] as Record<string, unknown>)['maxUnavailable'],
    ]),
  ).toEqual([['postgres', 1]]);
});
